"""Jobs of the outbox. Their arguments are keys, never texts or addresses."""

from typing import Any

from django.utils import timezone
from django_tasks import task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from . import sending
from .models import Message

# Below that of all other jobs: a mail to one person never waits for a mailing.
LAST = -50


@task()
def send_message(pk: int) -> bool:
    """Send one message now, unless it is not due or another worker is sending it."""
    return sending.deliver(pk, now=timezone.now())


@task()
def send_due_messages() -> int:
    """Send due messages to one person: delayed mails, and those whose first attempts failed."""
    sent = sending.deliver_all_due(now=timezone.now())
    if sent:
        _send_what_is_due_to_one_person()
    return sent


@task(priority=LAST)
def send_mailings() -> bool:
    """Send some due messages of mailings, then ask for the next ones: other jobs come in between."""
    has_more = sending.deliver_some_of_mailings(clock=timezone.now)
    if has_more:
        _send_what_is_due_to_one_person()
    return has_more and enqueue_once(send_mailings)


def _send_what_is_due_to_one_person() -> None:
    if Message.objects.single().due_at(timezone.now()).exists():
        enqueue_once(send_due_messages)


def enqueue_once(job: Task[Any, Any]) -> bool:
    """Enqueue a job without arguments, unless one is queued already."""
    if DBTaskResult.objects.ready().filter(task_path=job.module_path).exists():
        return False
    job.enqueue()
    return True
