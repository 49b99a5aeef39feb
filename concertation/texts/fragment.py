"""A second, linear-time sanitiser behind the Markdown parser, for a grammar so small that no two parsers differ on it.

A fragment of known elements, well nested, with escaped text between them, is written again without attributes that
are not allowed. For any other fragment the result is ``None``, and a real HTML parser cleans it.
"""

import html
import re
from collections.abc import Callable, Collection

Allow = Callable[[str, str, str], bool]

_TOKEN = re.compile(
    r"""<(?P<close>/?)(?P<tag>[a-z][a-z0-9]*)
        (?P<attributes>(?:[ ][a-z-]+="(?:[^"<>&\n]|&(?:amp|lt|gt|quot);)*")*)(?:[ ]/)?>
        | (?P<text>(?:[^<>&"]|&(?:amp|lt|gt|quot);)+)""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_VOID = frozenset({"br", "hr"})
_WORDS = frozenset({"a", "strong", "em", "s", "code", "sup", "br"})
_HOLDS_WORDS = _WORDS | {"p", "h2", "h3", "h4", "h5", "h6", "th", "td", "caption"}
_FLOW = frozenset({"p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "hr", "section", "div", "table"})
_HOLDS_FLOW = frozenset({"", "li", "blockquote", "section", "div"})
# The only parents that each of these may have.
_PARENTS = {
    "li": {"ul", "ol"},
    "caption": {"table"},
    "thead": {"table"},
    "tbody": {"table"},
    "tr": {"thead", "tbody"},
    "th": {"tr"},
    "td": {"tr"},
}


def written_again(fragment: str, tags: Collection[str], allow: Allow) -> tuple[str, str] | None:
    """Return the clean fragment and its text; ``None`` if any of it is outside the grammar."""
    parts: list[str] = []
    words: list[str] = []
    opened = [""]
    place = 0
    for token in _TOKEN.finditer(fragment):
        if token.start() != place:
            return None
        place = token.end()
        text, tag = token["text"], token["tag"]
        if text is not None:
            if not _may_hold_words(opened[-1]) and not text.isspace():
                return None
            words.append(text)
            parts.append(text)
        elif token["close"]:
            if token["attributes"] or opened[-1] != tag:
                return None
            opened.pop()
            parts.append(f"</{tag}>")
        else:
            if tag not in tags or not _may_stand(tag, opened):
                return None
            parts.append(f"<{tag}{_allowed(tag, token['attributes'], allow)}>")
            if tag not in _VOID:
                opened.append(tag)
    if place != len(fragment) or len(opened) > 1:
        return None
    return "".join(parts), html.unescape("".join(words))


def _may_hold_words(parent: str) -> bool:
    return parent in _HOLDS_WORDS or parent in _HOLDS_FLOW or parent == "pre"


def _may_stand(tag: str, opened: list[str]) -> bool:
    parent = opened[-1]
    if tag in _PARENTS:
        return parent in _PARENTS[tag]
    if tag in _FLOW:
        return parent in _HOLDS_FLOW
    if tag not in _WORDS or parent == "code":
        return False
    if parent == "pre":
        return tag == "code"
    # A browser closes an open link where another begins.
    return _may_hold_words(parent) and not (tag == "a" and "a" in opened)


def _allowed(tag: str, attributes: str, allow: Allow) -> str:
    if not attributes:
        return ""
    kept: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(attributes):
        if name not in kept and allow(tag, name, html.unescape(value)):
            kept[name] = value
    return "".join(f' {name}="{value}"' for name, value in kept.items())
