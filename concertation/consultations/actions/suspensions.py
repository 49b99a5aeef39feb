"""Suspend a participation: for a reason, with a message, until a date or until it is lifted."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concertation.accounts.models import User
from concertation.journal.actions import record
from concertation.journal.receipts import acts_once
from concertation.live.actions import announce, announced_together
from concertation.notices.actions import notify
from concertation.permissions import require
from concertation.slots import Hooks
from concertation.texts.clean import check_text
from concertation.texts.templatetags.french import moment, quoted
from concertation.viewer import Viewer

from ..live import staff_pages_changed
from ..models import Consultation, Participation, Reason, Suspension

# What higher apps do when someone takes part again.
participation_resumed: Hooks[[Participation, datetime]] = Hooks()

MESSAGE_LIMIT = 2_000
# The message of a refused act; pages show the reason and the end.
SUSPENDED = gettext_lazy("Votre participation est suspendue : vous ne pouvez ni écrire ni réagir pour le moment.")
NO_SEAT = gettext_lazy(
    "Votre participation est suspendue : vous ne pouvez ni écrire, ni réagir, ni vous inscrire pour le moment."
)


@acts_once
def suspend_participation(
    participation: Participation,
    *,
    reason: Reason,
    message: str,
    ends_at: datetime | None = None,
    now: datetime,
    by: User,
) -> Suspension:
    """Suspend a person: they may read what is public, write nothing, and are notified of the reason and the end."""
    require(Viewer(by, now), "consultations.suspend", participation)
    message = _checked(participation, reason, message, ends_at, now)
    with transaction.atomic(), announced_together():
        locked = _locked(participation)
        running = locked.suspension
        if running is not None and running.is_running(now):
            if (running.reason_id, running.message, running.ends_at) == (reason.pk, message, ends_at):
                return running
            raise ValidationError(_("Cette participation est déjà suspendue. Levez d’abord la suspension en cours."))
        made = Suspension.objects.create(
            participation=locked, reason=reason, message=message, starts_at=now, ends_at=ends_at, by=by
        )
        locked.suspension = made
        locked.save(update_fields=["suspension"])
        details = {"suspension": made.pk, "ends_at": ends_at.isoformat() if ends_at else None}
        record("participation.suspended", locked, by=by, consultation_id=locked.consultation_id, details=details)
        _notify_suspended(locked, made)
        announce(staff_pages_changed(locked.consultation_id))
    return made


def lift_suspension(suspension: Suspension, *, now: datetime, by: User) -> Suspension:
    """Lift a suspension before its end, notify the person, and give them the seat they waited for."""
    require(Viewer(by, now), "consultations.lift_suspension", suspension.participation)
    with transaction.atomic(), announced_together():
        locked = _locked(suspension.participation)
        suspension = Suspension.objects.get(pk=suspension.pk)
        if not suspension.is_running(now):
            return suspension
        suspension.lifted_at, suspension.lifted_by = now, by
        suspension.save(update_fields=["lifted_at", "lifted_by"])
        record("participation.resumed", locked, by=by, consultation_id=locked.consultation_id)
        _notify_lifted(locked, suspension)
        participation_resumed.run(locked, now)
        announce(staff_pages_changed(locked.consultation_id))
    return suspension


def until(suspension: Suspension, consultation: Consultation) -> str:
    """Return the end of a suspension in words."""
    if suspension.ends_at is None:
        return _("sans date de fin")
    return _("jusqu’au %(at)s") % {"at": moment(suspension.ends_at, consultation.tz)}


def _locked(participation: Participation) -> Participation:
    """Lock the person's row, then read their suspension: a joined one would date from before the lock."""
    rows = Participation.objects.select_for_update(of=("self",)).select_related("consultation", "user")
    return rows.get(pk=participation.pk)


def _checked(
    participation: Participation, reason: Reason, message: str, ends_at: datetime | None, now: datetime
) -> str:
    errors = {}
    if reason.consultation_id != participation.consultation_id or reason.use != Reason.Use.HIDE:
        errors["reason"] = _("Choisissez un motif de la liste.")
    if ends_at is not None and ends_at <= now:
        errors["ends_at"] = _("Cette date est déjà passée. Indiquez une date à venir, ou rien.")
    if not message.strip():
        errors["message"] = _("Dites à la personne pourquoi sa participation est suspendue.")
    if errors:
        raise ValidationError(errors)
    try:
        return check_text(message, max_length=MESSAGE_LIMIT)
    except ValidationError as error:
        raise ValidationError({"message": error}) from error


def _notify_suspended(participation: Participation, suspension: Suspension) -> None:
    consultation = participation.consultation
    assert participation.user is not None
    reason = suspension.reason
    parts = [
        _("L’équipe de modération suspend votre participation à cette concertation, %(until)s.")
        % {"until": until(suspension, consultation)},
        _("Motif : %(reason)s") % {"reason": reason.label},
        reason.explanation,
        suspension.message,
        _("Vous lisez toujours ce que tout le monde lit. Pour répondre, adressez-vous à l’équipe d’organisation."),
    ]
    notify(
        participation.user,
        kind="suspension",
        obj=suspension,
        title=_("Votre participation à %(title)s est suspendue") % {"title": quoted(consultation.title)},
        url=reverse("consultations:home", args=[consultation.slug]),
        text="\n\n".join(part for part in parts if part),
        at_once=True,
        now=suspension.starts_at,
    )


def _notify_lifted(participation: Participation, suspension: Suspension) -> None:
    consultation = participation.consultation
    if participation.user is None:
        return
    notify(
        participation.user,
        kind="suspension",
        obj=suspension,
        title=_("Vous participez de nouveau à %(title)s") % {"title": quoted(consultation.title)},
        url=reverse("consultations:home", args=[consultation.slug]),
        text=_("L’équipe de modération a levé la suspension de votre participation. Vous pouvez de nouveau écrire."),
        at_once=True,
        now=suspension.lifted_at,
    )
