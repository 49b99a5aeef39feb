"""Who holds which role, as organisers read it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from concertation.accounts.models import User
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


def names_of_teams(now: datetime) -> list[tuple[int, str]]:
    """Key and name of everyone who speaks with authority somewhere: staff of a consultation, administrators."""
    held = Membership.objects.filter(role__in=Role.staff()).held_at(now).values("user")
    rows = User.objects.filter(Q(pk__in=held) | Q(is_superuser=True), is_active=True).exclude(display_name="")
    return list(rows.values_list("pk", "display_name"))


def names_of_functions() -> list[str]:
    """What a team or its people may sign by; nobody else is called so."""
    roles = [str(role.label) for role in Role]
    return [
        *roles,
        _("Équipe de modération"),
        _("Équipe d’organisation"),
        _("L’équipe d’animation"),
        _("L’équipe de modération"),
        _("L’équipe d’organisation"),
        _("Modérateur"),
        _("Modératrice"),
        _("Administrateur"),
        _("Administratrice"),
    ]


def words_of_functions() -> list[str]:
    """Return the words that say a function of the teams: no other person has one in their name."""
    return [
        _("équipe"),
        _("animation"),
        _("animateur"),
        _("animatrice"),
        _("modération"),
        _("modérateur"),
        _("modératrice"),
        _("organisateur"),
        _("organisatrice"),
        _("administrateur"),
        _("administratrice"),
        _("concertation"),
    ]
