"""Convert a document to pandoc's syntax tree, and run pandoc in a sandbox.

The tree is built node by node and passed as JSON: raw blocks, formulas and images cannot be built. Texts of people
are in ``Str``, ``Code`` and ``CodeBlock`` nodes, which pandoc's writers escape. Where a writer changes them
(Markdown, typst), the format has its own ``literal`` function to write them.
"""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

import pypandoc
from django.utils.translation import gettext as _

from concertation.documents.direction import RightToLeft
from concertation.documents.model import (
    UNWRITABLE,
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
    is_visible,
)

Node: TypeAlias = dict[str, Any]

_API_VERSION = [1, 23, 1]
_TIME_LIMIT = 120
_NO_ATTRIBUTES: list[Any] = ["", [], []]
_ADDRESS = re.compile(
    r"(?:https?://[\w.-]+(?::\d{1,5})?(?:[/?#][^\s\\]*)?|mailto:[^\s\\/@?]+@[^\s\\/@?]+)", re.IGNORECASE
)
_ANCHOR = re.compile(r"(?!fn)[A-Za-z][A-Za-z0-9_-]{0,60}")
# In pandoc's order of nesting, innermost first.
_STYLES = (("struck", "Strikeout"), ("emphasis", "Emph"), ("strong", "Strong"))
_BLANKS = frozenset({"Space", "LineBreak"})


class ExportError(RuntimeError):
    """A tool refused what we built: a defect of ours, not of the request; always worth a report."""


def run(tree: Node, *options: str, epoch: int) -> bytes:
    """Run pandoc on a tree; it may read only the files named in ``options``, for two minutes at most."""
    command = [program(), "+RTS", "-M1G", "-RTS", "--sandbox", "--from=json", "--wrap=none", *options]
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "SOURCE_DATE_EPOCH": str(epoch)}
    source = json.dumps(tree).encode()
    try:
        done = subprocess.run(  # noqa: S603 - our own program and options; words only come on standard input
            command, input=source, env=environment, capture_output=True, timeout=_TIME_LIMIT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ExportError(f"pandoc took more than {_TIME_LIMIT} s.") from error
    if done.returncode:
        raise ExportError(f"pandoc: {done.stderr.decode(errors='replace')[:2000]}")
    return done.stdout


@cache
def program() -> str:
    return str(pypandoc.get_pandoc_path())


def _as_str(words: str) -> Node:
    return {"t": "Str", "c": words}


@dataclass
class Tree:
    """The tree of one document.

    ``top`` is the level of its first headings; ``printable`` replaces characters that the format cannot show;
    ``literal`` makes a node of the words of a line; without ``anchors`` a link to a section is plain text;
    ``right_to_left`` marks such blocks, unless readers of the format detect them.
    """

    document: Document
    top: int = 1
    printable: Callable[[str], str] = str
    literal: Callable[[str], Node] = _as_str
    anchors: bool = True
    right_to_left: RightToLeft | None = None
    _anchors: dict[int, str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        taken: set[str] = set()
        for number, section in enumerate(_all_sections(self.document.sections), 1):
            wanted = section.id if _ANCHOR.fullmatch(section.id) and section.id not in taken else f"section-{number}"
            taken.add(wanted)
            self._anchors[id(section)] = wanted

    def anchor(self, section: Section) -> str:
        """Return the id of a section in the file: its own if that is plain ASCII."""
        return self._anchors[id(section)]

    def title(self, named: Document | Section) -> str:
        """Return the title of a document or a section; replace one without a visible character."""
        return named.title if is_visible(named.title) else _("Sans titre")

    def build(self, before: Iterable[Node] = ()) -> Node:
        """Return the tree without the title, which each format writes in its own way."""
        return {"pandoc-api-version": _API_VERSION, "meta": {}, "blocks": [*before, *self.body()]}

    def body(self) -> list[Node]:
        parts = [*self._metadata(), *self._blocks(self.document.blocks, self.top - 1)]
        for section in self.document.sections:
            parts += self._section(section, self.top)
        return self.right_to_left.blocks(parts) if self.right_to_left else parts

    def line(self, text: str) -> list[Node]:
        """Return words beside others whose direction they must not change: a name after its label, a title."""
        return self.right_to_left.line(self.words(text)) if self.right_to_left else self.words(text)

    def words(self, text: str) -> list[Node]:
        """Return words and line ends; the words of one line are one node, which saves pandoc most of its work."""
        nodes: list[Node] = []
        for number, line in enumerate(self._clean(text).split("\n")):
            nodes += [{"t": "LineBreak"}] if number else []
            inside = line.strip(" \t")
            nodes += [{"t": "Space"}] if line[:1] in (" ", "\t") else []
            nodes += [self.literal(re.sub(r"[ \t]+", " ", inside))] if inside else []
            nodes += [{"t": "Space"}] if inside and line[-1:] in (" ", "\t") else []
        return _tidy(nodes)

    def _clean(self, text: str) -> str:
        unbroken = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
        return self.printable(UNWRITABLE.sub("\ufffd", unbroken))

    def _metadata(self) -> list[Node]:
        lines: list[Node] = []
        for entry in self.document.metadata:
            label = {"t": "Strong", "c": self.words(f"{entry.label}\u00a0:")}
            lines += [{"t": "LineBreak"}, label, {"t": "Space"}, *self.line(entry.value)]
        return [{"t": "Para", "c": lines[1:]}] if lines else []

    def _section(self, section: Section, level: int) -> list[Node]:
        nodes = [_heading(self.words(self.title(section)), level, self.anchor(section))]
        nodes += self._blocks(section.blocks, level)
        for inner in section.sections:
            nodes += self._section(inner, level + 1)
        return nodes

    def _blocks(self, blocks: Iterable[Block], level: int) -> list[Node]:
        return [node for block in blocks for node in self._block(block, level)]

    def _block(self, block: Block, level: int) -> list[Node]:
        match block:
            case Paragraph():
                return _paragraph(self._inlines(block.content))
            case Heading():
                return [_heading(self._inlines(block.content), level + max(block.depth, 1))] if _is_seen(block) else []
            case Quote():
                return [self._quote(block)]
            case ItemList():
                return [self._list(block, level)]
            case Table():
                return [self._table(block)]
            case Preformatted():
                return [{"t": "CodeBlock", "c": [_NO_ATTRIBUTES, self._clean(block.text)]}]
            case Rule():
                return [{"t": "HorizontalRule"}]

    def _quote(self, quote: Quote) -> Node:
        if quote.is_redacted:
            return {"t": "BlockQuote", "c": _paragraph([{"t": "Emph", "c": self.words(_("Citation retirée."))}])}
        nodes = [node for words in quote.paragraphs for node in _paragraph(self._inlines(words))]
        if quote.attribution:
            nodes += _paragraph([*self.words("— "), *self._link(quote.href, self.words(quote.attribution))])
        return {"t": "BlockQuote", "c": nodes}

    def _list(self, block: ItemList, level: int) -> Node:
        items = _tight([self._blocks(item, level) for item in block.items])
        if not block.ordered:
            return {"t": "BulletList", "c": items}
        return {"t": "OrderedList", "c": [[block.start, {"t": "Decimal"}, {"t": "Period"}], items]}

    def _table(self, table: Table) -> Node:
        width = len(table.header)
        caption = [{"t": "Plain", "c": self.words(table.caption)}] if table.caption else []
        columns = [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}]] * width
        rows = [self._row([*row, *[()] * width][:width]) for row in table.rows]
        head = [_NO_ATTRIBUTES, [self._row(list(table.header))]]
        body = [_NO_ATTRIBUTES, 0, [], rows]
        return {"t": "Table", "c": [_NO_ATTRIBUTES, [None, caption], columns, head, [body], [_NO_ATTRIBUTES, []]]}

    def _row(self, cells: list[tuple[Inline, ...]]) -> list[Any]:
        row = []
        for cell in cells:
            words = _on_one_line(self._inlines(cell))
            content = [{"t": "Plain", "c": words}] if words else []
            row.append([_NO_ATTRIBUTES, {"t": "AlignDefault"}, 1, 1, content])
        return [_NO_ATTRIBUTES, row]

    def _inlines(self, content: Iterable[Inline]) -> list[Node]:
        nodes: list[Node] = []
        for inline in content:
            match inline:
                case Text():
                    nodes += self._styled(inline)
                case Link():
                    nodes += self._link(inline.href, [node for text in inline.content for node in self._styled(text)])
                case Note():
                    nodes.append({"t": "Note", "c": self._blocks(inline.blocks, 6)})
        return _tidy(nodes)

    def _styled(self, text: Text) -> list[Node]:
        if text.code:
            nodes: list[Node] = [{"t": "Code", "c": [_NO_ATTRIBUTES, " ".join(self._clean(text.text).split("\n"))]}]
        else:
            nodes = self.words(text.text)
        before, inside, after = _without_edges(nodes)
        for name, kind in _STYLES:
            if getattr(text, name) and inside:
                inside = [{"t": kind, "c": inside}]
        return [*before, *inside, *after]

    def _link(self, href: str, words: list[Node]) -> list[Node]:
        """Return a link to the site or to the web; of any other address, only the text."""
        address = self._address(href)
        return [{"t": "Link", "c": [_NO_ATTRIBUTES, words, [address, ""]]}] if address and words else words

    def _address(self, href: str) -> str:
        if href.startswith("#"):
            return href if self.anchors and href[1:] in self._anchors.values() else ""
        if href.startswith("/") and not href.startswith("//"):
            href = self.document.base_url.rstrip("/") + href
        return href if _ADDRESS.fullmatch(href) and not UNWRITABLE.search(href) else ""


def _all_sections(sections: Iterable[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _all_sections(section.sections)


def _is_seen(heading: Heading) -> bool:
    texts = (text for inline in heading.content if not isinstance(inline, Note) for text in _texts(inline))
    return any(is_visible(text.text) for text in texts)


def _texts(inline: Text | Link) -> tuple[Text, ...]:
    return (inline,) if isinstance(inline, Text) else inline.content


def _heading(words: list[Node], level: int, anchor: str = "") -> Node:
    return {"t": "Header", "c": [min(level, 6), [anchor, [], []], _on_one_line(words)]}


def _on_one_line(nodes: list[Node]) -> list[Node]:
    """Replace line ends in headings and cells: some formats would cut the text there."""
    return _without_edges(_tidy([{"t": "Space"} if node["t"] == "LineBreak" else node for node in nodes]))[1]


def _paragraph(words: list[Node]) -> list[Node]:
    _before, inside, _after = _without_edges(_tidy(words))
    return [{"t": "Para", "c": inside}] if inside else []


def _tight(items: list[list[Node]]) -> list[list[Node]]:
    """Write a list of single paragraphs without space between its items."""
    if any(sum(node["t"] == "Para" for node in item) > 1 for item in items):
        return items
    return [[{**node, "t": "Plain"} if node["t"] == "Para" else node for node in item] for item in items]


def _without_edges(nodes: list[Node]) -> tuple[list[Node], list[Node], list[Node]]:
    """Return the blanks before, the words, the blanks after: blanks at an edge would be markup in some formats."""
    start, end = 0, len(nodes)
    while start < end and nodes[start]["t"] in _BLANKS:
        start += 1
    while end > start and nodes[end - 1]["t"] in _BLANKS:
        end -= 1
    return nodes[:start], nodes[start:end], nodes[end:]


def _tidy(nodes: list[Node]) -> list[Node]:
    """Merge adjacent blanks: a space beside a line end would become markup in some formats."""
    kept: list[Node] = []
    for node in nodes:
        if node["t"] == "Space" and kept and kept[-1]["t"] in _BLANKS:
            continue
        if node["t"] == "LineBreak" and kept and kept[-1]["t"] == "Space":
            kept.pop()
        kept.append(node)
    return kept
