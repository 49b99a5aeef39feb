"""Run one job in a worker: claim it, run it, renew its lease, end it."""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from .actions import claim_job, discard_jobs, fail_job, finish_job, renew_lease, retry_or_fail
from .kinds import Abandoned, kind_of
from .models import Job
from .progress import Progress

logger = logging.getLogger(__name__)

BEAT = 20.0  # seconds between two renewals of a lease

Clock = Callable[[], datetime]


def run(pk: int, *, clock: Clock = timezone.now) -> bool:
    """Run one queued job to its end; return whether it wrote its file.

    No lock is held and no transaction is open while it works.
    """
    job = claim_job(pk, now=clock())
    if job is None:
        return False
    try:
        with kept_alive(job, clock):
            result = kind_of(job).run(job, Progress(job, clock))
        return finish_job(job, result, now=clock())
    except Abandoned:
        discard_jobs(job.held())
    except ValidationError as error:
        fail_job(job, error.messages[0], now=clock())
    except Exception:
        logger.exception("Job %s failed at attempt %s.", job.pk, job.attempts)
        refusal = _("Une erreur est survenue. Recommencez ; si elle se reproduit, prévenez l’équipe du site.")
        retry_or_fail(job, refusal, now=clock())
    return False


@contextmanager
def kept_alive(job: Job, clock: Clock, *, end: Callable[[], object] = lambda: os._exit(1)) -> Iterator[None]:
    """Renew the lease of ``job`` beside the block; exit when the block takes longer than its kind may.

    A job that never ends would otherwise block all others. The site starts its worker again, and the job, whose lease
    ends, is retried or fails.
    """
    over = threading.Event()

    def beat() -> None:
        try:
            while not over.wait(BEAT):
                if not beat_once(job, now=clock()):
                    logger.error("Job %s takes longer than its kind may; its worker ends.", job.pk)
                    end()
                    return
        finally:
            connection.close()

    thread = threading.Thread(target=beat, daemon=True, name=f"job {job.pk}")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def beat_once(job: Job, *, now: datetime) -> bool:
    """Renew the lease; return False once the job has taken longer than its kind may."""
    assert job.started_at is not None
    if now - job.started_at > kind_of(job).longest:
        return False
    renew_lease(job, now=now)
    return True
