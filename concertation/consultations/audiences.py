"""Which class of readers a person belongs to: the one rule that pages, exports and the socket share."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from concertation.live.audience import Audience

from .models import Consultation, Membership, Participation, Role


def audience_of(user: Any, consultation: Consultation, now: datetime) -> Audience | None:
    """The class of this reader in ``consultation``, or None when the consultation does not exist for them."""
    return audiences_of(user, [consultation], now).get(consultation.pk)


def audiences_of(user: Any, consultations: Sequence[Consultation], now: datetime) -> dict[int, Audience]:
    """The same for a whole list in two queries; those that do not exist for this reader are left out."""
    if not user.is_authenticated or not user.is_active:
        return {one.pk: Audience.PUBLIC for one in consultations if one.is_public(now)}
    roles: dict[int, set[str]] = defaultdict(set)
    held = Membership.objects.filter(user=user, consultation__in=consultations).held_at(now)
    for pk, role in held.values_list("consultation", "role"):
        roles[pk].add(role)
    mine = Participation.objects.filter(user=user, consultation__in=consultations)
    joined = set(mine.values_list("consultation", flat=True))
    found = {one.pk: _audience(user, one, roles[one.pk], now, joined=one.pk in joined) for one in consultations}
    return {pk: audience for pk, audience in found.items() if audience is not None}


def _audience(
    user: Any, consultation: Consultation, roles: set[str], now: datetime, *, joined: bool
) -> Audience | None:
    if user.is_superuser or roles & set(Role.staff()):
        return Audience.STAFF
    if roles:
        return Audience.COMMITTEE
    if not consultation.is_public(now):
        return None
    return Audience.PARTICIPANTS if joined else Audience.PUBLIC


def roles_of(user: Any, consultation: Consultation, now: datetime) -> set[str]:
    """The roles this person holds in ``consultation`` at ``now``."""
    if not user.is_authenticated:
        return set()
    return set(Membership.objects.of(user, consultation).held_at(now).values_list("role", flat=True))
