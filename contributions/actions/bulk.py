"""Enter many contributions at once under the same rules, all or nothing, for importer and demonstration."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta, tzinfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.consultations.models import Consultation
from concertation.permissions import require
from concertation.viewer import Viewer

from ..models import Contribution, State
from ..wording import ENTERED_LENGTH, Wording, check_frame, word
from .batches import abandoned_on_failure, begin_batch, publish_batch
from .drafts import Entry, drafts_of, write_drafts


def bulk_enter(
    consultation: Consultation, rows: Sequence[Entry], *, by: User, now: datetime | None = None
) -> list[Contribution]:
    """Enter all of these contributions, in this order, or none; what is refused names its row."""
    now = now or timezone.now()
    require(Viewer(by, now), "contributions.import", consultation)
    wordings = check_all(consultation, rows, now)
    if not rows:
        return []
    batch = begin_batch(consultation, numbers=[entry.number for entry in rows], by=by)
    with abandoned_on_failure(batch):
        drafts = drafts_of(batch, rows, wordings, by=by, now=now)
        write_drafts(batch, drafts, by=by)
        publish_batch(batch, drafts, by=by, now=now)
    return [draft.row for draft in drafts]


def check_all(consultation: Consultation, rows: Sequence[Entry], now: datetime) -> list[Wording]:
    """Return the wording of each entry, or refuse with every fault and its row."""
    wordings: list[Wording] = []
    errors: list[ValidationError] = []
    natures: dict[int, bool] = {}
    for index, entry in enumerate(rows, start=1):
        try:
            wordings.append(_check(consultation, entry, natures, now))
        except ValidationError as error:
            for message in error.messages:
                text = _("Ligne %(row)d : %(message)s") % {"row": index, "message": message}
                errors.append(ValidationError(text, params={"row": index}))
    if errors:
        raise ValidationError(errors)
    return wordings


def check_order(occurred_at: datetime | None, published_at: datetime | None, zone: tzinfo) -> None:
    """Refuse words said after they were published; a publication at midnight in ``zone`` is a day without an hour."""
    if occurred_at is None or published_at is None:
        return
    published_at = published_at.astimezone(zone)
    if occurred_at > published_at + timedelta(days=published_at.time() == time()):
        raise ValidationError(_("Cette date est après celle de la publication. Vérifiez les deux."))


def _check(consultation: Consultation, entry: Entry, seen: dict[int, bool], now: datetime) -> Wording:
    if {entry.author.consultation_id, entry.topic.phase.consultation_id} != {consultation.pk}:
        raise ValidationError(_("L’auteur et la thématique ne sont pas de cette concertation."))
    if entry.state not in State.placed():
        raise ValidationError(_("L’état d’une contribution versée est publiée, masquée ou retirée."))
    if max(entry.occurred_at or now, entry.published_at or now) > now:
        raise ValidationError(_("La date est dans le futur."))
    check_order(entry.occurred_at, entry.published_at, consultation.tz)
    if entry.nature is not None and entry.nature.consultation_id != consultation.pk:
        raise ValidationError(_("Cette nature n’est pas de cette concertation."))
    check_frame(consultation, entry.topic.phase, None, entry.stakes)
    if entry.wording is not None:
        return entry.wording
    if not entry.body.strip() and entry.state != State.PUBLISHED:
        return Wording("", "", "", "")
    is_reply = bool(entry.parent or entry.parent_key)
    return word(entry.body, title=entry.title, is_reply=is_reply, max_length=ENTERED_LENGTH)
