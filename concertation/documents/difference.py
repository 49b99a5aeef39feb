"""Compute what changed between two versions of a document, paragraph by paragraph.

Sections are matched by id, paragraphs of a section by text, and two paragraphs at the same place word by word. One
budget of steps limits the whole; past it, paragraphs are shown as removed and added.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concertation.documents.frozen import words_of
from concertation.documents.model import (
    Block,
    Document,
    Heading,
    Inline,
    ItemList,
    Link,
    Note,
    Paragraph,
    Preformatted,
    Quote,
    Rule,
    Section,
    Table,
    Text,
)
from concertation.texts.diff import Steps, common_pieces, compare
from concertation.texts.words import fold

SAME, ADDED, REMOVED, CHANGED, DRESSED, MOVED = "same", "added", "removed", "changed", "dressed", "moved"

# Two paragraphs with this Dice coefficient of their words are one that was changed; and how far ahead to look.
_ALIKE = 0.4
# Characters whose words are collected for the cost of one step: 400,000 in all for a page.
_SIGNS_A_STEP = 4
_AHEAD = 8
_NOTHING = SafeString("")


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, item, row or quote: its words, and in ``dress`` its visible markup (bold, links)."""

    text: str
    dress: object = None


@dataclass(frozen=True, slots=True)
class Part:
    """A section without those inside it."""

    key: str
    parent: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One paragraph that changed, or ``count`` of them in a row that did not."""

    kind: str
    html: SafeString = _NOTHING
    count: int = 1


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """A section with a change in it. ``anchor`` is empty when the later version does not have it."""

    kind: str
    anchor: str
    title: SafeString
    changes: list[ChangedLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Difference:
    parts: list[ChangedPart]

    def count(self, *kinds: str) -> int:
        return sum(change.kind in kinds for part in self.parts for change in part.changes)

    @property
    def summary(self) -> str:
        """Return « 2 passages modifiés, 1 passage ajouté, 1 partie déplacée »; empty when no text changed or moved."""
        changed, added, removed = self.count(CHANGED, DRESSED), self.count(ADDED), self.count(REMOVED)
        moved = sum(part.kind == MOVED for part in self.parts)
        counts = (
            (changed, ngettext("%(n)d passage modifié", "%(n)d passages modifiés", changed)),
            (added, ngettext("%(n)d passage ajouté", "%(n)d passages ajoutés", added)),
            (removed, ngettext("%(n)d passage retiré", "%(n)d passages retirés", removed)),
            (moved, ngettext("%(n)d partie déplacée", "%(n)d parties déplacées", moved)),
        )
        return ", ".join(sentence % {"n": number} for number, sentence in counts if number)


def difference(before: Document, after: Document, steps: Steps | None = None) -> Difference:
    """Compare two documents as their readers may read them, without their imprints and seals."""
    steps = steps or Steps()
    old, new = (list(_parts(words_of(document))) for document in (before, after))
    return Difference([part for part in _matched(old, new, steps) if part.kind != SAME])


def _matched(old: Sequence[Part], new: Sequence[Part], steps: Steps) -> Iterator[ChangedPart]:
    """Yield every section of both, in the order of the later one, removed ones at their former place."""
    moved: set[str] = set()
    former = {part.key: part for part in old}
    present = {part.key for part in new}
    kept = _common([part.key for part in old], [part.key for part in new], steps)
    old_place = new_place = 0
    for old_at, new_at in [*kept, (len(old), len(new))]:
        for gone in old[old_place:old_at]:
            if gone.key not in present:
                yield _compared(gone, None, steps)
        for part in new[new_place:new_at]:
            before = former.get(part.key)
            # A section that moved with its parent did not move by itself.
            if before is not None and (before.parent != part.parent or part.parent not in moved):
                moved.add(part.key)
            yield _compared(before, part, steps, is_moved=part.key in moved)
        if new_at < len(new):
            yield _compared(old[old_at], new[new_at], steps)
        old_place, new_place = old_at + 1, new_at + 1


def _compared(old: Part | None, new: Part | None, steps: Steps, *, is_moved: bool = False) -> ChangedPart:
    if new is None:
        assert old is not None
        return ChangedPart(REMOVED, "", format_html("<del>{}</del>", old.title), [_removed(one) for one in old.lines])
    if old is None:
        return ChangedPart(ADDED, new.key, format_html("<ins>{}</ins>", new.title), [_added(one) for one in new.lines])
    changes = list(_lines_changed(old.lines, new.lines, steps))
    title = _title(old.title, new.title, steps)
    is_same = old.title == new.title and all(change.kind == SAME for change in changes)
    return ChangedPart(MOVED if is_moved else SAME if is_same else CHANGED, new.key, title, [] if is_same else changes)


def _title(old: str, new: str, steps: Steps) -> SafeString:
    if old == new or _are_alike(_vocabulary(old), _vocabulary(new)):
        return compare(old, new, steps)
    return format_html("<del>{}</del> <ins>{}</ins>", old, new)


def _lines_changed(old: Sequence[Line], new: Sequence[Line], steps: Steps) -> Iterator[ChangedLine]:
    old_place = new_place = unchanged = 0
    for old_at, new_at in [*_common(old, new, steps), (len(old), len(new))]:
        gap = list(_replaced(old[old_place:old_at], new[new_place:new_at], steps))
        if unchanged and (gap or new_at == len(new)):
            yield ChangedLine(SAME, count=unchanged)
            unchanged = 0
        yield from gap
        unchanged += new_at < len(new)
        old_place, new_place = old_at + 1, new_at + 1


def _replaced(old: Sequence[Line], new: Sequence[Line], steps: Steps) -> Iterator[ChangedLine]:
    """Pair lines at the same place with their changed versions, in order; removed ones come first."""
    if not steps.spend(sum(len(line.text) for line in (*old, *new)) // _SIGNS_A_STEP):
        yield from (_removed(gone) for gone in old)
        yield from map(_added, new)
        return
    added: list[ChangedLine] = []
    vocabularies = [_vocabulary(line.text) for line in old]
    place = 0
    for line in new:
        mine = _vocabulary(line.text)
        ahead = range(place, min(place + _AHEAD, len(old)))
        found = next((at for at in ahead if _are_alike(vocabularies[at], mine)), None)
        if found is None:
            added.append(_added(line))
            continue
        yield from (_removed(gone) for gone in old[place:found])
        yield from added
        added.clear()
        same_words = old[found].text == line.text
        yield ChangedLine(DRESSED if same_words else CHANGED, compare(old[found].text, line.text, steps))
        place = found + 1
    yield from (_removed(gone) for gone in old[place:])
    yield from added


def _added(line: Line) -> ChangedLine:
    return ChangedLine(ADDED, format_html("<ins>{}</ins>", line.text))


def _removed(line: Line) -> ChangedLine:
    return ChangedLine(REMOVED, format_html("<del>{}</del>", line.text))


def _vocabulary(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())


def _are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return 2 * len(one & other) >= _ALIKE * (len(one) + len(other))


def _common(before: Sequence[Hashable], after: Sequence[Hashable], steps: Steps) -> list[tuple[int, int]]:
    """Return the positions of common lines; none if that takes more than half of the remaining steps."""
    share = Steps(steps.left // 2)
    found = common_pieces(before, after, share)
    steps.spend(share.spent)
    return found or []


def _parts(document: Document) -> Iterator[Part]:
    subtitle = [Line(document.subtitle)] if document.subtitle else []
    front = [Line(entry.value, entry.label) for entry in document.metadata]
    yield Part("", "", document.title, (*subtitle, *front, *_lines(document.blocks)))
    yield from _inner(document.sections, "", {})


def _inner(sections: Iterable[Section], parent: str, seen: dict[str, int]) -> Iterator[Part]:
    """Yield each section before its sub-sections; two of one name differ by their order."""
    for section in sections:
        name = section.id or section.title
        seen[name] = seen.get(name, 0) + 1
        key = name if seen[name] == 1 else f"{name} {seen[name]}"
        yield Part(key, parent, section.title, tuple(_lines(section.blocks)))
        yield from _inner(section.sections, key, seen)


def _lines(blocks: Iterable[Block]) -> Iterator[Line]:
    for block in blocks:
        match block:
            case Paragraph() | Heading():
                yield from _inlines(block.content, type(block).__name__)
            case Quote():
                yield _quote(block)
            case ItemList():
                for item in block.items:
                    for place, line in enumerate(_lines(item)):
                        yield Line(line.text if place else f"•\u00a0{line.text}", (line.dress, block.ordered))
            case Table():
                yield from _table(block)
            case Preformatted():
                yield Line(block.text, Preformatted.__name__)
            case Rule():
                yield Line("⁂")


def _table(table: Table) -> Iterator[Line]:
    if table.caption:
        yield Line(table.caption, Table.__name__)
    for row in (table.header, *table.rows):
        cells = [list(_inlines(cell, Table.__name__)) for cell in row]
        yield Line(" | ".join(cell[0].text for cell in cells), tuple(cell[0].dress for cell in cells))
        yield from (note for cell in cells for note in cell[1:])


def _inlines(content: Sequence[Inline], kind: str) -> Iterator[Line]:
    """Yield the words of a paragraph as one line, then its footnotes."""
    dress = tuple(Note(()) if isinstance(one, Note) else one for one in content)
    yield Line("".join(_words(one) for one in content), (kind, dress))
    for one in content:
        if isinstance(one, Note):
            yield from _lines(one.blocks)


def _words(inline: Inline) -> str:
    match inline:
        case Text():
            return inline.text
        case Link():
            return "".join(text.text for text in inline.content)
        case Note():
            return ""


def _quote(quote: Quote) -> Line:
    if quote.is_redacted:
        return Line(_("Citation retirée."), quote.id)
    return Line(f"«\u00a0{quote.text.strip()}\u202f» {quote.attribution}".strip(), quote.id)
