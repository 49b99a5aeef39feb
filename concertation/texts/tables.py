"""Tables in texts of the team: header cells, a caption, and an accessible name.

A table is written with bars, as on most sites; a line « Tableau : … » just before or after it is its caption.
"""

import re
from itertools import pairwise

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

TAGS = frozenset(["div", "table", "caption", "thead", "tbody", "tr", "th", "td"])
_CAPTION = re.compile(r"(?:Tableau|Table)[ \u00a0\u202f]*:[ \u00a0\u202f]*(?=\S)", re.IGNORECASE)

# A table too wide for a phone scrolls sideways in its own frame, by keyboard too.
_FRAME = {"class": "table-wrap", "role": "region", "tabindex": "0"}


def apply_to(parser: MarkdownIt) -> None:
    """Add tables and their names to a Markdown parser."""
    parser.enable("table")
    parser.core.ruler.after("inline", "tables", _name_tables)


def allow_attribute(tag: str, name: str, value: str) -> bool:
    """Return whether the sanitiser should let an attribute of a table through."""
    if tag == "div":
        return name == "aria-label" or (name, value) in _FRAME.items()
    return (tag, name, value) in {("table", "class", "table"), ("th", "scope", "col")}


def _name_tables(state: StateCore) -> None:
    tokens = state.tokens
    added: dict[int, list[Token]] = {}
    gone: set[int] = set()
    start = -1
    for place, token in enumerate(tokens):
        if token.type == "th_open":
            token.attrs = {"scope": "col"}
        elif token.type == "td_open":
            token.attrs = {}
        elif token.type == "table_open":
            start, token.attrs = place, {"class": "table"}
        elif token.type == "table_close":
            around = [paragraph for paragraph in (start - 3, place + 1) if paragraph not in gone]
            caption = next((paragraph for paragraph in around if _is_caption(tokens, paragraph, token.level)), None)
            words = _columns(tokens[start:place]) if caption is None else _CAPTION.sub("", tokens[caption + 1].content)
            frame = Token("frame_open", "div", 1, attrs={**_FRAME, "aria-label": _label(words)}, block=True)
            added[start] = [frame, tokens[start], *([] if caption is None else _as_caption(words))]
            added[place] = [token, Token("frame_close", "div", -1, block=True)]
            gone |= set() if caption is None else {caption, caption + 1, caption + 2}
    state.tokens = [one for place, token in enumerate(tokens) if place not in gone for one in added.get(place, [token])]


def _is_caption(tokens: list[Token], place: int, level: int) -> bool:
    if place < 0 or place + 1 >= len(tokens) or tokens[place].type != "paragraph_open" or tokens[place].level != level:
        return False
    words = tokens[place + 1].content
    return _CAPTION.match(words) is not None and "\n" not in words


def _as_caption(words: str) -> list[Token]:
    caption = Token("inline", "", 0, content=words, children=[Token("text", "", 0, content=words)])
    return [Token("caption_open", "caption", 1), caption, Token("caption_close", "caption", -1)]


def _columns(tokens: list[Token]) -> str:
    cells = [
        "".join(child.content for child in after.children or [])
        for opening, after in pairwise(tokens)
        if opening.type == "th_open"
    ]
    return ", ".join(filter(None, cells))


def _label(words: str) -> str:
    """Return « Tableau : Phase, Début, Fin », from its caption or from its header cells."""
    return _("Tableau\u00a0: %(words)s") % {"words": words}
