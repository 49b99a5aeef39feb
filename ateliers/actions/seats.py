"""Seats are given one at a time, under the lock of the atelier's row; whoever comes too late waits in order."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.consultations.audiences import suspended_among
from concertation.journal.actions import record
from concertation.live.actions import announce
from concertation.permissions import require
from concertation.texts.templatetags.french import moment

from ..models import Atelier, Registration
from .rows import changed, locked, raise_version
from .telling import tell_cancelled_seat, tell_confirmed, tell_waiting


def register(atelier: Atelier, *, by: User, mode: str = "", now: datetime) -> Registration:
    """Whoever registers while seats are left has one; then one waits, first come first."""
    require(by, "ateliers.register", atelier)
    with transaction.atomic():
        atelier = locked(atelier)
        held = atelier.registration_of(by)
        if held is not None:
            return held
        check_open(atelier, now)
        mode = _checked_mode(atelier, mode)
        has_seat = has_seat_left(atelier, mode)
        registration = Registration.objects.create(
            atelier=atelier,
            user=by,
            mode=mode,
            rank=_next_rank(atelier),
            state=Registration.State.CONFIRMED if has_seat else Registration.State.WAITING,
            at=now,
        )
        raise_version(atelier)
        details = {"atelier": atelier.number, "state": str(registration.state), "mode": mode}
        record("registration.made", registration, by=by, consultation_id=atelier.consultation_id, details=details)
        (tell_confirmed if has_seat else tell_waiting)(registration, now=now)
        announce(*changed(atelier, now))
    return registration


def cancel_registration(registration: Registration, *, by: User, now: datetime) -> Registration:
    """One gives up one's seat until the atelier begins; it goes to the first who waits."""
    require(by, "ateliers.cancel_registration", registration)
    with transaction.atomic():
        atelier = locked(registration.atelier)
        registration = Registration.objects.select_related("user").get(pk=registration.pk)
        registration.atelier = atelier
        if registration.state == Registration.State.CANCELLED:
            return registration
        if atelier.has_started(now):
            raise ValidationError(_("L’atelier a commencé : l’inscription ne peut plus être annulée."), code="started")
        registration.state = Registration.State.CANCELLED
        registration.cancelled_at = now
        registration.save(update_fields=["state", "cancelled_at"])
        raise_version(atelier)
        details = {"atelier": atelier.number}
        record("registration.cancelled", registration, by=by, consultation_id=atelier.consultation_id, details=details)
        if registration.user_id != by.pk:
            tell_cancelled_seat(registration, now=now)
        give_free_seats(atelier, now=now)
        announce(*changed(atelier, now))
    return registration


def give_free_seats(atelier: Atelier, *, now: datetime) -> list[Registration]:
    """Those who wait get what is free, in the order in which they came; called under the atelier's lock.

    Whoever is suspended keeps their rank and is passed over meanwhile.
    """
    given = []
    queue = list(atelier.registrations.waiting().select_related("user"))
    suspended = suspended_among([one.user for one in queue if one.user], atelier.consultation, now)
    for waiting in queue:
        if waiting.user_id in suspended:
            continue
        if atelier.state != Atelier.State.PUBLISHED or atelier.has_started(now):
            break
        if not has_seat_left(atelier, waiting.mode):
            continue
        waiting.atelier = atelier
        waiting.state = Registration.State.CONFIRMED
        waiting.save(update_fields=["state"])
        details = {"atelier": atelier.number}
        record("registration.confirmed", waiting, by=None, consultation_id=atelier.consultation_id, details=details)
        tell_confirmed(waiting, now=now, from_queue=True)
        given.append(waiting)
    return given


def has_seat_left(atelier: Atelier, mode: str) -> bool:
    left = seats_left(atelier, mode)
    return left is None or left > 0


def seats_left(atelier: Atelier, mode: str) -> int | None:
    """Free seats in this way of taking part; None when there is no limit."""
    seats = atelier.seats(mode)
    return None if seats is None else max(0, seats - atelier.registrations.confirmed().in_mode(mode).count())


def check_open(atelier: Atelier, now: datetime) -> None:
    """Say why registration is not open."""
    if atelier.is_cancelled:
        raise ValidationError(_("Cet atelier est annulé."), code="cancelled")
    if atelier.is_draft:
        raise ValidationError(_("Cet atelier n’est pas encore annoncé."), code="draft")
    if atelier.has_started(now):
        raise ValidationError(_("L’atelier a commencé : les inscriptions sont closes."), code="started")
    opens, closes = atelier.registration_opens_at, atelier.registration_closes_at
    if opens and now < opens:
        at = moment(opens, atelier.tz)
        raise ValidationError(_("Les inscriptions ouvrent le %(at)s."), params={"at": at}, code="early")
    if closes and now >= closes:
        at = moment(closes, atelier.tz)
        raise ValidationError(_("Les inscriptions sont closes depuis le %(at)s."), params={"at": at}, code="late")


def _checked_mode(atelier: Atelier, mode: str) -> str:
    if not mode and len(atelier.modes) == 1:
        return atelier.modes[0]
    if mode not in atelier.modes:
        raise ValidationError({"mode": _("Dites si vous venez sur place ou à distance.")}, code="mode")
    return mode


def _next_rank(atelier: Atelier) -> int:
    last = atelier.registrations.aggregate(last=Max("rank"))["last"]
    return 1 if last is None else int(last) + 1
