"""Work that falls due with time. Apps register it, the scheduler runs it every minute and passes the time.

Each piece is idempotent: two schedulers, or one that missed an hour, have the same result.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from .models import Message, MessageQuerySet, Notice
from .tasks import enqueue_once, send_due_messages, send_mailings

logger = logging.getLogger(__name__)

DueWork = Callable[[datetime], object]
JOBS_KEPT = timedelta(days=7)
NOTICES_KEPT = timedelta(days=365)

_registered: dict[str, DueWork] = {}


def register_due_work(name: str, work: DueWork) -> None:
    """Register ``work(now)`` to run every minute, under a name that is used once."""
    if _registered.setdefault(name, work) is not work:
        raise ValueError(f"Due work {name} is registered twice.")


def run_due_work(now: datetime) -> list[str]:
    """Run all registered work and return the names of what failed; a failure does not stop the rest."""
    failed = []
    for name, work in _registered.items():
        try:
            work(now)
        except Exception:
            logger.exception("Due work %s failed.", name)
            failed.append(name)
    return failed


def hand_over_due_messages(now: datetime) -> bool:
    """Enqueue the jobs that send due mails, unless they are queued already."""
    due = Message.objects.due_at(now)
    jobs: list[tuple[MessageQuerySet, Task[Any, Any]]] = [
        (due.single(), send_due_messages),
        (due.of_mailings(), send_mailings),
    ]
    asked = [enqueue_once(job) for messages, job in jobs if messages.exists()]
    return any(asked)


def forget_old_jobs(now: datetime) -> int:
    """Delete jobs that ended a week ago."""
    deleted, _by_model = DBTaskResult.objects.finished().filter(finished_at__lt=now - JOBS_KEPT).delete()
    return deleted


def forget_old_notices(now: datetime) -> int:
    """Delete notices of a year ago, read or not."""
    deleted, _by_model = Notice.objects.filter(at__lt=now - NOTICES_KEPT).delete()
    return deleted
