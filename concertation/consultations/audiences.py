"""Which class of readers a person belongs to: the one rule that pages, exports and the socket share."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from concertation.asking import anew, answers
from concertation.live.audience import Audience

from .models import Consultation, Membership, Participation, Role, Suspension


def audience_of(user: Any, consultation: Consultation, now: datetime) -> Audience | None:
    """The class of this reader in ``consultation``, or None when the consultation does not exist for them."""
    return audiences_of(user, [consultation], now).get(consultation.pk)


def audiences_of(user: Any, consultations: Sequence[Consultation], now: datetime) -> dict[int, Audience]:
    """The same for a whole list in two queries; those that do not exist for this reader are left out."""
    if not user.is_authenticated or not user.is_active:
        return {one.pk: Audience.PUBLIC for one in consultations if one.is_public(now)}
    mine = _participations(user, [one.pk for one in consultations])
    roles = _roles(user, now)
    found = {one.pk: _audience(user, one, roles.get(one.pk, set()), mine[one.pk], now) for one in consultations}
    return {pk: audience for pk, audience in found.items() if audience is not None}


def _audience(
    user: Any, consultation: Consultation, roles: set[str], mine: Participation | None, now: datetime
) -> Audience | None:
    if user.is_superuser or roles & set(Role.staff()):
        return Audience.STAFF
    is_suspended = _running(mine, now) is not None
    if roles and not is_suspended:
        return Audience.COMMITTEE
    if not consultation.is_public(now):
        return None
    return Audience.PUBLIC if mine is None or is_suspended else Audience.PARTICIPANTS


def roles_of(user: Any, consultation: Consultation, now: datetime) -> set[str]:
    """The roles this person holds in ``consultation`` at ``now``; who is suspended sits on no committee meanwhile."""
    if not user.is_authenticated:
        return set()
    roles = _roles(user, now).get(consultation.pk, set())
    if not roles or roles & set(Role.staff()) or _running(participation_of(user, consultation), now) is None:
        return roles
    return set()


def runs_any(user: Any, now: datetime) -> bool:
    """Whether this person is of the staff of some consultation: the organiser space has something for them."""
    if not user.is_authenticated or not user.is_active:
        return False
    return user.is_superuser or any(roles & set(Role.staff()) for roles in _roles(user, now).values())


def participation_of(user: Any, consultation: Consultation) -> Participation | None:
    """As whom this person takes part in ``consultation``, if they have joined it."""
    if not user.is_authenticated:
        return None
    return _participations(user, [consultation.pk])[consultation.pk]


def suspension_of(user: Any, consultation: Consultation, now: datetime) -> Suspension | None:
    """What keeps this person from taking part in ``consultation`` at ``now``."""
    return _binding(user, consultation, participation_of(user, consultation), now)


def suspended_among(users: Sequence[Any], consultation: Consultation, now: datetime) -> set[int]:
    """Those of ``users`` whom a suspension keeps from taking part, in two queries for them all."""
    with anew():
        look_up(users)
        return {user.pk for user in users if suspension_of(user, consultation, now)}


def takes_part(user: Any, consultation: Consultation, now: datetime) -> bool:
    """Whether this person has joined ``consultation`` and is not suspended there."""
    mine = participation_of(user, consultation)
    return mine is not None and _binding(user, consultation, mine, now) is None


def _binding(user: Any, consultation: Consultation, mine: Participation | None, now: datetime) -> Suspension | None:
    """A suspension that runs binds nobody of the staff."""
    found = _running(mine, now)
    if found is None or user.is_superuser or _roles(user, now).get(consultation.pk, set()) & set(Role.staff()):
        return None
    return found


def _running(mine: Participation | None, now: datetime) -> Suspension | None:
    found = None if mine is None else mine.suspension
    return found if found is not None and found.is_running(now) else None


def _roles(user: Any, now: datetime) -> dict[int, set[str]]:
    """The roles of this person at ``now``, by consultation."""
    roles: dict[int, set[str]] = defaultdict(set)
    for one in answers("memberships", [user.pk], _fetch_memberships)[user.pk]:
        if one.is_held(now):
            roles[one.consultation_id].add(one.role)
    return roles


def _fetch_memberships(users: Sequence[int]) -> dict[int, list[Membership]]:
    found: dict[int, list[Membership]] = {user: [] for user in users}
    for one in Membership.objects.filter(user__in=users):
        found[one.user_id].append(one)
    return found


def _participations(user: Any, pks: Sequence[int]) -> dict[int, Participation | None]:
    mine = answers("participations", [user.pk], _fetch_participations)[user.pk]
    return {pk: mine.get(pk) for pk in pks}


def _fetch_participations(users: Sequence[int]) -> dict[int, dict[int, Participation]]:
    found: dict[int, dict[int, Participation]] = {user: {} for user in users}
    for one in Participation.objects.filter(user__in=users).select_related("suspension"):
        found[one.user_id or 0][one.consultation_id] = one
    return found


def look_up(users: Sequence[Any]) -> None:
    """Ask about many people in two queries, before each of their classes is asked for one by one."""
    pks = [user.pk for user in users if user.is_authenticated]
    answers("memberships", pks, _fetch_memberships)
    answers("participations", pks, _fetch_participations)
