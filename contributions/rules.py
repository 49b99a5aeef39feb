"""Permissions of contributions. Whether a phase takes a text now is checked by the verb, not here.

A permission that is refused gives 403; a closed phase or a locked thread gives an error beside the typed text.
"""

from datetime import datetime
from typing import Any

from concertation.consultations.models import Phase, Role, Topic
from concertation.consultations.rules import (
    consultation_of,
    has_role,
    is_moderator,
    is_not_archived,
    is_organiser,
    is_participant,
    is_staff,
    is_suspended,
    may_read_phase,
)
from concertation.permissions import allow, predicate
from concertation.viewer import Viewer


@predicate
def is_author(viewer: Viewer, obj: Any) -> bool:
    return viewer.is_known and obj.author.user_id == viewer.pk


@predicate
def may_read_it(viewer: Viewer, obj: Any) -> bool:
    """Return whether the viewer may read the topic, or that of the contribution; a whole consultation has none."""
    topic = obj if isinstance(obj, Topic) else getattr(obj, "topic", None)
    return topic is None or may_read_topic(viewer, topic)


def is_staff_at(viewer: Viewer, obj: Any) -> bool:
    return has_role(viewer, obj, *Role.staff())


def may_read_topic(viewer: Viewer, topic: Topic) -> bool:
    return topic.is_ready and may_read_phase(viewer, topic.phase)


def takes(phase: Phase, now: datetime, *, reply: bool) -> bool:
    """Return whether ``phase`` takes a contribution, or a reply, at ``now``."""
    return phase.takes_replies(now) if reply else phase.takes_contributions(now)


# A person may only write in, or act on, what they may read.
allow("contributions.post", is_not_archived & (is_participant | is_staff) & may_read_it)
allow("contributions.speak_as_team", is_staff)
# Ateliers widen this line to those who run one: their notes become contributions.
allow("contributions.enter", is_staff)
allow("contributions.edit", is_not_archived & is_author & ~is_suspended & may_read_it)
allow("contributions.withdraw", is_author)
allow("contributions.mark_trial", is_not_archived & (is_author | is_staff) & may_read_it)
allow("contributions.react", is_not_archived & is_participant & ~is_author & may_read_it)
allow("contributions.report", is_not_archived & is_participant & ~is_author & may_read_it)
allow("contributions.tag", is_staff)
# Nobody decides on their own texts.
allow("contributions.moderate", is_moderator & ~is_author)
allow("contributions.move", is_not_archived & is_moderator & ~is_author)
allow("contributions.read_queue", is_moderator)
allow("contributions.import", is_organiser)
allow("contributions.export", is_staff)
allow("contributions.read_figures", is_organiser)

__all__ = [
    "consultation_of",
    "is_author",
    "is_staff_at",
    "may_read_it",
    "may_read_topic",
    "takes",
]
