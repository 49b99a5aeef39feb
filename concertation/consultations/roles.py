"""The holders of each role, for organisers and for the rules on names."""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db.models import BooleanField, Case, Q, When

from concertation.accounts.models import User
from concertation.accounts.reserved_names import TeamName, consultation_titles, function_names, team_names
from concertation.texts.words import skeleton, sort_key

from .actions.roles import role_name
from .models import Consultation, Membership, Participation, Role


@dataclass(frozen=True)
class RoleGroup:
    name: str
    members: list[Membership]


def held(consultation: Consultation, now: datetime) -> list[RoleGroup]:
    """Return every role of the consultation with its present holders, by name."""
    rows = Membership.objects.filter(consultation=consultation).held_at(now).select_related("user")
    members = sorted(rows, key=lambda one: (sort_key(str(one.user)), one.pk))
    return [
        RoleGroup(role_name(consultation, role), [one for one in members if one.role == role])
        for role in (Role.ORGANISER, Role.TEAM, Role.MODERATOR, Role.STEERING, Role.OPERATIONAL)
    ]


def names_of_teams(now: datetime) -> list[TeamName]:
    """Return the names of all who hold a role somewhere, and of the administrators."""
    held = Membership.objects.held_at(now)
    staff = Q(pk__in=held.filter(role__in=Role.staff()).values("user")) | Q(is_superuser=True)
    people = User.objects.filter(staff | Q(pk__in=held.values("user")), is_active=True).exclude(display_name="")
    speaks = Case(When(staff, then=True), default=False, output_field=BooleanField())
    return [TeamName(*row) for row in people.annotate(speaks=speaks).values_list("pk", "display_name", "speaks")]


def names_of_functions() -> list[str]:
    """Return the names of roles, and those that consultations gave to their committees."""
    given = Consultation.objects.values_list("steering_name", "operational_name")
    return [*(str(role.label) for role in Role), *dict.fromkeys(chain.from_iterable(given))]


def titles_of_consultations() -> list[str]:
    return list(Consultation.objects.values_list("title", flat=True))


def bearers_of_committee_names(consultation: Consultation) -> list[str]:
    """Return the names of participants that read like the name of a committee of this consultation."""
    committees = {skeleton(consultation.steering_name), skeleton(consultation.operational_name)} - {""}
    people = Participation.objects.filter(consultation=consultation, user__is_active=True)
    names = set(people.values_list("user__display_name", flat=True))
    return sorted((name for name in names if skeleton(name) in committees), key=sort_key)


def register() -> None:
    team_names.offer(names_of_teams)
    function_names.offer(names_of_functions)
    consultation_titles.offer(titles_of_consultations)
