"""A document as data: its content and structure, without the markup of any format.

Texts of people are plain strings. No field contains markup, so that no format can take words for commands.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeAlias, TypeVar

from concertation.texts.addresses import split_at_addresses

# What XML, HTML and typst refuse: control characters, lone surrogates, non-characters.
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text; a line end in it is a line break on the page."""

    text: str
    strong: bool = False
    emphasis: bool = False
    struck: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An address (http, https, mailto, a path of the site, or ``#`` and a section's id) and its text."""

    href: str
    content: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote, at the place where it is called."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    content: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section's text, ``depth`` levels below the section's own title."""

    content: tuple["Inline", ...]
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Quote:
    """Quoted words, their author and their address.

    ``salt`` and ``seal`` belong to ``versions``: a redacted quote keeps its seal and loses its words and its salt.
    """

    id: str
    text: str = ""
    attribution: str = ""
    href: str = ""
    salt: str = ""
    seal: str = ""

    @property
    def is_redacted(self) -> bool:
        return self.seal != ""

    @property
    def paragraphs(self) -> list[tuple[Text | Link, ...]]:
        """Split a text at its blank lines; a line end is a line break on the page, and a bare address is a link."""
        lines = "\n".join(line.strip() for line in self.text.splitlines())
        return [_linked(paragraph) for paragraph in re.split(r"\n{2,}", lines.strip("\n")) if paragraph]


def _linked(words: str) -> tuple[Text | Link, ...]:
    pieces = [(Text(piece), href) for piece, href in split_at_addresses(words) if piece]
    return tuple(Link(href, (piece,)) if href else piece for piece, href in pieces)


@dataclass(frozen=True, slots=True)
class ItemList:
    items: tuple[tuple["Block", ...], ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as long as the header, each cell of one line; the caption describes the table."""

    header: tuple[tuple["Inline", ...], ...]
    rows: tuple[tuple[tuple["Inline", ...], ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Preformatted:
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A break between two parts of a text."""


Inline: TypeAlias = Text | Link | Note
Block: TypeAlias = Paragraph | Heading | Quote | ItemList | Table | Preformatted | Rule


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    id: str = ""
    blocks: tuple[Block, ...] = ()
    sections: tuple["Section", ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line under the title: « Publiée le » and « 22 novembre 2026 »."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Document:
    """``date`` (ISO 8601) is the date of exported files; ``base_url`` makes paths of the site full addresses."""

    title: str
    subtitle: str = ""
    language: str = "fr"
    author: str = ""
    date: str = ""
    base_url: str = ""
    metadata: tuple[Entry, ...] = ()
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()


def is_visible(text: str) -> bool:
    """Return whether anything of a text can be seen: neither blanks nor invisible characters."""
    return any(unicodedata.category(character)[0] not in "ZC" for character in text)


NodeT = TypeVar("NodeT")


def quotes_of(node: object) -> Iterator[Quote]:
    """Return every quote under a node, in reading order."""
    if isinstance(node, Quote):
        yield node
    for child in _children(node):
        yield from quotes_of(child)


def with_quotes(node: NodeT, change: Callable[[Quote], Quote]) -> NodeT:
    """Return the node with ``change`` applied to every quote under it."""
    changed: Any = node
    if isinstance(node, Quote):
        changed = change(node)
    elif isinstance(node, tuple):
        changed = tuple(with_quotes(child, change) for child in node)
    elif is_dataclass(node) and not isinstance(node, type):
        values = {field.name: getattr(node, field.name) for field in fields(node)}
        parts = {name: with_quotes(value, change) for name, value in values.items() if isinstance(value, tuple)}
        changed = replace(node, **parts) if parts else node
    return changed  # type: ignore[no-any-return]


def _children(node: object) -> Iterator[object]:
    if isinstance(node, tuple):
        yield from node
    elif is_dataclass(node):
        yield from (getattr(node, field.name) for field in fields(node) if field.name not in {"text", "title"})
