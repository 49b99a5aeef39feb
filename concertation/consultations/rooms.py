"""Which live rooms speak of a consultation's programme."""

from datetime import datetime

from .models import Phase, Topic


def phase_room(phase: Phase, now: datetime) -> str:
    """Phases are shown on the consultation's pages, to the widest class that may read them."""
    return f"consultation:{phase.consultation_id}:{phase.audience(now).key}"


def topic_room(topic: Topic, now: datetime) -> str:
    return f"{topic.room}:{topic.phase.audience(now).key}"
