"""Write letters, try them, let them leave in ten minutes, stop them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.consultations.actions.checking import assign, checked, with_html
from concertation.consultations.live import staff_pages_changed
from concertation.consultations.models import Consultation
from concertation.documents.conflicts import Version, digest, forget, rewrite, values_of
from concertation.journal.actions import record
from concertation.journal.receipts import writes_once
from concertation.live.actions import announce
from concertation.notices.actions import queue_mail
from concertation.permissions import require
from concertation.viewer import Viewer

from ..groups import addressees_of, groups_of
from ..mails import own_text, shared_text
from ..models import Letter

# A letter stays in the outbox for so long, and may be stopped there.
IN_OUTBOX = timedelta(minutes=10)
FIELDS = ("subject", "body", "groups")


@writes_once
def create_letter(consultation: Consultation, *, by: User, now: datetime | None = None, **fields: Any) -> Letter:
    """Write a draft, which nobody receives."""
    require(Viewer(by, now), "letters.write", consultation)
    written = with_html(fields, "body")
    letter = Letter(consultation=consultation, author=by, created_at=now or timezone.now(), **written)
    _check(letter)
    with transaction.atomic():
        letter.save()
        _tell("letter.created", letter, by=by)
    return letter


def edit_letter(letter: Letter, *, expected_version: Version | None = None, by: User, **fields: Any) -> Letter:
    """Change a draft."""
    require(Viewer(by), "letters.write", letter.consultation)
    fields = with_html(fields, "body")
    with transaction.atomic():
        letter = _locked_draft(letter)
        changed = assign(letter, rewrite(letter, fields, expected_version, by=by))
        if not changed:
            return letter
        _check(letter)
        letter.save()
        _tell("letter.edited", letter, by=by)
    return letter


def delete_letter(letter: Letter, *, by: User) -> None:
    """Delete a draft; a letter that has left is kept."""
    require(Viewer(by), "letters.write", letter.consultation)
    with transaction.atomic():
        if not Letter.objects.filter(pk=letter.pk).exists():
            return
        locked = _locked_draft(letter)
        _tell("letter.deleted", locked, by=by)
        forget(locked)
        locked.delete()


def send_trial(letter: Letter, *, by: User, now: datetime) -> Letter:
    """Mail the letter to the organiser who asks for it, as it is now; two clicks send one mail."""
    require(Viewer(by, now), "letters.write", letter.consultation)
    text = shared_text(letter, by) + own_text(_("(dans chaque lettre, un lien personnel)"))
    queue_mail(
        key=f"letter.trial:{letter.pk}:{by.pk}:{digest([letter.subject, text])}:{now:%Y%m%d%H%M}",
        to=by.email,
        subject=_("[Essai] %(subject)s") % {"subject": letter.subject},
        text=text,
        due=now,
    )
    return letter


def schedule_letter(letter: Letter, *, expected_version: Version | None = None, by: User, now: datetime) -> Letter:
    """Let a draft leave in ten minutes, signed by ``by``, if it still says what they have checked."""
    require(Viewer(by, now), "letters.write", letter.consultation)
    with transaction.atomic():
        locked = _locked(letter)
        if locked.is_scheduled:
            return locked
        locked = _locked_draft(letter)
        if expected_version is not None and expected_version != version_of(locked):
            raise ValidationError(
                _("Cette lettre a été modifiée depuis que vous l’avez vérifiée. Relisez-la avant de l’envoyer."),
                code="changed",
            )
        _check(locked)
        if not addressees_of(locked, now).reached.exists():
            raise ValidationError(_("Personne ne recevrait cette lettre. Choisissez d’autres groupes."), code="nobody")
        locked.state, locked.leaves_at, locked.author = Letter.State.SCHEDULED, now + IN_OUTBOX, by
        locked.save(update_fields=["state", "leaves_at", "author"])
        _tell("letter.scheduled", locked, by=by)
    return locked


def stop_letter(letter: Letter, *, by: User, now: datetime) -> Letter:
    """Make a letter that waits in the outbox a draft again: nobody has received it."""
    require(Viewer(by, now), "letters.write", letter.consultation)
    with transaction.atomic():
        locked = _locked(letter)
        if locked.is_draft:
            return locked
        if not locked.is_scheduled:
            raise ValidationError(_("Cette lettre est déjà partie\u00a0: elle ne peut plus être arrêtée."), code="left")
        hold_back(locked, by=by)
    return locked


def hold_back(letter: Letter, *, by: User | None) -> None:
    """Make a locked letter a draft again."""
    letter.state, letter.leaves_at = Letter.State.DRAFT, None
    letter.save(update_fields=["state", "leaves_at"])
    _tell("letter.stopped", letter, by=by)


def version_of(letter: Letter) -> Version:
    return Version.of(values_of(letter, FIELDS))


def check_groups(consultation: Consultation, keys: Iterable[str]) -> None:
    """Refuse a letter to nobody: no group chosen means nobody."""
    chosen = set(keys)
    if not chosen:
        raise ValidationError({"groups": _("Choisissez au moins un groupe.")})
    if not chosen <= groups_of(consultation).keys():
        raise ValidationError({"groups": _("Un groupe choisi n’existe plus. Choisissez de nouveau.")})


def _check(letter: Letter) -> None:
    letter.subject, letter.body = letter.subject.strip(), letter.body.strip()
    checked(letter)
    check_groups(letter.consultation, letter.groups)


def _locked(letter: Letter) -> Letter:
    return Letter.objects.select_for_update(of=("self",)).select_related("consultation").get(pk=letter.pk)


def _locked_draft(letter: Letter) -> Letter:
    locked = _locked(letter)
    if not locked.is_draft:
        raise ValidationError(
            _("Cette lettre n’est plus un brouillon. Arrêtez d’abord son départ, s’il en est temps."), code="left"
        )
    return locked


def _tell(verb: str, letter: Letter, *, by: User | None) -> None:
    record(verb, letter, by=by, consultation_id=letter.consultation_id, details={"subject": letter.subject})
    announce(staff_pages_changed(letter.consultation_id))
