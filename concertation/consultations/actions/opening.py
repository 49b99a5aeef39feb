"""Open a consultation to the public, at once or at a date, and take a date back before it is reached."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.journal.actions import record
from concertation.live.actions import announce
from concertation.permissions import require
from concertation.viewer import Viewer

from ..live import everything_changed
from ..models import Consultation
from .checking import moves
from .consultations import locked_with_phases


def open_consultation(
    consultation: Consultation, *, at: datetime | None = None, now: datetime | None = None, by: User
) -> Consultation:
    """Open a consultation to the public at ``at``, or at once; nothing but the date of its opening changes."""
    require(Viewer(by, now), "consultations.organise", consultation)
    now = now or timezone.now()
    if at is not None and at <= now:
        raise ValidationError(
            {"at": _("Cette date est déjà passée. Indiquez une date à venir, ou ouvrez dès maintenant.")}
        )
    return _set_opening(consultation, at or now, "consultation.opened" if at is None else "opening.set", now, by)


def cancel_opening(consultation: Consultation, *, now: datetime | None = None, by: User) -> Consultation:
    """Take back the date of an opening that is not reached: the consultation is a draft again."""
    require(Viewer(by, now), "consultations.organise", consultation)
    return _set_opening(consultation, None, "opening.cancelled", now or timezone.now(), by)


def _set_opening(consultation: Consultation, at: datetime | None, verb: str, now: datetime, by: User) -> Consultation:
    with transaction.atomic():
        consultation = locked_with_phases(consultation)
        if consultation.is_public(now):
            if at == now:
                return consultation
            raise ValidationError(
                _("La concertation est déjà publique : son ouverture ne change plus. Vous pouvez l’archiver."),
                code="public",
            )
        if consultation.opens_publicly_at == at:
            return consultation
        before = {"opens_publicly_at": consultation.opens_publicly_at}
        consultation.opens_publicly_at = at
        consultation.save(update_fields=["opens_publicly_at"])
        details = moves(before, consultation, before)
        record(verb, consultation, by=by, consultation_id=consultation.pk, details=details)
        announce(*everything_changed(consultation))
    return consultation
