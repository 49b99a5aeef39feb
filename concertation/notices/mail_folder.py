"""Read mails that were written to a folder instead of being sent, in development and in the demonstration."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

# The line that Django's file backend writes after each mail.
BETWEEN_MAILS = re.compile(rb"^-{79}\n", re.MULTILINE)


@dataclass(frozen=True)
class SavedMail:
    to: str
    subject: str
    at: datetime
    text: str
    attachments: list[tuple[str, str]]  # name, text of each attachment


def saved_mails(folder: Path, *, limit: int) -> list[SavedMail]:
    """Return the last mails of the folder, newest first."""
    paths = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True) if folder.is_dir() else []
    mails = [_saved_mail(mail) for path in paths[:limit] for mail in mails_in(path)]
    return sorted(mails, key=lambda mail: mail.at, reverse=True)[:limit]


def mails_in(path: Path) -> list[EmailMessage]:
    parts = BETWEEN_MAILS.split(path.read_bytes())
    return [email.message_from_bytes(part, policy=email.policy.default) for part in parts if part.strip()]


def _saved_mail(mail: EmailMessage) -> SavedMail:
    body = mail.get_body(("plain",))
    return SavedMail(
        to=str(mail["To"]),
        subject=str(mail["Subject"]),
        at=parsedate_to_datetime(str(mail["Date"])).replace(tzinfo=UTC),  # Django writes "-0000"
        text=body.get_content() if isinstance(body, EmailMessage) else "",
        attachments=[
            (one.get_filename() or "", str(one.get_content()) if one.get_content_maintype() == "text" else "")
            for one in mail.iter_attachments()
        ],
    )
