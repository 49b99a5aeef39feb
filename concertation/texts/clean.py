"""Clean and check texts before they are stored: readable, and accepted by all databases and formats.

What a person cannot see is removed without an error: a control character came with a paste or a file.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .words import UNSEEN

# What HTML, XML, typst or PostgreSQL refuse: control characters, lone surrogates, non-characters.
UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\u2028\u2029]")
_C1 = re.compile("[\x80-\x9f]")

_OPENS_EMBEDDING, _CLOSES_EMBEDDING = "\u202a\u202b\u202d\u202e", "\u202c"
_OPENS_ISOLATE, _CLOSES_ISOLATE = "\u2066\u2067\u2068", "\u2069"
_DIRECTIONS = re.compile(f"[{_OPENS_EMBEDDING}{_CLOSES_EMBEDDING}{_OPENS_ISOLATE}{_CLOSES_ISOLATE}]")
# A name is shown by itself: direction marks at its edges have no use and would change the text beside it.
_EDGE = re.compile("[\\s\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_EDGES = "".join(filter(_EDGE.match, map(chr, range(0x10000))))
_SPACES = re.compile("\\s+")
_HOPELESS = 20  # times the allowed length
_UNBROKEN = frozenset("\u00a0\u202f")


def tidy(value: str) -> str:
    """Return the text with plain line ends, without characters that cannot be stored, and without blanks at its edges.

    C1 controls are read as Windows-1252, as in HTML: U+0092 is an apostrophe.
    """
    text = _C1.sub(
        lambda found: found.group().encode("latin-1").decode("cp1252", "ignore"), _LINE_ENDS.sub("\n", value)
    )
    text = UNSTORABLE.sub("", text)
    return "\n".join(map(balanced, text.split("\n"))).strip()


def one_line(value: str) -> str:
    """Return a title or a name as it is stored: composed, on one line, without invisible edges."""
    text = unicodedata.normalize("NFC", tidy(value)).strip(_EDGES)
    return _SPACES.sub(lambda run: run.group()[0] if _UNBROKEN.issuperset(run.group()) else " ", text)


def balanced(line: str) -> str:
    """Return ``line`` without direction controls that are unbalanced."""
    if not _DIRECTIONS.search(line):
        return line
    opened: list[int] = []
    unmatched: set[int] = set()
    for place in (found.start() for found in _DIRECTIONS.finditer(line)):
        if line[place] in _OPENS_EMBEDDING + _OPENS_ISOLATE:
            opened.append(place)
            continue
        pairs = _OPENS_ISOLATE if line[place] == _CLOSES_ISOLATE else _OPENS_EMBEDDING
        if opened and line[opened[-1]] in pairs:
            opened.pop()
        else:
            unmatched.add(place)
    unmatched.update(opened)
    return "".join(character for place, character in enumerate(line) if place not in unmatched)


def check_text(value: str, *, max_length: int, blank: bool = False) -> str:
    """Refuse a too long text, and an empty one unless it may be ``blank``; return it tidy."""
    text = tidy(value)
    if not blank and not is_seen(text):
        raise ValidationError(_("Votre texte est vide. Écrivez au moins une phrase."), code="empty")
    return _checked(text, max_length)


def check_line(value: str, *, max_length: int, blank: bool = False, field: object = "") -> str:
    """Refuse a too long title or name, and an empty one unless it may be ``blank``; return it on one line.

    ``field`` is its label, which the refusal of an empty one names.
    """
    if len(value) > _HOPELESS * max_length:  # composing marks is quadratic in their number
        return _checked("x" * len(value), max_length)
    text = one_line(value)
    if not blank and not is_seen(text):
        named = _("Le champ « %(field)s » est vide. Complétez-le.") if field else _("Ce champ est vide. Complétez-le.")
        raise ValidationError(named, code="empty", params={"field": capfirst(str(field))})
    return _checked(text, max_length)


def _checked(text: str, max_length: int) -> str:
    if not is_seen(text):
        return ""
    if len(text) > max_length:
        raise ValidationError(
            _("Votre texte compte %(length)s caractères, et %(limit)s au plus sont acceptés. Raccourcissez-le un peu."),
            params={"length": _grouped(len(text)), "limit": _grouped(max_length)},
            code="too_long",
        )
    return text


def is_seen(text: str) -> bool:
    """Return whether a text has a visible character."""
    return any(map(is_visible, text))


def is_visible(character: str) -> bool:
    """Return whether a character has ink: a space, a direction mark or an empty letter alone is no text."""
    return unicodedata.category(character)[0] not in "ZCM" and character != "\u2800" and not UNSEEN.match(character)


def _grouped(number: int) -> str:
    """Return « 20 000 » for 20000, with a no-break space."""
    return f"{number:,}".replace(",", "\u202f")
