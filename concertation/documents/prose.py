"""Convert the sanitised HTML of a person's Markdown, with the tags of ``texts`` only, to blocks of a document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any

from .model import Block, Heading, Inline, ItemList, Link, Note, Paragraph, Preformatted, Rule, Table, Text

_MARKS = {"strong": "strong", "em": "emphasis", "s": "struck", "del": "struck", "code": "code"}
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_TABLE = ("table", "caption", "thead", "tbody", "tr", "th", "td")
_NOTES = re.compile(r'<section [^>]*role="doc-endnotes"')
_NOTE = re.compile(r'<li id="(note-[\w-]+)"')

_Blocks = tuple[Block, ...]
_Cells = tuple[tuple[Inline, ...], ...]


def from_html(html: str, *, top_heading: int = 4) -> _Blocks:
    """Return the blocks of a sanitised fragment; of an unknown tag, only the text."""
    found = _NOTES.search(html)
    notes = _notes(html[found.start() :], top_heading) if found else {}
    return _Reader(top_heading, notes).read(html[: found.start()] if found else html)


def _notes(html: str, top_heading: int) -> dict[str, _Blocks]:
    """Return the footnotes of a text, by id."""
    [items] = (block.items for block in _Reader(top_heading, {}).read(html) if isinstance(block, ItemList))
    return dict(zip(_NOTE.findall(html), items, strict=True))


@dataclass
class _Draft:
    """A table being built; its first row is the header."""

    caption: str = ""
    rows: list[_Cells] = field(default_factory=list)

    def finished(self) -> Table:
        return Table(self.rows[0] if self.rows else (), tuple(self.rows[1:]), self.caption)


class _Reader(HTMLParser):
    """Parser with a stack of open lists and one open paragraph."""

    def __init__(self, top_heading: int, notes: Mapping[str, _Blocks]) -> None:
        super().__init__(convert_charrefs=True)
        self.top_heading = top_heading
        self.notes = notes
        self.is_between_notes = False
        self.table: _Draft | None = None
        self.containers: list[list[Block]] = [[]]
        self.lists: list[tuple[bool, int, list[tuple[Block, ...]]]] = []
        self.inlines: list[Inline] = []
        self.marks: list[str] = []
        self.link: tuple[str, list[Text]] | None = None
        self.preformatted: list[str] | None = None
        self.quoted = 0

    def read(self, html: str) -> _Blocks:
        self.feed(html)
        self.close()
        self._end_link()
        self._end_block()
        return tuple(self.containers[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "pre":
            self._end_block()
            self.preformatted = []
        elif tag in _MARKS:
            self.marks.append(_MARKS[tag])
        elif tag == "a" and "role" in values:
            self._call(values)
        elif tag == "a":
            self.link = (values.get("href", ""), [])
        elif tag in _TABLE:
            self._begin_part(tag)
        elif tag == "br":
            self._add_words("\n")
        elif tag == "hr":
            self._end_block()
            self.containers[-1].append(Rule())
        elif tag in ("ul", "ol"):
            self._end_block()
            start = values.get("start", "1")
            self.lists.append((tag == "ol", int(start) if start.isdecimal() else 1, []))
        elif tag == "li":
            self.containers.append([])
        elif tag == "blockquote":
            self._end_block()
            self.quoted += 1
        elif tag in ("p", *_HEADINGS):
            self._end_block()

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre" and self.preformatted is not None:
            self.containers[-1].append(Preformatted("".join(self.preformatted).rstrip("\n")))
            self.preformatted = None
        elif tag in _MARKS and self.marks:
            self.marks.pop()
        elif tag == "a":
            self._end_link()
        elif tag in _TABLE:
            self._end_part(tag)
        elif tag in _HEADINGS:
            self._end_heading(int(tag[1]))
        elif tag == "li" and len(self.containers) > 1:
            self._end_block()
            self._end_item()
        elif tag in ("ul", "ol") and self.lists:
            ordered, start, items = self.lists.pop()
            self.containers[-1].append(ItemList(tuple(items), ordered, start))
        elif tag == "blockquote":
            self._end_block()
            self.quoted = max(0, self.quoted - 1)
        elif tag == "p":
            self._end_block()

    def handle_data(self, data: str) -> None:
        if self.is_between_notes:
            return
        if self.preformatted is not None:
            self.preformatted.append(data)
        elif data.strip() or self.inlines or self.link:
            self._add_words(data.replace("\n", " "))

    def _call(self, link: Mapping[str, str]) -> None:
        """Add a note where it is called; the format writes the number of the call, and the way back to it."""
        name = link.get("href", "")[1:]
        self.is_between_notes = True
        if name in self.notes:
            self.inlines.append(Note(self.notes[name]))

    def _begin_part(self, tag: str) -> None:
        if tag == "table":
            self._end_block()
            self.table = _Draft()
        elif tag == "tr" and self.table:
            self.table.rows.append(())
        self.inlines = []

    def _end_part(self, tag: str) -> None:
        if self.table is None:
            return
        if tag == "caption":
            self.table.caption = "".join(inline.text for inline in self.inlines if isinstance(inline, Text))
        elif tag in {"th", "td"} and self.table.rows:
            self.table.rows[-1] += (tuple(self.inlines),)
        elif tag == "table":
            self.containers[-1].append(self.table.finished())
            self.table = None
        self.inlines = []

    def _add_words(self, words: str) -> None:
        marks: dict[str, Any] = dict.fromkeys(self.marks, True)
        if self.quoted:
            marks["emphasis"] = True
        run = replace(Text(words), **marks)
        if self.link is not None:
            self.link[1].append(run)
        else:
            self.inlines.append(run)

    def _end_link(self) -> None:
        self.is_between_notes = False
        if self.link is not None:
            href, content = self.link
            self.inlines += [Link(href, tuple(content))] if href else content
        self.link = None

    def _end_block(self) -> None:
        if any(not isinstance(one, Text) or one.text.strip() for one in self.inlines):
            self.containers[-1].append(Paragraph(tuple(self.inlines)))
        self.inlines = []

    def _end_heading(self, level: int) -> None:
        if self.inlines:
            self.containers[-1].append(Heading(tuple(self.inlines), max(1, level - self.top_heading + 1)))
        self.inlines = []

    def _end_item(self) -> None:
        blocks = tuple(self.containers.pop())
        if self.lists:
            self.lists[-1][2].append(blocks)
        else:
            self.containers[-1].extend(blocks)
