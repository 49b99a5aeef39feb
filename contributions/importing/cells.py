"""Reading one cell: a value, or a sentence that says what is wrong with it."""

from datetime import UTC, datetime, tzinfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..wording import ENTERED_LENGTH, Wording, word


def moment(text: str, zone: tzinfo = UTC) -> datetime | None:
    """A moment of ISO 8601; without a zone of its own it is in ``zone``. Empty is None."""
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValidationError(
            _("« %(text)s » n’est pas une date. Écrivez-la ainsi : 2026-10-02T16:30:00Z."), params={"text": text[:40]}
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def count(text: str) -> int:
    """A whole number, zero or more; empty is zero."""
    cleaned = text.strip() or "0"
    if not (cleaned.isascii() and cleaned.isdecimal()) or len(cleaned) > 9:
        raise ValidationError(_("« %(text)s » n’est pas un nombre entier."), params={"text": text[:40]})
    return int(cleaned)


def wording(body: str, *, title: str = "", is_reply: bool = False) -> Wording:
    return word(body, title=title, is_reply=is_reply, max_length=ENTERED_LENGTH)
