"""From the sanitised HTML of a person's Markdown to blocks of a document. Only the tags that ``texts`` lets through."""

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from .model import Block, Heading, Inline, ItemList, Link, Paragraph, Preformatted, Rule, Text

_MARKS = {"strong": "strong", "em": "emphasis", "s": "struck", "del": "struck", "code": "code"}
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")


def from_html(html: str, *, top_heading: int = 4) -> tuple[Block, ...]:
    """The blocks of a sanitised fragment; a tag that is not known gives its words and nothing else."""
    reader = _Reader(top_heading)
    reader.feed(html)
    reader.close()
    return reader.finish()


class _Reader(HTMLParser):
    """Keeps a stack of open lists and one paragraph that fills up."""

    def __init__(self, top_heading: int) -> None:
        super().__init__(convert_charrefs=True)
        self.top_heading = top_heading
        self.containers: list[list[Block]] = [[]]
        self.lists: list[tuple[bool, int, list[tuple[Block, ...]]]] = []
        self.inlines: list[Inline] = []
        self.marks: list[str] = []
        self.link: tuple[str, list[Text]] | None = None
        self.preformatted: list[str] | None = None
        self.quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "pre":
            self._end_block()
            self.preformatted = []
        elif tag in _MARKS:
            self.marks.append(_MARKS[tag])
        elif tag == "a":
            self.link = (values.get("href", ""), [])
        elif tag == "br":
            self._say("\n")
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
        if self.preformatted is not None:
            self.preformatted.append(data)
        elif data.strip() or self.inlines or self.link:
            self._say(data.replace("\n", " "))

    def finish(self) -> tuple[Block, ...]:
        self._end_link()
        self._end_block()
        return tuple(self.containers[0])

    def _say(self, words: str) -> None:
        marks: dict[str, Any] = dict.fromkeys(self.marks, True)
        if self.quoted:
            marks["emphasis"] = True
        run = replace(Text(words), **marks)
        if self.link is not None:
            self.link[1].append(run)
        else:
            self.inlines.append(run)

    def _end_link(self) -> None:
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
