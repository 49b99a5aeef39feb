"""Tables in texts of the team: header cells, and a caption, or a label made of them, for those who cannot see it.

A table is written with bars, as on most sites; a line « Tableau : … » just before or after it is its caption.
"""

import re
from itertools import pairwise

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

TAGS = frozenset(["table", "caption", "thead", "tbody", "tr", "th", "td"])
_CAPTION = re.compile(r"(?:Tableau|Table)[ \u00a0\u202f]*:[ \u00a0\u202f]*(?=\S)", re.IGNORECASE)


def apply_to(parser: MarkdownIt) -> None:
    """Make a parser of Markdown read tables and name them."""
    parser.enable("table")
    parser.core.ruler.after("inline", "tables", _name_tables)


def allow_attribute(tag: str, name: str, value: str) -> bool:
    """Tell the sanitiser which attributes a table has."""
    if tag == "table":
        return name == "aria-label" or (name == "class" and value == "table")
    return tag == "th" and name == "scope" and value == "col"


def _name_tables(state: StateCore) -> None:
    tokens = state.tokens
    captions: dict[int, list[Token]] = {}
    gone: set[int] = set()
    for place, token in enumerate(tokens):
        if token.type == "th_open":
            token.attrs = {"scope": "col"}
        elif token.type == "td_open":
            token.attrs = {}
        elif token.type == "table_open":
            end = next(number for number in range(place, len(tokens)) if tokens[number].type == "table_close")
            around = [paragraph for paragraph in (place - 3, end + 1) if paragraph not in gone]
            caption = next((paragraph for paragraph in around if _is_caption(tokens, paragraph, token.level)), None)
            token.attrs = {"class": "table"}
            if caption is None:
                token.attrs["aria-label"] = _label(tokens[place:end])
            else:
                captions[place] = _as_caption(tokens[caption + 1])
                gone |= {caption, caption + 1, caption + 2}
    state.tokens = [
        one for place, token in enumerate(tokens) if place not in gone for one in (token, *captions.get(place, ()))
    ]


def _is_caption(tokens: list[Token], place: int, level: int) -> bool:
    if place < 0 or place + 1 >= len(tokens) or tokens[place].type != "paragraph_open" or tokens[place].level != level:
        return False
    words = tokens[place + 1].content
    return _CAPTION.match(words) is not None and "\n" not in words


def _as_caption(words: Token) -> list[Token]:
    caption = Token("inline", "", 0, content=_CAPTION.sub("", words.content, count=1))
    caption.children = [Token("text", "", 0, content=caption.content)]
    return [Token("caption_open", "caption", 1), caption, Token("caption_close", "caption", -1)]


def _label(tokens: list[Token]) -> str:
    """« Tableau : Phase, Début, Fin », from the header cells."""
    cells = [
        "".join(child.content for child in after.children or [])
        for opening, after in pairwise(tokens)
        if opening.type == "th_open"
    ]
    return _("Tableau\u00a0: %(columns)s") % {"columns": ", ".join(filter(None, cells))}
