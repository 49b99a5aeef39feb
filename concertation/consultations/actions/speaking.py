"""Confirm or refuse that a participant speaks for their organisation. They claim it themselves."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.journal.actions import record
from concertation.live.actions import announce, announced_together
from concertation.notices.actions import notify
from concertation.permissions import require
from concertation.texts.direction import isolated
from concertation.texts.templatetags.french import of, quoted
from concertation.viewer import Viewer

from ..live import staff_pages_changed
from ..models import Participation, SpeaksFor


def confirm_speaker(participation: Participation, *, expected_organisation: int, by: User) -> Participation:
    """Confirm that this person speaks for the organisation that the page showed, and no other."""
    require(Viewer(by), "consultations.organise", participation.consultation)
    with transaction.atomic(), announced_together():
        locked = _lock(participation)
        _check_claim(locked, expected_organisation)
        return _settle(locked, SpeaksFor.CONFIRMED, verb="participation.confirmed", by=by)


def refuse_speaker(participation: Participation, *, by: User) -> Participation:
    """Refuse the claim: this person speaks for themselves; their earlier texts keep what they showed."""
    require(Viewer(by), "consultations.organise", participation.consultation)
    with transaction.atomic(), announced_together():
        return _settle(_lock(participation), SpeaksFor.NO, verb="participation.refused", by=by)


def _lock(participation: Participation) -> Participation:
    """Lock the participation, then read its organisation: a joined one would date from before the lock."""
    rows = Participation.objects.select_for_update(of=("self",)).select_related("consultation", "user")
    return rows.get(pk=participation.pk)


def _check_claim(locked: Participation, expected_organisation: int) -> None:
    if locked.speaks_for == SpeaksFor.NO:
        raise ValidationError(_("Cette personne ne dit plus parler au nom d’une organisation."), code="not_claimed")
    if locked.organisation is None or locked.organisation.shown.pk != expected_organisation:
        text = _(
            "%(name)s a changé d’organisation entre-temps. Organisation déclarée maintenant : %(organisation)s. Rien "
            "n’a été confirmé : vérifiez cette organisation, puis confirmez-la."
        )
        words = {"name": isolated(locked.name), "organisation": isolated(locked.organisation)}
        raise ValidationError(text, code="other_organisation", params=words)


def _settle(locked: Participation, stands_for: SpeaksFor, *, verb: str, by: User) -> Participation:
    if locked.speaks_for == stands_for:
        return locked
    locked.speaks_for = stands_for
    locked.save(update_fields=["speaks_for"])
    details = {"organisation": locked.organisation_id}
    record(verb, locked, by=by, consultation_id=locked.consultation_id, details=details)
    _notify(locked)
    announce(staff_pages_changed(locked.consultation_id))
    return locked


def _notify(participation: Participation) -> None:
    """Notify the person; an imported author has no account."""
    if participation.user is None:
        return
    consultation, organisation = participation.consultation, participation.organisation
    if participation.speaks_for == SpeaksFor.CONFIRMED:
        text = _("L’équipe d’organisation confirme que vous parlez au nom %(of_organisation)s. Vos textes le diront.")
    else:
        text = _(
            "L’équipe d’organisation ne confirme pas que vous parlez au nom %(of_organisation)s. Vos prochains textes "
            "paraîtront à titre personnel."
        )
    notify(
        participation.user,
        kind="participation",
        obj=participation,
        title=_("Au nom de qui vous parlez dans %(title)s") % {"title": quoted(consultation.title)},
        url=reverse("consultations:participation", args=[consultation.slug]),
        text=text % {"of_organisation": of(organisation)},
        at_once=True,
    )
