"""Verbs of notices. Each writes in the caller's transaction; jobs send the mails."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.batches import SIZE, in_batches
from concertation.live.actions import announce, announce_with_verb, changed

from .models import Mailing, Message, Notice
from .tasks import enqueue_once, send_due_messages, send_mailings, send_message

if TYPE_CHECKING:
    from concertation.accounts.models import User


@dataclass(frozen=True, kw_only=True)
class Attachment:
    name: str
    mimetype: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class QueuedMail:
    """A mail to put in the outbox with others; ``secret`` is that of ``queue_mail``."""

    key: str
    to: str
    subject: str
    text: str
    secret: bool = False
    unsubscribe: str = ""


def notify(
    person: "User",
    *,
    kind: str,
    obj: Model,
    title: str,
    url: str,
    text: str,
    at_once: bool,
    now: datetime | None = None,
) -> Notice:
    """Create a notice for ``person`` on the site and, if it cannot wait for a digest, a mail.

    The verb is within ``announced_together``: the person's open pages are told with the verb's own changes.
    """
    notice = Notice.objects.create(
        person=person,
        kind=kind,
        object_label=f"{obj._meta.label_lower}:{obj.pk}",
        title=" ".join(title.splitlines())[:200],
        text=text,
        url=url,
        at=now or timezone.now(),
    )
    announce_with_verb(changed(notice))
    if at_once and person.is_active:
        queue_mail(
            key=f"notice:{notice.pk}", to=person.email, subject=notice.title, text=_mail_text(notice), due=notice.at
        )
    return notice


def queue_mail(
    *,
    key: str,
    to: str,
    subject: str,
    text: str,
    due: datetime | None = None,
    attachments: Sequence[Attachment] = (),
    secret: bool = False,
) -> Message | None:
    """Add a mail to the outbox; if the key exists, do nothing and return ``None``.

    ``secret`` marks a text (with a link that grants something) that is blanked once sent.
    """
    subject = _checked_subject(subject)
    validate_email(to)
    due = due or timezone.now()
    values = {
        "address": to,
        "subject": subject,
        "text": text,
        "attachments": [_stored(one) for one in attachments],
        "secret": secret,
        "due": due,
        "next_try": due,
    }
    message, created = Message.objects.get_or_create(key=key, defaults=values)
    if not created:
        return None
    if due <= timezone.now():
        send_message.enqueue(message.pk)
    return message


def queue_mails(mails: Sequence[QueuedMail], *, due: datetime, mailing: Mailing | None = None) -> None:
    """Add mails to the outbox, a few hundred in a statement; those whose key exists change nothing.

    Those of a ``mailing`` begin with its text, and leave after all others.
    """
    messages = [
        Message(
            key=one.key, address=one.to, subject=_checked_subject(one.subject), text=one.text, secret=one.secret,
            unsubscribe=one.unsubscribe, mailing=mailing, due=due, next_try=due,
        )
        for one in mails
    ]  # fmt: skip
    Message.objects.bulk_create(messages, batch_size=SIZE, ignore_conflicts=True)
    if messages and due <= timezone.now():
        enqueue_once(send_mailings if mailing else send_due_messages)


def withdraw_mails(keys: Iterable[str]) -> None:
    """Delete those of these mails that still wait; one that is being sent leaves all the same."""
    for some in in_batches(list(keys)):
        Message.objects.filter(key__in=some, sent=None, failed=None).delete()


def mark_read(notice: Notice, *, now: datetime, by: "User") -> Notice:
    """Mark a notice as read; only the person it was written to may."""
    if notice.person_id != by.pk:
        raise PermissionDenied
    with transaction.atomic():
        if Notice.objects.unread().filter(pk=notice.pk).update(read_at=now):
            announce(changed(notice))
    notice.refresh_from_db()
    return notice


def mark_all_read(*, now: datetime, by: "User") -> int:
    """Mark all present notices of a person as read."""
    present = by.notices.unread().filter(at__lte=now)
    with transaction.atomic():
        latest = present.first()
        if latest is None:
            return 0
        count = present.update(read_at=now)
        announce(changed(latest))
    return count


def _checked_subject(subject: str) -> str:
    if "\n" in subject or "\r" in subject:
        raise ValidationError(_("L’objet d’un courriel tient sur une seule ligne."), code="header")
    return subject[:250]


def _mail_text(notice: Notice) -> str:
    link = notice.url if "://" in notice.url else f"{settings.SITE_URL}{notice.url}"
    footer = _("Vous recevez ce courriel parce qu’il concerne votre participation. Merci de ne pas y répondre.")
    return "\n\n".join(part for part in (notice.text.strip(), link, f"-- \n{footer}") if part)


def _stored(attachment: Attachment) -> dict[str, str]:
    return {
        "name": attachment.name,
        "mimetype": attachment.mimetype,
        "content": b64encode(attachment.content).decode("ascii"),
    }
