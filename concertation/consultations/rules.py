"""Permissions of a consultation: small predicates, and the table that combines them.

A predicate takes ``(viewer, obj)``; ``obj`` is a consultation or any object that belongs to one. Rules about time use
``viewer.now``.
"""

from functools import singledispatch
from typing import Any

from django.conf import settings

from concertation.live.audience import Audience
from concertation.permissions import allow, predicate
from concertation.viewer import Viewer

from .audiences import audience_of, organises_any, roles_of, suspension_of, takes_part
from .models import Consultation, Participation, Phase, Role, Topic
from .organisations import consultations_of


@singledispatch
def consultation_of(obj: Any) -> Consultation:
    """Return the consultation of an object; higher apps register their own models."""
    found = obj.consultation
    assert isinstance(found, Consultation)
    return found


@consultation_of.register
def _itself(obj: Consultation) -> Consultation:
    return obj


@consultation_of.register
def _of_topic(obj: Topic) -> Consultation:
    return obj.phase.consultation


def has_role(viewer: Viewer, obj: Any, *roles: str) -> bool:
    """Return whether ``viewer`` has one of ``roles`` where ``obj`` belongs; the administrator has them all."""
    if not viewer.is_known:
        return False
    return viewer.is_administrator or bool(roles_of(viewer, consultation_of(obj)) & set(roles))


@predicate
def is_administrator(viewer: Viewer, obj: Any) -> bool:
    return viewer.is_administrator


@predicate
def is_organiser(viewer: Viewer, obj: Any) -> bool:
    return has_role(viewer, obj, Role.ORGANISER)


@predicate
def is_moderator(viewer: Viewer, obj: Any) -> bool:
    return has_role(viewer, obj, Role.MODERATOR)


@predicate
def is_team(viewer: Viewer, obj: Any) -> bool:
    return has_role(viewer, obj, Role.TEAM)


@predicate
def is_staff(viewer: Viewer, obj: Any) -> bool:
    return has_role(viewer, obj, *Role.staff())


@predicate
def is_committee(viewer: Viewer, obj: Any) -> bool:
    return has_role(viewer, obj, *Role.staff(), *Role.committees())


@predicate
def is_participant(viewer: Viewer, obj: Any) -> bool:
    """Return whether the viewer has joined the consultation and is not suspended there."""
    return takes_part(viewer, consultation_of(obj))


@predicate
def is_suspended(viewer: Viewer, obj: Any) -> bool:
    return suspension_of(viewer, consultation_of(obj)) is not None


@predicate
def has_account(viewer: Viewer, obj: Participation) -> bool:
    """Return whether the participation has an account; an imported author has none to suspend."""
    return obj.user_id is not None


@predicate
def is_of_staff(viewer: Viewer, obj: Participation) -> bool:
    """Return whether the participation is that of a staff member of this consultation, or of an administrator."""
    return obj.user is not None and has_role(Viewer(obj.user, viewer.now), obj, *Role.staff())


@predicate
def may_read(viewer: Viewer, obj: Any) -> bool:
    return audience_of(viewer, consultation_of(obj)) is not None


@predicate
def organises_elsewhere(viewer: Viewer, obj: Any) -> bool:
    """Return whether the viewer organises some consultation, on a site that lets organisers create others."""
    return settings.ORGANISERS_CREATE and organises_any(viewer)


@predicate
def is_not_archived(viewer: Viewer, obj: Any) -> bool:
    return not consultation_of(obj).archived


@predicate
def is_identified(viewer: Viewer, obj: Any) -> bool:
    return viewer.is_known


@predicate
def is_same_person(viewer: Viewer, obj: Any) -> bool:
    """Return whether the row belongs to the viewer."""
    return viewer.is_known and obj.user_id == viewer.pk


def may_read_phase(viewer: Viewer, phase: Phase) -> bool:
    if phase.audience(viewer.now) == Audience.PUBLIC:
        return True
    reader = audience_of(viewer, phase.consultation)
    return reader is not None and Phase.AUDIENCES[Phase.Access(phase.access)] <= reader


@predicate
def is_only_user_of_both(viewer: Viewer, obj: Any) -> bool:
    """Return whether both organisations are referred to in this consultation and in no other."""
    here = {obj.consultation.pk}
    return consultations_of(obj.organisation) == consultations_of(obj.into) == here


allow("consultations.create_consultation", is_administrator | organises_elsewhere)
allow("consultations.merge_organisations", is_not_archived & (is_administrator | is_organiser & is_only_user_of_both))
allow("consultations.enter_organiser_space", is_staff)
allow("consultations.manage", is_organiser)
allow("consultations.organise", is_organiser & is_not_archived)
allow("consultations.see_as", is_organiser)
allow("consultations.archive", is_organiser)
allow("consultations.edit_topic", (is_organiser | is_team) & is_not_archived)
allow("consultations.edit_participation", (is_same_person | is_organiser) & is_not_archived)
allow("consultations.read_journal", is_staff)
allow("consultations.read_participations", is_moderator | is_organiser)
# An organiser ends the role of a staff member instead; nobody decides about themselves.
allow(
    "consultations.suspend",
    (is_moderator | is_organiser) & is_not_archived & has_account & ~is_same_person & ~is_of_staff,
)
allow("consultations.lift_suspension", (is_moderator | is_organiser) & is_not_archived & ~is_same_person)
allow("consultations.join", is_identified & may_read & is_not_archived)
