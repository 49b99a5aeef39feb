"""The live channel of a job's page: an event when the job moves on, for its owner alone."""

from collections.abc import Sequence
from datetime import datetime

from concertation.live import registry
from concertation.live.actions import Announcement, changed
from concertation.live.follow import person_room
from concertation.viewer import Viewer

from .models import Job


def _rooms(job: Job, now: datetime) -> list[str]:
    """Return the room of the owner's page; a job of the site has no page."""
    return [] if job.owner_id is None else [person_room(f"job:{job.pk}", job.owner_id)]


def rooms_of(viewer: Viewer, pk: int) -> Sequence[str]:
    """Return the room of a job for its owner; for others there is none."""
    if not viewer.is_known or not Job.objects.visible_to(viewer).filter(pk=pk).exists():
        return []
    return [person_room(f"job:{pk}", viewer.person.pk)]


def stale_jobs(kind: str, consultation_id: int) -> list[Announcement]:
    """Return what a verb announces that changes the stamp of a kind: the pages of its files, which are stale now."""
    done = Job.objects.of_kind(kind).filter(state=Job.State.DONE, owner__isnull=False)
    return [changed(job) for job in done.filter(consultation_id=consultation_id)]


def register() -> None:
    registry.update("job", Job, rooms=_rooms)
    registry.register_room("job", rooms_of)
