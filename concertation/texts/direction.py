"""Words written from right to left: Arabic, Hebrew and their neighbours."""

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
    """Return a name that keeps to itself in a sentence of plain text; marks are added only where letters need them."""
    words = str(text)
    return f"{_FIRST_STRONG_ISOLATE}{words}{_POP_ISOLATE}" if _LETTERS.search(words) else words
