"""The task that runs a job. Its queue has a worker of its own, so that no mail is late because of an export."""

from django_tasks import task

QUEUE = "jobs"


@task(queue_name=QUEUE)
def run_job(pk: int) -> bool:
    """Run one job now; one that is running, ended or gone is left alone."""
    from .running import run

    return run(pk)
