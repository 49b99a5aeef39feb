"""Compute the audience of a viewer: one rule for pages, exports and sockets."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from concertation.accounts.models import User
from concertation.live.audience import Audience
from concertation.prepared import Prepared
from concertation.viewer import Facts, Viewer

from .models import Consultation, Membership, Participation, Role, Suspension

_memberships_of = Prepared[int, Membership](lambda users: Membership.objects.filter(user__in=users))
_participations_of = Prepared[int, Participation](
    lambda users: Participation.objects.filter(user__in=users).select_related("suspension")
)


def audience_of(viewer: Viewer, consultation: Consultation) -> Audience | None:
    """Return the viewer's audience in ``consultation``, or None when the consultation does not exist for them."""
    return audiences_of(viewer, [consultation]).get(consultation.pk)


def audiences_of(viewer: Viewer, consultations: Sequence[Consultation]) -> dict[int, Audience]:
    """Return the same for a list of consultations in two queries, without those that do not exist for the viewer."""
    if viewer.stands_for is not None:
        return dict.fromkeys((one.pk for one in consultations), viewer.stands_for)
    if not viewer.is_known:
        return {one.pk: Audience.PUBLIC for one in consultations if one.is_public(viewer.now)}
    mine = _participations(viewer, [one.pk for one in consultations])
    roles = _roles(viewer)
    found = {one.pk: _audience(viewer, one, roles.get(one.pk, set()), mine[one.pk]) for one in consultations}
    return {pk: audience for pk, audience in found.items() if audience is not None}


def _audience(
    viewer: Viewer, consultation: Consultation, roles: set[str], mine: Participation | None
) -> Audience | None:
    if viewer.is_administrator or roles & set(Role.staff()):
        return Audience.STAFF
    is_suspended = _running(mine, viewer.now) is not None
    if roles and not is_suspended:
        return Audience.COMMITTEE
    if not consultation.is_public(viewer.now):
        return None
    return Audience.PUBLIC if mine is None or is_suspended else Audience.PARTICIPANTS


def roles_of(viewer: Viewer, consultation: Consultation) -> set[str]:
    """Return the viewer's roles in ``consultation``; a suspended person has no committee role meanwhile."""
    if not viewer.is_known:
        return set()
    roles = _roles(viewer).get(consultation.pk, set())
    if not roles or roles & set(Role.staff()) or _running(participation_of(viewer, consultation), viewer.now) is None:
        return roles
    return set()


def runs_any(viewer: Viewer) -> bool:
    """Return whether the viewer is staff of some consultation, so that the organiser space has something for them."""
    if not viewer.is_known:
        return False
    return viewer.is_administrator or any(roles & set(Role.staff()) for roles in _roles(viewer).values())


def organises_any(viewer: Viewer) -> bool:
    """Return whether the viewer organises some consultation."""
    return viewer.is_known and any(Role.ORGANISER in roles for roles in _roles(viewer).values())


def participation_of(viewer: Viewer, consultation: Consultation) -> Participation | None:
    """Return the viewer's participation in ``consultation``, if they joined it."""
    if not viewer.is_known:
        return None
    return _participations(viewer, [consultation.pk])[consultation.pk]


def suspension_of(viewer: Viewer, consultation: Consultation) -> Suspension | None:
    """Return the suspension that keeps the viewer from taking part in ``consultation``."""
    return _binding(viewer, consultation, participation_of(viewer, consultation))


def suspended_among(users: Sequence[User], consultation: Consultation, now: datetime) -> set[int]:
    """Return those of ``users`` who are suspended, in two queries for them all."""
    viewers = viewers_for(users, now)
    look_up(viewers)
    return {one.person.pk for one in viewers if suspension_of(one, consultation)}


def takes_part(viewer: Viewer, consultation: Consultation) -> bool:
    """Return whether the viewer has joined ``consultation`` and is not suspended there."""
    mine = participation_of(viewer, consultation)
    return mine is not None and _binding(viewer, consultation, mine) is None


def _binding(viewer: Viewer, consultation: Consultation, mine: Participation | None) -> Suspension | None:
    """Return the running suspension; one of a staff member has no effect."""
    found = _running(mine, viewer.now)
    if found is None or viewer.is_administrator:
        return None
    return None if _roles(viewer).get(consultation.pk, set()) & set(Role.staff()) else found


def _running(mine: Participation | None, now: datetime) -> Suspension | None:
    found = None if mine is None else mine.suspension
    return found if found is not None and found.is_running(now) else None


def _roles(viewer: Viewer) -> dict[int, set[str]]:
    """Return the viewer's roles, by consultation."""
    roles: dict[int, set[str]] = defaultdict(set)
    for one in viewer.ask("memberships", [viewer.person.pk], _fetch_memberships)[viewer.person.pk]:
        if one.is_held(viewer.now):
            roles[one.consultation_id].add(one.role)
    return roles


def _fetch_memberships(users: Sequence[int]) -> dict[int, list[Membership]]:
    found: dict[int, list[Membership]] = {user: [] for user in users}
    for one in _memberships_of(users):
        found[one.user_id].append(one)
    return found


def _participations(viewer: Viewer, pks: Sequence[int]) -> dict[int, Participation | None]:
    mine = viewer.ask("participations", [viewer.person.pk], _fetch_participations)[viewer.person.pk]
    return {pk: mine.get(pk) for pk in pks}


def _fetch_participations(users: Sequence[int]) -> dict[int, dict[int, Participation]]:
    found: dict[int, dict[int, Participation]] = {user: {} for user in users}
    for one in _participations_of(users):
        found[one.user_id or 0][one.consultation_id] = one
    return found


def viewers_for(users: Sequence[User], now: datetime) -> list[Viewer]:
    """Return viewers that share one memo of facts, so that ``look_up`` can read them together."""
    facts: Facts = {}
    return [Viewer(user, now, facts=facts) for user in users]


def look_up(viewers: Sequence[Viewer]) -> None:
    """Read the roles and participations of these viewers, in two queries."""
    pks = [one.person.pk for one in viewers if one.is_known]
    if pks:
        viewers[0].ask("memberships", pks, _fetch_memberships)
        viewers[0].ask("participations", pks, _fetch_participations)
