"""Compare two revisions of a text, as safe HTML with ``ins`` and ``del``.

The cost is limited. Word by word, Myers' algorithm needs a number of steps that grows with the edits; past a fixed
number of steps the texts are compared by sentences, then as wholes.
"""

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

MOST_STEPS = 100_000

P = TypeVar("P", bound=Hashable)

_WORDS = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")
_SENTENCES = re.compile(r"[^.!?…\n]*[.!?…\n]+\s*|[^.!?…\n]+")
# Texts with more characters or pieces than this are compared in larger pieces.
_MOST_SIGNS = 72_000
_MOST_PIECES = 12_000


@dataclass(slots=True)
class Steps:
    """A budget of comparisons of two pieces: how many are left, and how many were made."""

    left: int = MOST_STEPS
    spent: int = 0

    def spend(self, number: int) -> bool:
        """Count steps; return False once none are left."""
        self.spent += number
        self.left -= number
        return self.left > 0


def compare(old: str, new: str, steps: Steps | None = None) -> SafeString:
    """Return the new text with added words, and removed words at their former place."""
    pieces = [_mark(kind, text) for kind, text in changes(old, new, steps)]
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped by _mark


def changes(old: str, new: str, steps: Steps | None = None) -> list[tuple[str, str]]:
    """Return ("same" | "del" | "ins", text): "same" with "del" give ``old``, "same" with "ins" give ``new``."""
    steps = steps or Steps()
    by_words = _changes_between(_WORDS, old, new, Steps(steps.left // 2), steps)
    if by_words is not None:
        return by_words
    by_sentences = _changes_between(_SENTENCES, old, new, Steps(steps.left // 2), steps)
    return _merged(_refined(by_sentences or _whole(old, new), steps))


def _refined(found: list[tuple[str, str]], steps: Steps) -> Iterator[tuple[str, str]]:
    """Compare by words the sentences at the same place, as long as steps are left."""
    place = 0
    while place < len(found):
        pair = found[place : place + 2]
        if [kind for kind, _text in pair] == ["del", "ins"]:
            yield from _changes_between(_WORDS, pair[0][1], pair[1][1], Steps(steps.left // 4), steps) or pair
            place += 2
        else:
            yield pair[0]
            place += 1


def _whole(old: str, new: str) -> list[tuple[str, str]]:
    return [(kind, text) for kind, text in (("del", old), ("ins", new)) if text]


def _changes_between(
    grain: re.Pattern[str], old: str, new: str, share: Steps, steps: Steps
) -> list[tuple[str, str]] | None:
    """Return the changes, piece by piece; None if that needs more than this share of the steps."""
    if max(len(old), len(new)) > _MOST_SIGNS and grain is _WORDS:
        return None
    before, after = grain.findall(old), grain.findall(new)
    if max(len(before), len(after)) > _MOST_PIECES:
        return None
    kept = common_pieces(before, after, share)
    steps.spend(share.spent)
    return None if kept is None else list(_merged(_around(kept, before, after)))


def _around(kept: list[tuple[int, int]], before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    old_place = new_place = 0
    for old_at, new_at in [*kept, (len(before), len(after))]:
        yield "del", "".join(before[old_place:old_at])
        yield "ins", "".join(after[new_place:new_at])
        yield "same", before[old_at] if old_at < len(before) else ""
        old_place, new_place = old_at + 1, new_at + 1


def _merged(parts: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    groups: list[tuple[str, list[str]]] = []
    for kind, text in parts:
        if text and groups and groups[-1][0] == kind:
            groups[-1][1].append(text)
        elif text:
            groups.append((kind, [text]))
    return [(kind, "".join(texts)) for kind, texts in groups]


def common_pieces(before: Sequence[P], after: Sequence[P], steps: Steps) -> list[tuple[int, int]] | None:
    """Return the positions of a longest common subsequence in both texts; None if that needs too many steps."""
    start, end = 0, 0
    shortest = min(len(before), len(after))
    while start < shortest and before[start] == after[start]:
        start += 1
    while end < shortest - start and before[-1 - end] == after[-1 - end]:
        end += 1
    # A piece of one side alone is certainly a change: leave them out, so that a rewritten text costs nothing.
    both = set(before[start : len(before) - end]).intersection(after[start : len(after) - end])
    left = [place for place in range(start, len(before) - end) if before[place] in both]
    right = [place for place in range(start, len(after) - end) if after[place] in both]
    found = _myers([before[place] for place in left], [after[place] for place in right], steps)
    if found is None:
        return None
    ahead = [(place, place) for place in range(start)]
    behind = [(len(before) - end + place, len(after) - end + place) for place in range(end)]
    return [*ahead, *((left[one], right[other]) for one, other in found), *behind]


def _myers(before: Sequence[P], after: Sequence[P], steps: Steps) -> list[tuple[int, int]] | None:
    """Return the pairs of a shortest edit script (Myers, 1986), unless it has more edits than there are steps.

    ``rows[edits][place]`` is the furthest position in ``before`` on the diagonal ``2 * place - edits``.
    """
    rows: list[list[int]] = []
    for edits in range(len(before) + len(after) + 1):
        row = _row(rows[-1] if rows else [], edits, before, after, steps)
        if row is None:
            return None
        rows.append(row)
        diagonal = len(before) - len(after)
        if abs(diagonal) <= edits and (diagonal + edits) % 2 == 0 and row[(diagonal + edits) // 2] >= len(before):
            break
    return _walked_back(rows, len(before), len(after))


def _row(last: list[int], edits: int, before: Sequence[P], after: Sequence[P], steps: Steps) -> list[int] | None:
    row: list[int] = []
    old_length, new_length = len(before), len(after)
    for place in range(edits + 1):
        start = _entry(last, place, edits)
        x, y = start, start - (2 * place - edits)
        while x < old_length and y < new_length and before[x] == after[y]:
            x += 1
            y += 1
        if not steps.spend(x - start + 1):
            return None
        row.append(x)
    return row


def _entry(last: list[int], place: int, edits: int) -> int:
    """Return the next edit: one more piece of ``after``, or one of ``before``, whichever gets further."""
    if edits == 0:
        return 0
    if place == 0 or (place < edits and last[place - 1] < last[place]):
        return last[place]
    return last[place - 1] + 1


def _walked_back(rows: list[list[int]], old_length: int, new_length: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    x, y = old_length, new_length
    for edits in range(len(rows) - 1, -1, -1):
        last = rows[edits - 1] if edits else []
        place = (x - y + edits) // 2
        start = _entry(last, place, edits)
        while x > start:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        if edits:
            came_down = place == 0 or (place < edits and last[place - 1] < last[place])
            x, y = (x, y - 1) if came_down else (x - 1, y)
    return pairs[::-1]


def _mark(kind: str, text: str) -> str:
    return str(escape(text)) if kind == "same" else f"<{kind}>{escape(text)}</{kind}>"
