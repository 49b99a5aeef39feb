"""Jobs of the outbox. Their arguments are keys, never texts or addresses."""

from django.utils import timezone
from django_tasks import task

from . import sending


@task()
def send_message(pk: int) -> bool:
    """Send one message now, unless it is not due or another worker is sending it."""
    return sending.deliver(pk, now=timezone.now())


@task()
def send_due_messages() -> int:
    """Send due messages: delayed mails, and those whose first attempts failed."""
    return sending.deliver_all_due(now=timezone.now())
