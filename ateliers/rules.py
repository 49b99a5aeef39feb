"""Permissions of ateliers. Whether registration is open now is checked by the verb, not here."""

from collections.abc import Collection
from typing import Any

from concertation.consultations.models import Role
from concertation.consultations.rules import (
    consultation_of,
    has_role,
    is_committee,
    is_not_archived,
    is_organiser,
    is_participant,
    is_staff,
    is_suspended,
)
from concertation.permissions import allow, predicate
from concertation.viewer import Viewer
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
def may_see(viewer: Viewer, obj: Any) -> bool:
    atelier = atelier_of(obj)
    return Atelier.objects.visible_to(viewer, atelier.consultation).filter(pk=atelier.pk).exists()


@predicate
def runs_it(viewer: Viewer, obj: Any) -> bool:
    """Return whether the viewer facilitates this atelier or takes its notes, and is not suspended."""
    pk = atelier_of(obj).pk
    is_of_team = viewer.is_known and viewer.pk in viewer.ask("atelier teams", [pk], _teams)[pk]
    return is_of_team and not is_suspended(viewer, obj)


def _teams(pks: Collection[int]) -> dict[int, set[int]]:
    teams: dict[int, set[int]] = {pk: set() for pk in pks}
    for atelier, user in AtelierRole.objects.filter(atelier__in=pks).values_list("atelier", "user"):
        teams[atelier].add(user)
    return teams


@predicate
def runs_one_here(viewer: Viewer, obj: Any) -> bool:
    """Return whether the viewer facilitates an atelier of this consultation, or takes its notes."""
    here = AtelierRole.objects.filter(atelier__consultation=consultation_of(obj))
    return viewer.is_known and here.filter(user=viewer.person).exists() and not is_suspended(viewer, obj)


@predicate
def is_theirs(viewer: Viewer, obj: Registration) -> bool:
    return viewer.is_known and obj.user_id == viewer.pk


@predicate
def is_team_or_organiser(viewer: Viewer, obj: Any) -> bool:
    return has_role(viewer, obj, Role.ORGANISER, Role.TEAM)


allow("ateliers.enter_organiser_space", is_staff | runs_one_here)
allow("ateliers.organise", is_organiser & is_not_archived)
allow("ateliers.edit_programme", (is_team_or_organiser | runs_it) & is_not_archived)
allow("ateliers.register", is_not_archived & may_see & (is_participant | is_committee))
allow("ateliers.manage_registrations", is_team_or_organiser | runs_it)
allow("ateliers.cancel_registration", is_theirs | is_team_or_organiser | runs_it)
allow("ateliers.mark_trial_registration", (is_theirs | is_team_or_organiser | runs_it) & is_not_archived)
allow("ateliers.read_registrations", is_staff | runs_it)
allow("ateliers.write_note", (is_staff | runs_it) & is_not_archived)
allow("ateliers.pour_notes", (is_staff | runs_it) & is_not_archived)
# Those who run an atelier turn its notes into contributions.
allow("contributions.enter", (is_staff | runs_one_here) & may_read_it)
