"""Remember which topics a participant has opened."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from concertation.accounts.models import User
from concertation.consultations.audiences import participation_of
from concertation.consultations.models import Topic
from concertation.viewer import Viewer

from ..models import Visit
from ..rules import may_read_topic


def mark_visited(topic: Topic, *, now: datetime | None = None, by: User) -> None:
    """Remember that this participant opened the topic; only they are ever told, so the journal records nothing."""
    now = now or timezone.now()
    viewer = Viewer(by, now)
    me = participation_of(viewer, topic.phase.consultation)
    if me is None or not may_read_topic(viewer, topic):
        raise PermissionDenied
    Visit.objects.bulk_create(
        [Visit(participation=me, topic=topic, at=now)],
        update_conflicts=True,
        unique_fields=["participation", "topic"],
        update_fields=["at"],
    )
