"""Who may do what in a consultation: small predicates, and the table of permissions made of them.

A predicate takes ``(user, obj)``; ``obj`` is a consultation or anything that leads to one. Rules of time read the
clock once, at the door, because a rule is asked about the moment of the act.
"""

from datetime import datetime
from functools import singledispatch
from typing import Any

from django.utils import timezone

from concertation.live.audience import Audience
from concertation.permissions import allow, predicate

from .audiences import audience_of, roles_of, suspension_of, takes_part
from .models import Consultation, Participation, Phase, Role, Topic
from .organisations import consultations_of


@singledispatch
def consultation_of(obj: Any) -> Consultation:
    """The consultation that an object belongs to; higher apps register their own models."""
    found = obj.consultation
    assert isinstance(found, Consultation)
    return found


@consultation_of.register
def _itself(obj: Consultation) -> Consultation:
    return obj


@consultation_of.register
def _of_topic(obj: Topic) -> Consultation:
    return obj.phase.consultation


def holds(user: Any, obj: Any, *roles: str, now: datetime | None = None) -> bool:
    """Whether ``user`` holds one of ``roles`` where ``obj`` belongs; the site's administrator holds them all."""
    if not user or not user.is_authenticated or not user.is_active:
        return False
    return user.is_superuser or bool(roles_of(user, consultation_of(obj), now or timezone.now()) & set(roles))


@predicate
def is_administrator(user: Any, obj: Any) -> bool:
    return bool(user and user.is_authenticated and user.is_active and user.is_superuser)


@predicate
def is_organiser(user: Any, obj: Any) -> bool:
    return holds(user, obj, Role.ORGANISER)


@predicate
def is_moderator(user: Any, obj: Any) -> bool:
    return holds(user, obj, Role.MODERATOR)


@predicate
def is_team(user: Any, obj: Any) -> bool:
    return holds(user, obj, Role.TEAM)


@predicate
def is_staff(user: Any, obj: Any) -> bool:
    return holds(user, obj, *Role.staff())


@predicate
def is_committee(user: Any, obj: Any) -> bool:
    return holds(user, obj, *Role.staff(), *Role.committees())


@predicate
def is_participant(user: Any, obj: Any) -> bool:
    """Has joined the consultation: kind of actor given, charter accepted; and is not suspended there."""
    return bool(
        user and user.is_authenticated and user.is_active and takes_part(user, consultation_of(obj), timezone.now())
    )


@predicate
def is_suspended(user: Any, obj: Any) -> bool:
    return bool(user) and suspension_of(user, consultation_of(obj), timezone.now()) is not None


@predicate
def has_account(user: Any, obj: Participation) -> bool:
    """An imported author, or one whose account is gone, has nothing that could be suspended."""
    return obj.user_id is not None


@predicate
def is_of_staff(user: Any, obj: Participation) -> bool:
    """The participation is that of someone who runs this consultation, or the site."""
    return holds(obj.user, obj, *Role.staff())


@predicate
def may_read(user: Any, obj: Any) -> bool:
    return audience_of(user, consultation_of(obj), timezone.now()) is not None


@predicate
def is_not_archived(user: Any, obj: Any) -> bool:
    return not consultation_of(obj).archived


@predicate
def is_identified(user: Any, obj: Any) -> bool:
    return bool(user and user.is_authenticated and user.is_active)


@predicate
def is_same_person(user: Any, obj: Any) -> bool:
    """The row speaks of the one who asks."""
    return bool(user and user.is_authenticated and user.is_active and obj.user_id == user.pk)


def may_read_phase(user: Any, phase: Phase, now: datetime) -> bool:
    if phase.audience(now) == Audience.PUBLIC:
        return True
    reader = audience_of(user, phase.consultation, now)
    return reader is not None and Phase.AUDIENCES[Phase.Access(phase.access)] <= reader


@predicate
def is_only_user_of_both(user: Any, obj: Any) -> bool:
    """Both organisations are named in this consultation, and in no other."""
    here = {obj.consultation.pk}
    return consultations_of(obj.organisation) == consultations_of(obj.into) == here


allow("consultations.create_consultation", is_administrator)
allow("consultations.merge_organisations", is_not_archived & (is_administrator | is_organiser & is_only_user_of_both))
allow("consultations.enter_organiser_space", is_staff)
allow("consultations.manage", is_organiser)
allow("consultations.organise", is_organiser & is_not_archived)
allow("consultations.archive", is_organiser)
allow("consultations.edit_topic", (is_organiser | is_team) & is_not_archived)
allow("consultations.edit_participation", (is_same_person | is_organiser) & is_not_archived)
allow("consultations.read_journal", is_staff)
allow("consultations.read_participations", is_moderator | is_organiser)
# The staff answer to the organiser, who ends their role; nobody decides about themselves.
allow(
    "consultations.suspend",
    (is_moderator | is_organiser) & is_not_archived & has_account & ~is_same_person & ~is_of_staff,
)
allow("consultations.lift_suspension", (is_moderator | is_organiser) & is_not_archived & ~is_same_person)
allow("consultations.join", is_identified & may_read & is_not_archived)
