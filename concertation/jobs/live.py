"""The live channel of a job's page: an event when the job moves on, for its owner alone."""

from collections.abc import Mapping, Sequence

from concertation.live import registry
from concertation.live.actions import Change
from concertation.live.audience import Audience
from concertation.live.follow import person_room
from concertation.live.models import Kind
from concertation.viewer import Viewer

from .models import Job


def job_changed(job: Job) -> list[Change]:
    """Return the change that makes the owner's page re-fetch itself; a job of the site has no page."""
    if job.owner_id is None:
        return []
    return [Change(person_room(f"job:{job.pk}", job.owner_id), Kind.CHANGED, f"job:{job.pk}")]


def rooms_of(viewer: Viewer, pk: int) -> Sequence[str]:
    """Return the room of a job for its owner; for others there is none."""
    if not viewer.is_known or not Job.objects.visible_to(viewer).filter(pk=pk).exists():
        return []
    return [person_room(f"job:{pk}", viewer.person.pk)]


def render_jobs(pks: Sequence[int], audience: Audience) -> Mapping[int, registry.Rendered]:
    """Return no row: the page re-fetches itself."""
    return dict.fromkeys(pks, registry.Rendered(0, ""))


def register() -> None:
    registry.register_renderer("job", render_jobs)
    registry.register_room("job", rooms_of)
