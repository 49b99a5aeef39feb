"""The jobs of the outbox. They hold keys, never words or addresses."""

from django.utils import timezone
from django_tasks import task

from . import sending


@task()
def send_message(pk: int) -> bool:
    """Send one message now; one that is not due, or is being sent, is left alone."""
    return sending.deliver(pk, now=timezone.now())


@task()
def send_due_messages() -> int:
    """Send what waits: mails of a later date, and those whose first attempts failed."""
    return sending.deliver_all_due(now=timezone.now())
