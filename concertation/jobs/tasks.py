"""The task that runs a job. Its queue has a worker of its own, so that no export delays mails."""

from django_tasks import task

QUEUE = "jobs"


@task(queue_name=QUEUE)
def run_job(pk: int) -> bool:
    """Run one job now, unless it is running, ended or deleted."""
    from .running import run

    return run(pk)
