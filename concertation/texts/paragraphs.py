"""Find the paragraphs of a passage: the plain text that citations point into has one line end for all breaks."""

import re
from html.parser import HTMLParser

# Between the blocks of these elements, a line end ends a paragraph; in a list or a table, an item or a row.
_HOLD_PARAGRAPHS = frozenset({"", "blockquote", "li"})
_BLANK_LINES = re.compile("\n{3,}")
_VOID = frozenset({"br", "hr"})


def passage(html: str, start: int, end: int) -> str:
    """Return the text of a sanitised fragment from ``start`` to ``end``, with a blank line between paragraphs."""
    reader = _Reader(convert_charrefs=True)
    reader.feed(html)
    reader.close()
    text = "".join(reader.parts)
    places = range(start, min(end, len(text)))
    return _BLANK_LINES.sub("\n\n", "".join("\n\n" if place in reader.breaks else text[place] for place in places))


class _Reader(HTMLParser):
    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.parts: list[str] = []
        self.breaks: set[int] = set()
        self.length = 0
        self.opened = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.opened[1:]:
            del self.opened[len(self.opened) - 1 - self.opened[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if data == "\n" and self.opened[-1] in _HOLD_PARAGRAPHS:
            self.breaks.add(self.length)
        self.parts.append(data)
        self.length += len(data)
