"""Parse one cell: return a value, or raise a sentence about its error."""

from datetime import UTC, datetime, tzinfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from concertation.documents.problems import of_a_cell
from concertation.texts.clean import check_text

from ..models.contribution import PATH_DIGITS
from ..wording import ENTERED_LENGTH, Wording, word

FIRST_YEAR = 1900
LAST_NUMBER = 10**PATH_DIGITS - 1


def moment(text: str, *, zone: tzinfo = UTC, now: datetime) -> datetime | None:
    """Parse a moment of ISO 8601, from 1900 to now; without a zone of its own it is in ``zone``. Empty is None."""
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValidationError(
            _("« %(text)s » n’est pas une date. Écrivez-la ainsi : 2026-10-02T16:30:00Z."), params={"text": text[:40]}
        ) from None
    # Compare years first: near the ends of the calendar a moment cannot be converted to another zone.
    if found.year < FIRST_YEAR:
        raise ValidationError(_("Cette date est avant %(year)s."), params={"year": str(FIRST_YEAR)})
    found = found if found.tzinfo else found.replace(tzinfo=zone)
    if found.year > now.year + 1 or found > now:
        raise ValidationError(_("Cette date est dans le futur."))
    return found


def count(text: str) -> int:
    """Parse a whole number, zero or more; empty is zero."""
    cleaned = text.strip() or "0"
    if not (cleaned.isascii() and cleaned.isdecimal()):
        raise ValidationError(_("« %(text)s » n’est pas un nombre entier."), params={"text": text[:40]})
    if len(cleaned.lstrip("0")) > 9:
        raise ValidationError(_("« %(text)s » est un nombre trop grand."), params={"text": text[:40]})
    return int(cleaned)


def public_number(text: str) -> int | None:
    """Parse a public number, from 1 to the last that the site can give. Empty is None."""
    if not text.strip():
        return None
    found = count(text)
    if not 1 <= found <= LAST_NUMBER:
        raise ValidationError(
            _("« %(text)s » ne peut pas être le numéro d’une contribution : de 1 à %(last)s."),
            params={"text": text[:40], "last": str(LAST_NUMBER)},
        )
    return found


def words(text: str, *, longest: int) -> str:
    """Parse a name, a title or a key, without the spaces around it."""
    if not text.strip():
        return ""
    try:
        return check_text(text, max_length=longest)
    except ValidationError as error:
        raise of_a_cell(error) from None


def wording(body: str, *, title: str = "", is_reply: bool = False) -> Wording:
    return word(body, title=title, is_reply=is_reply, max_length=ENTERED_LENGTH)
