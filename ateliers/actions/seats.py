"""Give seats one at a time, under the lock of the atelier; then fill the waiting list in order."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concertation.accounts.models import User
from concertation.consultations.audiences import suspended_among
from concertation.consultations.limits import check_limit
from concertation.journal.actions import record
from concertation.live.actions import announce, announced_together
from concertation.permissions import require
from concertation.texts.templatetags.french import count
from concertation.viewer import Viewer

from ..hours import moment_of
from ..mail_changes import Reseated
from ..mails import mail_confirmed, mail_given_up, mail_waiting
from ..models import Atelier, Registration
from .locking import locked, next_edition, seats_changed


class Shortage(ValidationError):
    """Raised by an edit that leaves fewer seats than people, until its author has agreed to the numbers.

    ``agreement`` names those numbers: passed to the verb, it allows the edit while they are still right.
    """

    def __init__(self, found: Mapping[str, tuple[int, int]]) -> None:
        self.agreement = ",".join(f"{mode}:{people}/{seats}" for mode, (people, seats) in found.items())
        super().__init__([_shortage_in(mode, *found[mode]) for mode in found], code="seats")


def register(atelier: Atelier, *, by: User, mode: str = "", now: datetime) -> Registration:
    """Register a person: with a seat if one is left, else on the waiting list, first come first."""
    require(Viewer(by, now), "ateliers.register", atelier)
    with transaction.atomic(), announced_together():
        atelier = locked(atelier)
        held = atelier.registration_of(by)
        if held is not None:
            return held
        check_open(atelier, now)
        check_limit("registration.made", atelier.consultation, by=by)
        mode = _checked_mode(atelier, mode)
        # The waiting list comes first: a seat may be free because a suspension has ended by itself.
        give_free_seats(atelier, now=now)
        has_seat = seats_left(atelier, mode) != 0
        if atelier.registrations.filter(user=by).exists():
            next_edition(atelier)
        registration = Registration.objects.create(
            atelier=atelier,
            user=by,
            mode=mode,
            rank=_next_rank(atelier),
            state=Registration.State.CONFIRMED if has_seat else Registration.State.WAITING,
            at=now,
        )
        details = {"atelier": atelier.number, "state": str(registration.state), "mode": mode}
        record("registration.made", registration, by=by, consultation_id=atelier.consultation_id, details=details)
        (mail_confirmed if has_seat else mail_waiting)(registration, now=now)
        announce(*seats_changed(atelier))
    return registration


def cancel_registration(registration: Registration, *, by: User, now: datetime) -> Registration:
    """Cancel one's registration before the atelier begins; the seat goes to the first of the waiting list."""
    require(Viewer(by, now), "ateliers.cancel_registration", registration)
    with transaction.atomic(), announced_together():
        atelier = locked(registration.atelier)
        registration = Registration.objects.select_related("user").get(pk=registration.pk)
        registration.atelier = atelier
        if registration.state == Registration.State.CANCELLED:
            return registration
        if atelier.has_started(now):
            raise ValidationError(_("L’atelier a commencé : l’inscription ne peut plus être annulée."), code="started")
        had_seat = registration.is_confirmed
        registration.state = Registration.State.CANCELLED
        registration.cancelled_at = now
        registration.save(update_fields=["state", "cancelled_at"])
        next_edition(atelier)
        details = {"atelier": atelier.number}
        record("registration.cancelled", registration, by=by, consultation_id=atelier.consultation_id, details=details)
        mail_given_up(registration, had_seat=had_seat, by_themselves=registration.user_id == by.pk, now=now)
        give_free_seats(atelier, now=now)
        announce(*seats_changed(atelier))
    return registration


def reseat(atelier: Atelier, *, agreed: str, now: datetime) -> list[Reseated]:
    """Assign seats again in an edited atelier, under its lock: people follow its mode, the last may have to wait.

    Those who were in this way of taking part already keep their seat before those who are moved to it.
    """
    rows = list(atelier.registrations.active().select_related("user").order_by("rank"))
    people = [Reseated(one, one.mode, one.state) for one in rows]
    for one in rows:
        one.atelier = atelier
        if one.mode not in atelier.modes:
            one.mode = atelier.modes[0]
    if atelier.state == Atelier.State.PUBLISHED and not atelier.has_started(now):
        _send_back_to_the_queue(atelier, people, agreed)
    Registration.objects.bulk_update([one.registration for one in people if one.has_moved], ["mode", "state"])
    given = {one.pk for one in _give_free_seats(atelier, now)}
    for one in rows:
        if one.pk in given:
            one.state = Registration.State.CONFIRMED
    return people


def give_free_seats(atelier: Atelier, *, now: datetime) -> list[Registration]:
    """Give free seats to the waiting list, in its order; called under the atelier's lock.

    A suspended person keeps their rank and is passed over meanwhile.
    """
    given = _give_free_seats(atelier, now)
    if given:
        next_edition(atelier)
    for one in given:
        mail_confirmed(one, now=now, from_queue=True)
    return given


def give_seats_of(ateliers: Iterable[Atelier], *, now: datetime) -> None:
    """Give free seats of each atelier to its waiting list, after a suspension ended or expired."""
    with transaction.atomic(), announced_together():
        for one in sorted(ateliers, key=lambda atelier: atelier.pk):
            atelier = locked(one)
            if give_free_seats(atelier, now=now):
                announce(*seats_changed(atelier))


def seats_left(atelier: Atelier, mode: str) -> int | None:
    """Return the free seats in this way of taking part; None if there is no limit."""
    seats = atelier.seats(mode)
    return None if seats is None else max(0, seats - atelier.registrations.confirmed().in_mode(mode).count())


def _give_free_seats(atelier: Atelier, now: datetime) -> list[Registration]:
    if atelier.state != Atelier.State.PUBLISHED or atelier.has_started(now):
        return []
    left = {mode: seats_left(atelier, mode) for mode in atelier.modes}
    if not any(number != 0 for number in left.values()):
        return []
    queue = list(atelier.registrations.waiting().select_related("user"))
    suspended = suspended_among([one.user for one in queue if one.user], atelier.consultation, now)
    given = []
    for waiting in queue:
        free = left.get(waiting.mode, 0)
        if waiting.user_id in suspended or free == 0:
            continue
        left[waiting.mode] = None if free is None else free - 1
        waiting.atelier = atelier
        waiting.state = Registration.State.CONFIRMED
        waiting.save(update_fields=["state"])
        details = {"atelier": atelier.number}
        record("registration.confirmed", waiting, by=None, consultation_id=atelier.consultation_id, details=details)
        given.append(waiting)
    return given


def _send_back_to_the_queue(atelier: Atelier, people: Sequence[Reseated], agreed: str) -> None:
    short: dict[str, tuple[int, int]] = {}
    for mode in atelier.modes:
        seats = atelier.seats(mode)
        held = [one for one in people if one.registration.mode == mode and one.registration.is_confirmed]
        if seats is None or len(held) <= seats:
            continue
        short[mode] = (len(held), seats)
        held.sort(key=lambda one: (one.mode_before != mode, one.registration.rank))
        for one in held[seats:]:
            one.registration.state = Registration.State.WAITING
    if short and (refusal := Shortage(short)).agreement != agreed:
        raise refusal


def _shortage_in(mode: str, people: int, seats: int) -> str:
    who = count(people, "inscrit,inscrits")
    words = {"mode": Atelier.Mode(mode).label, "people": who, "seats": count(seats, "place,places")}
    said = _("%(mode)s : %(people)s pour %(seats)s.") % words
    return (
        said
        + " "
        + ngettext(
            "La dernière personne inscrite passera sur la liste d’attente et en sera prévenue.",
            "Les %(number)s dernières personnes inscrites passeront sur la liste d’attente et en seront prévenues.",
            people - seats,
        )
        % {"number": people - seats}
    )


def check_open(atelier: Atelier, now: datetime) -> None:
    """Raise the reason why registration is not open."""
    if atelier.is_cancelled:
        raise ValidationError(_("Cet atelier est annulé."), code="cancelled")
    if atelier.is_draft:
        raise ValidationError(_("Cet atelier n’est pas encore annoncé."), code="draft")
    if atelier.has_started(now):
        raise ValidationError(_("L’atelier a commencé : les inscriptions sont closes."), code="started")
    opens, closes = atelier.registration_opens_at, atelier.registration_closes_at
    if opens and now < opens:
        at = moment_of(atelier, opens)
        raise ValidationError(_("Les inscriptions ouvrent le %(at)s."), params={"at": at}, code="early")
    if closes and now >= closes:
        at = moment_of(atelier, closes)
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
