"""What changed between two revisions of a text, as safe HTML with ``ins`` and ``del``."""

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# SequenceMatcher compares every pair of equal pieces: beyond this many pairs, larger pieces are compared instead.
_MOST_PAIRS = 2_000_000
_GRAINS = (re.compile(r"\s*\w+|\s*[^\w\s]|\s+"), re.compile(r"[^\n]*\n|[^\n]+"))


def compare(old: str, new: str) -> SafeString:
    """Show the new text with what was added, and what was taken out where it stood, word by word."""
    pieces = [_mark(kind, text) for kind, text in changes(old, new)]
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped by _mark


def changes(old: str, new: str) -> list[tuple[str, str]]:
    """Pairs of ("same" | "del" | "ins", text): "same" with "del" give ``old``, "same" with "ins" give ``new``."""
    for grain in _GRAINS:
        before, after = grain.findall(old), grain.findall(new)
        if _pairs(before, after) <= _MOST_PAIRS:
            return _changes_between(before, after)
    return [(kind, text) for kind, text in (("del", old), ("ins", new)) if text]


def _pairs(before: Sequence[str], after: Sequence[str]) -> int:
    counts = Counter(after)
    return sum(number * counts[piece] for piece, number in Counter(before).items())


def _changes_between(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    result: list[tuple[str, str]] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            result.append(("same", "".join(before[old_from:old_to])))
            continue
        removed, added = "".join(before[old_from:old_to]), "".join(after[new_from:new_to])
        result += [(name, text) for name, text in (("del", removed), ("ins", added)) if text]
    return result


def _mark(kind: str, text: str) -> str:
    return str(escape(text)) if kind == "same" else f"<{kind}>{escape(text)}</{kind}>"
