"""Direction of texts: Arabic, Hebrew and related scripts are written from right to left."""

import re
import unicodedata

_LETTERS = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def first_direction(text: str) -> str:
    """Return ``rtl`` or ``ltr`` after the first letter that has a direction, as ``dir="auto"`` does; else nothing."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return ""


def isolated(text: object) -> str:
    """Isolate the direction of a name within plain text; add marks only if its letters need them."""
    words = str(text)
    return f"{_FIRST_STRONG_ISOLATE}{words}{_POP_ISOLATE}" if _LETTERS.search(words) else words
