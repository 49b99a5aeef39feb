"""Send the outbox: once for each key, with retries, and visible failures.

A sender claims the row, sends outside any transaction, then records the outcome. Only a process killed between the
server's answer and that record can send twice; the ``Message-ID`` is then the same, so that mail programs show one.
"""

import hashlib
import logging
import smtplib
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
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
# Messages that one job sends, before it lets other jobs run.
AT_ONCE = 100
# What is blanked once a secret message has left.
SECRETS = ("text", "attachments", "unsubscribe")


def deliver(pk: int, *, now: datetime) -> bool:
    """Send one message if it is due and nobody else is sending it; return whether it was sent."""
    return list(_outcomes([pk], now)) == [None]


def deliver_all_due(*, now: datetime) -> int:
    """Send due messages to one person and return how many left; if the server is down, the rest waits a minute.

    At most ``AT_ONCE``: a claim made at ``now`` must not have ended when the last of them is sent.
    """
    due = Message.objects.single().due_at(now).order_by("next_try", "pk")
    return sum(error is None for error in _outcomes(list(due.values_list("pk", flat=True)[:AT_ONCE]), now))


def deliver_some_of_mailings(*, clock: Callable[[], datetime]) -> bool:
    """Send at most ``AT_ONCE`` due messages of mailings, until one to one person is due; return whether more are due.

    If the server is down, the rest is left for the next minute, as if no more were due.
    """
    now = clock()
    due = Message.objects.of_mailings().due_at(now)
    pks = list(due.order_by("next_try", "pk").values_list("pk", flat=True)[:AT_ONCE])
    for error in _outcomes(pks, now):
        if error is not None and _server_is_down(error):
            return False
        if Message.objects.single().due_at(clock()).exists():
            break
    return due.exists()


def _outcomes(pks: Sequence[int], now: datetime) -> Iterator[Exception | None]:
    """Send these messages over one connection and yield what became of each, up to the failure of the server."""
    connection = get_connection()
    try:
        for pk in pks:
            is_mine = Message.objects.filter(pk=pk).claim(now)
            message = Message.objects.select_related("mailing").filter(pk=pk).first() if is_mine else None
            if message is None:
                continue
            error = _send(message, connection, now)
            yield error
            if error is not None and _server_is_down(error):
                return
    finally:
        connection.close()


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
    headers = {"Message-ID": f"<{identity}@{host}>", "Auto-Submitted": "auto-generated"}
    if message.unsubscribe:  # RFC 8058: the mail program posts there, and a visit alone changes nothing
        headers["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = Mail(
        subject=message.subject,
        body=message.mailing.text + message.text if message.mailing else message.text,
        to=[message.address],
        headers=headers,
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
    _save(message, "sent", "error")
    logger.debug("Message %s sent.", message.pk)


def _record_failure(message: Message, error: Exception, now: datetime) -> None:
    message.error = _reason(error)
    if _is_final(error) or message.attempts > len(PATIENCE):
        message.failed = now
        _blank_if_secret(message)
    else:
        message.next_try = now + PATIENCE[message.attempts - 1]
    _save(message, "failed", "error", "next_try")
    # The text of the error may contain the address, so log only its class.
    logger.warning("Message %s not sent (%s, attempt %s).", message.pk, type(error).__name__, message.attempts)


def _save(message: Message, *names: str) -> None:
    """Save these columns; a message that was withdrawn while it was sent is gone, and stays so."""
    values = {name: getattr(message, name) for name in (*names, *SECRETS)}
    Message.objects.filter(pk=message.pk).update(**values)


def _blank_if_secret(message: Message) -> None:
    if message.secret:
        message.text, message.attachments, message.unsubscribe = "", [], ""


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
