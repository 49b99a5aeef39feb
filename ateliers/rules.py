"""Who may do what with ateliers. Whether registration is open at this moment is the verb's sentence, not a rule."""

from collections.abc import Collection
from typing import Any

from django.utils import timezone

from concertation.asking import answers
from concertation.consultations.models import Role
from concertation.consultations.rules import (
    consultation_of,
    holds,
    is_committee,
    is_not_archived,
    is_organiser,
    is_participant,
    is_staff,
    is_suspended,
)
from concertation.permissions import allow, predicate
from contributions.rules import may_read_it

from .models import AgendaItem, Atelier, AtelierRole, Note, Registration, Table


@consultation_of.register
def _of_part(obj: Registration | Table | AgendaItem | AtelierRole) -> Any:
    return obj.atelier.consultation


@consultation_of.register
def _of_note(obj: Note) -> Any:
    return obj.table.atelier.consultation


def atelier_of(obj: Any) -> Atelier:
    if isinstance(obj, Atelier):
        return obj
    atelier = obj.table.atelier if isinstance(obj, Note) else obj.atelier
    assert isinstance(atelier, Atelier)
    return atelier


@predicate
def may_see(user: Any, obj: Any) -> bool:
    atelier = atelier_of(obj)
    return Atelier.objects.visible_to(user, atelier.consultation, timezone.now()).filter(pk=atelier.pk).exists()


@predicate
def runs_it(user: Any, obj: Any) -> bool:
    """Facilitates this atelier or takes its notes; not while suspended."""
    pk = atelier_of(obj).pk
    return _is_known(user) and user.pk in answers("atelier teams", [pk], _teams)[pk] and not is_suspended(user, obj)


def _teams(pks: Collection[int]) -> dict[int, set[int]]:
    teams: dict[int, set[int]] = {pk: set() for pk in pks}
    for atelier, user in AtelierRole.objects.filter(atelier__in=pks).values_list("atelier", "user"):
        teams[atelier].add(user)
    return teams


@predicate
def runs_one_here(user: Any, obj: Any) -> bool:
    """Facilitates an atelier of this consultation, or takes its notes."""
    here = AtelierRole.objects.filter(atelier__consultation=consultation_of(obj))
    return _is_known(user) and here.filter(user=user).exists() and not is_suspended(user, obj)


@predicate
def is_theirs(user: Any, obj: Registration) -> bool:
    return _is_known(user) and obj.user_id == user.pk


def _is_known(user: Any) -> bool:
    return bool(user and user.is_authenticated and user.is_active)


@predicate
def is_team_or_organiser(user: Any, obj: Any) -> bool:
    return holds(user, obj, Role.ORGANISER, Role.TEAM)


allow("ateliers.enter_organiser_space", is_staff | runs_one_here)
allow("ateliers.organise", is_organiser & is_not_archived)
allow("ateliers.edit_programme", (is_team_or_organiser | runs_it) & is_not_archived)
allow("ateliers.register", is_not_archived & may_see & (is_participant | is_committee))
allow("ateliers.manage_registrations", is_team_or_organiser | runs_it)
allow("ateliers.cancel_registration", is_theirs | is_team_or_organiser | runs_it)
allow("ateliers.read_registrations", is_staff | runs_it)
allow("ateliers.write_note", (is_staff | runs_it) & is_not_archived)
allow("ateliers.pour_notes", (is_staff | runs_it) & is_not_archived)
# Those who run an atelier bring its notes into the threads.
allow("contributions.enter", (is_staff | runs_one_here) & may_read_it)
