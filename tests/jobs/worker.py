"""A worker of jobs, in the process of the test."""

from concertation.jobs.models import Job
from concertation.jobs.tasks import run_job


def run_jobs(**which: str) -> list[Job]:
    """Run what is queued, oldest first, as the worker would, and return it as it is then."""
    queued = list(Job.objects.filter(state=Job.State.QUEUED, **which).order_by("queued_at", "pk"))
    for job in queued:
        run_job.call(job.pk)
    return list(Job.objects.filter(pk__in=[job.pk for job in queued]).order_by("pk"))
