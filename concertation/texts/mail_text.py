"""Write a sanitised fragment as the text of a mail: paragraphs, dashes of lists, and links written out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count, groupby

_VOID = frozenset(["br", "hr"])
_INLINE = frozenset(["a", "br", "code", "em", "s", "strong", "sup"])
_RULE = "* * *"


@dataclass(slots=True)
class _Element:
    tag: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    inside: "list[_Element | str]" = field(default_factory=list)


def mail_text(html: str) -> str:
    """Return the words of ``html`` in lines, with a blank line between blocks and the address after each link."""
    reader = _Reader(convert_charrefs=True)
    reader.feed(html)
    reader.close()
    return "\n\n".join(_blocks(reader.root.inside))


class _Reader(HTMLParser):
    """Parser of a fragment whose elements are well nested, as the sanitiser leaves them."""

    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.root = _Element()
        self.opened = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = _Element(tag, {name: value or "" for name, value in attrs})
        self.opened[-1].inside.append(element)
        if tag not in _VOID:
            self.opened.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag == self.opened[-1].tag and len(self.opened) > 1:
            self.opened.pop()

    def handle_data(self, data: str) -> None:
        self.opened[-1].inside.append(data)


def _blocks(inside: "Sequence[_Element | str]") -> list[str]:
    """Return the blocks of an element; words beside blocks, as in a tight list, are a block of their own."""
    found: list[str] = []
    for is_inline, some in groupby(inside, key=lambda one: isinstance(one, str) or one.tag in _INLINE):
        if is_inline:
            found.append(_words(list(some)))
        else:
            found += [text for one in some if isinstance(one, _Element) for text in _block(one)]
    return [text for text in found if text]


def _block(element: _Element) -> list[str]:
    match element.tag:
        case "hr":
            return [_RULE]
        case "ul" | "ol":
            return ["\n".join(_items(element))]
        case "blockquote":
            return [_with_margin("\n\n".join(_blocks(element.inside)), "> ", "> ")]
        case "table":
            return ["\n".join(_rows(element))]
        case "pre":
            return ["".join(_text_of(one) for one in element.inside).strip("\n")]
    return _blocks(element.inside)


def _items(of_list: _Element) -> list[str]:
    items = [one for one in of_list.inside if isinstance(one, _Element)]
    numbers = count(int(of_list.attributes.get("start") or 1))
    marks = (f"{next(numbers)}. " if of_list.tag == "ol" else "- " for _item in items)
    return [
        _with_margin("\n".join(_blocks(item.inside)), mark, " " * len(mark))
        for mark, item in zip(marks, items, strict=False)
    ]


def _rows(element: _Element) -> list[str]:
    found: list[str] = []
    for one in element.inside:
        if not isinstance(one, _Element):
            continue
        if one.tag == "tr":
            found.append(" | ".join(_words(cell.inside) for cell in one.inside if isinstance(cell, _Element)))
        else:
            found += [_words(one.inside)] if one.tag == "caption" else _rows(one)
    return found


def _words(inside: "Sequence[_Element | str]") -> str:
    """Return words on one line, or on several where the author broke it."""
    lines = re.sub(r"[ \t\n]+", " ", "".join(map(_inline, inside))).split("\v")
    return "\n".join(line.strip() for line in lines).strip()


def _inline(one: "_Element | str") -> str:
    if isinstance(one, str):
        return one
    if one.tag == "br":
        return "\v"
    words = "".join(map(_inline, one.inside))
    address = one.attributes.get("href", "").removeprefix("mailto:") if one.tag == "a" else ""
    is_shown = not address or address.startswith("#") or address.rstrip("/") == words.strip().rstrip("/")
    return words if is_shown else f"{words} ({address})"


def _text_of(one: "_Element | str") -> str:
    return one if isinstance(one, str) else "".join(map(_text_of, one.inside))


def _with_margin(text: str, first: str, others: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        (margin + line).rstrip() for margin, line in zip([first] + [others] * len(lines), lines, strict=False)
    )
