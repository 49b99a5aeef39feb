"""Who holds which role, as organisers read it."""

from dataclasses import dataclass
from datetime import datetime

from concertation.texts.words import sort_key

from .actions.roles import role_name
from .models import Consultation, Membership, Role


@dataclass(frozen=True)
class RoleGroup:
    name: str
    members: list[Membership]


def held(consultation: Consultation, now: datetime) -> list[RoleGroup]:
    """Every role of the consultation with those who hold it now, by name."""
    rows = Membership.objects.filter(consultation=consultation).held_at(now).select_related("user")
    members = sorted(rows, key=lambda one: (sort_key(str(one.user)), one.pk))
    return [
        RoleGroup(role_name(consultation, role), [one for one in members if one.role == role])
        for role in (Role.ORGANISER, Role.TEAM, Role.MODERATOR, Role.STEERING, Role.OPERATIONAL)
    ]
