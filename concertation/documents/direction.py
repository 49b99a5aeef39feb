"""Mark the blocks of a pandoc tree that are written from right to left, in the way of each format."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from concertation.texts.direction import first_direction

Node: TypeAlias = dict[str, Any]
Attributes: TypeAlias = tuple[tuple[str, str], ...]

_DIRECTED = frozenset({"Para", "Plain", "Header"})
_CONTAINERS = frozenset({"BlockQuote", "BulletList", "OrderedList", "Table"})


@dataclass(frozen=True, slots=True)
class RightToLeft:
    """Attributes by which a format sets the direction of a block, a cell and words in a line.

    Without ``in_cell``, the attributes of a cell apply to its content. ``command`` is written at the start of each
    block, in typst alone: there, pandoc would write an attribute before the sign of a heading or of a list.
    ``after_title`` ends a heading that ends from right to left, whose page number would move in a table of contents.
    """

    block: Attributes
    cell: Attributes = ()
    in_cell: Attributes | None = None
    words: Attributes = ()
    command: str = ""
    after_title: str = ""

    def blocks(self, nodes: list[Node]) -> list[Node]:
        """Mark each paragraph and heading by its first letter, and each list, quote and table without nested ones."""
        return [self._block(node, self.block) for node in _by_direction(nodes)]

    def line(self, nodes: list[Node]) -> list[Node]:
        """Isolate words within a sentence of the site."""
        if first_direction(_words(nodes)) != "rtl":
            return nodes
        return [{"t": "Span", "c": [_attributes(self.words), nodes]}]

    def _block(self, node: Node, attributes: Attributes | None) -> Node:
        if node["t"] not in _DIRECTED | _CONTAINERS:
            return node
        turned = {**node, "c": self._table(node["c"]) if node["t"] == "Table" else self._within(node["c"])}
        if node["t"] == "Header" and self.after_title and first_direction(_words(node["c"])[::-1]) == "rtl":
            turned["c"] = [*turned["c"][:2], [*turned["c"][2], {"t": "RawInline", "c": ["typst", self.after_title]}]]
        if attributes is not None and _directions(node) == {"rtl"}:
            before = [{"t": "RawBlock", "c": ["typst", self.command]}] if self.command else []
            return {"t": "Div", "c": [_attributes(attributes), [*before, turned]]}
        return turned

    def _within(self, content: Any) -> Any:
        """Mark the blocks inside a node: items, quoted paragraphs, notes."""
        if isinstance(content, list):
            return [self._within(one) for one in content]
        if isinstance(content, dict) and "c" in content:
            if content["t"] == "Note":
                return {**content, "c": self._note(content["c"])}
            if content["t"] in _DIRECTED | _CONTAINERS:
                return self._block(content, self.block)
            return {**content, "c": self._within(content["c"])}
        return content

    def _note(self, blocks: list[Node]) -> list[Node]:
        """Keep the first paragraph of a note beside its number."""
        if blocks and blocks[0]["t"] == "Para":
            return [{**blocks[0], "c": self.line(blocks[0]["c"])}, *self.blocks(blocks[1:])]
        return self.blocks(blocks)

    def _table(self, table: list[Any]) -> list[Any]:
        attributes, [short, caption], columns, [head, heads], [[body, number, between, rows]], foot = table
        caption = self.blocks(caption)
        heads, rows = ([[row, [self._cell(cell) for cell in cells]] for row, cells in part] for part in (heads, rows))
        return [attributes, [short, caption], columns, [head, heads], [[body, number, between, rows]], foot]

    def _cell(self, cell: list[Any]) -> list[Any]:
        attributes, alignment, height, width, blocks = cell
        if _directions(blocks) == {"rtl"}:
            attributes = _attributes(self.cell)
        return [attributes, alignment, height, width, [self._block(block, self.in_cell) for block in blocks]]


def _by_direction(node: Any) -> Any:
    """Split the paragraphs of a tree at lines of another direction, so that each part has its own."""
    if isinstance(node, dict) and "c" in node:
        return {**node, "c": _by_direction(node["c"])}
    if not isinstance(node, list):
        return node
    return [part for one in node for part in (_parts(one) if _is_paragraph(one) else [_by_direction(one)])]


def _is_paragraph(node: Any) -> bool:
    return isinstance(node, dict) and node.get("t") == "Para"


def _parts(paragraph: Node) -> list[Node]:
    lines: list[list[Node]] = [[]]
    for node in _by_direction(paragraph["c"]):
        if node["t"] == "LineBreak":
            lines.append([])
        else:
            lines[-1].append(node)
    parts: list[list[Node]] = []
    latest = ""
    for line in lines:
        direction = first_direction(_words(line))
        if parts and (not direction or not latest or direction == latest):
            parts[-1] += [{"t": "LineBreak"}, *line]
        else:
            parts.append(line)
        latest = direction or latest
    return [{"t": "Para", "c": part} for part in parts]


def _attributes(pairs: Attributes) -> list[Any]:
    return ["", [], [list(pair) for pair in pairs]]


def _directions(node: Any) -> set[str]:
    """Return the directions of the paragraphs under a node; one without a letter has none."""
    if isinstance(node, list):
        return set().union(*map(_directions, node)) if node else set()
    if not isinstance(node, dict) or "c" not in node:
        return set()
    if node["t"] in _DIRECTED:
        return {first_direction(_words(node["c"]))} - {""}
    return _directions(node["c"])


def _words(node: Any) -> str:
    """Return the words of a line, without addresses and without its footnotes."""
    if isinstance(node, list):
        return "".join(map(_words, node))
    if not isinstance(node, dict):
        return ""
    if node["t"] == "Str":
        return str(node["c"])
    if node["t"] in {"RawInline", "Code"}:
        return str(node["c"][1])
    return "" if node["t"] == "Note" else _words(node.get("c"))
