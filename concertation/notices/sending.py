"""Send the outbox: once for each key, with retries, and visible failures.

A sender claims the row, sends outside any transaction, then records the outcome. Only a process killed between the
server's answer and that record can send twice; the ``Message-ID`` is then the same, so that mail programs show one.
"""

import hashlib
import logging
import smtplib
from base64 import b64decode
from datetime import datetime, timedelta
from email.header import Header
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from .models import Message

logger = logging.getLogger(__name__)

# The delay after each failed attempt; after the last one the message has failed.
PATIENCE = [timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 180, 720)]


def deliver(pk: int, *, now: datetime) -> bool:
    """Send one message if it is due and nobody else is sending it; return whether it was sent."""
    return Message.objects.filter(pk=pk).claim(now) and _send(Message.objects.get(pk=pk), get_connection(), now) is None


def deliver_all_due(*, now: datetime) -> int:
    """Send all due messages over one connection; if the server is down, leave the rest for the next minute."""
    connection = get_connection()
    sent = 0
    for pk in list(Message.objects.due_at(now).order_by("next_try", "pk").values_list("pk", flat=True)):
        if not Message.objects.filter(pk=pk).claim(now):
            continue
        error = _send(Message.objects.get(pk=pk), connection, now)
        if error is None:
            sent += 1
        elif _server_is_down(error):
            break
    connection.close()
    return sent


class Mail(EmailMessage):
    """A mail whose subject starts on the line of its header: Django leaves that line empty, which adds a space."""

    def message(self, **options: Any) -> Any:
        made: Any = super().message(**options)
        subject = str(self.subject)
        if not subject.isascii():
            made.replace_header("Subject", Header(subject, header_name="Subject"))
        return made


def mail_of(message: Message, connection: BaseEmailBackend | None = None) -> EmailMessage:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    identity = hashlib.sha256(f"{settings.SECRET_KEY}:{message.key}".encode()).hexdigest()[:32]
    mail = Mail(
        subject=message.subject,
        body=message.text,
        to=[message.address],
        headers={"Message-ID": f"<{identity}@{host}>", "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    for one in message.attachments:
        mail.attach(one["name"], b64decode(one["content"]), one["mimetype"])
    return mail


def _send(message: Message, connection: BaseEmailBackend, now: datetime) -> Exception | None:
    """Send a claimed message, record the outcome and return it."""
    try:
        mail_of(message, connection).send()
    except (OSError, ValueError) as error:  # SMTPException is an OSError, BadHeaderError a ValueError
        connection.close()
        _record_failure(message, error, now)
        return error
    _record_success(message, now)
    return None


def _record_success(message: Message, now: datetime) -> None:
    message.sent = now
    message.error = ""
    _blank_if_secret(message)
    message.save(update_fields=["sent", "error", "text", "attachments"])
    logger.debug("Message %s sent.", message.pk)


def _record_failure(message: Message, error: Exception, now: datetime) -> None:
    message.error = _reason(error)
    if _is_final(error) or message.attempts > len(PATIENCE):
        message.failed = now
        _blank_if_secret(message)
    else:
        message.next_try = now + PATIENCE[message.attempts - 1]
    message.save(update_fields=["failed", "error", "next_try", "text", "attachments"])
    # The text of the error may contain the address, so log only its class.
    logger.warning("Message %s not sent (%s, attempt %s).", message.pk, type(error).__name__, message.attempts)


def _blank_if_secret(message: Message) -> None:
    if message.secret:
        message.text, message.attachments = "", []


def _is_final(error: Exception) -> bool:
    """Return whether a retry would fail in the same way: this address, or this text, is refused for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _answer in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, ValueError)


def _server_is_down(error: Exception) -> bool:
    """Return whether the next message would fail in the same way, perhaps after another twenty seconds."""
    unreachable = isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException)
    return unreachable or isinstance(error, (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError))


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_decoded(answer)}" for code, answer in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _decoded(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
