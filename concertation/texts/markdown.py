"""Render people's Markdown, once, as safe HTML and as the plain text that citations point into.

This is the only module that makes HTML from people's texts. Two defences, one behind the other: the parser knows no
HTML and checks every link by ``is_safe_href``, then ``fragment`` lets only the elements below through. What it cannot
parse, bleach cleans, at ten times the cost.
"""

import html
import re
from dataclasses import dataclass
from enum import Enum
from html.parser import HTMLParser

from bleach.sanitizer import Cleaner
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from . import footnotes, fragment, grammar, tables
from .addresses import is_safe_href
from .clean import UNSTORABLE

_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
TAGS = frozenset(["p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote", "code", "pre", "hr", *_HEADINGS])
LINK_REL = "nofollow ugc noopener"
_STAFF_TAGS = TAGS | footnotes.TAGS | tables.TAGS
# Any character that may be markup or part of a link, and white space that the parser would trim.
_MARKED = re.compile(
    r"""[*_`\[\]<>&\\#~|@\t\x0b\x0c\x1c-\x1f\x85\u2028\u2029] | :// | www\.
        | ^(?: [^\S\n] | [-+=] | \d{1,9}[.)] ) | [^\S\n]$""",
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)


class Profile(Enum):
    """Whose text it is: contributions, replies and notes keep what people typed; texts of the team know more signs."""

    CITIZENS = "citizens"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Rendered:
    """``plain`` is exactly the text content of ``html``: offsets in one are offsets in the other."""

    html: SafeString
    plain: str


def render(body: str, *, profile: Profile = Profile.CITIZENS, top_heading: int = 4) -> Rendered:
    """Render one person's text; its headings start at ``top_heading`` and never skip a level."""
    tidy = UNSTORABLE.sub("\ufffd", body.replace("\r\n", "\n").replace("\r", "\n"))
    if tidy.strip() and not _MARKED.search(tidy.strip("\n")):
        return _as_typed(tidy)
    raw = str(_PARSERS[profile].render(tidy, {"top_heading": top_heading}))
    cleaned, plain = _clean(raw.strip(), profile)
    if not plain.strip() and tidy.strip():
        return _as_typed(tidy)
    return Rendered(html=mark_safe(cleaned), plain=plain)  # noqa: S308 - the one place that sanitises


def _as_typed(text: str) -> Rendered:
    """Render paragraphs of plain text, at a twentieth of the cost of the parser and the cleaner."""
    lines = "\n".join(line.strip() for line in text.strip().split("\n"))
    plain = re.sub(r"\n{2,}", "\n", lines)
    paragraphs = re.split(r"\n{2,}", html.escape(lines, quote=False).replace('"', "&quot;"))
    rendered = "\n".join("<p>" + one.replace("\n", "<br>\n") + "</p>" for one in paragraphs)
    return Rendered(html=mark_safe(rendered), plain=plain)  # noqa: S308 - escaped just above


def text_content(cleaned: str) -> str:
    """Return the text of a sanitised fragment, as a browser's ``textContent``."""
    reader = _TextReader(convert_charrefs=True)
    reader.feed(cleaned)
    reader.close()
    return "".join(reader.parts)


class _TextReader(HTMLParser):
    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _allow_attribute(tag: str, name: str, value: str) -> bool:
    if tag == "a":
        return (name == "href" and is_safe_href(value)) or (name == "rel" and value == LINK_REL)
    return tag == "ol" and name == "start" and re.fullmatch(r"\d{1,9}", value) is not None


def _allow_staff_attribute(tag: str, name: str, value: str) -> bool:
    rules = (_allow_attribute, footnotes.allow_attribute, tables.allow_attribute)
    return any(allow(tag, name, value) for allow in rules)


def _clean(raw: str, profile: Profile) -> tuple[str, str]:
    """Return the fragment with only what is allowed, and its text."""
    tags, allow = (TAGS, _allow_attribute) if profile == Profile.CITIZENS else (_STAFF_TAGS, _allow_staff_attribute)
    written = fragment.written_again(raw, tags, allow)
    if written is not None:
        return written
    cleaned = _cleaner(tags, allow).clean(raw).strip()
    return cleaned, text_content(cleaned)


def _cleaner(tags: frozenset[str], allow: fragment.Allow) -> Cleaner:
    # bleach's cleaner is not thread-safe, and making one costs less than locking one.
    return Cleaner(tags=tags, attributes=allow, protocols={"http", "https", "mailto"}, strip=True)


def _limit_headings(state: StateCore) -> None:
    """Renumber headings by nesting, so that an outline pasted from elsewhere fits under the page's own."""
    top = int(state.env.get("top_heading", 4))
    open_levels: list[int] = []
    for token in state.tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            while open_levels and open_levels[-1] >= level:
                open_levels.pop()
            open_levels.append(level)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(top + len(open_levels) - 1, 6)}"


def _rewrite_inlines(state: StateCore) -> None:
    """Turn images into links, add ``rel`` to every link, and empty emphasis back into its marks."""
    for block in state.tokens:
        if block.type == "inline" and block.children:
            block.children = grammar.without_idle_emphasis(_rewrite_links(block.children))


def _rewrite_links(tokens: list[Token]) -> list[Token]:
    rewritten: list[Token] = []
    inside_link = 0
    for token in tokens:
        inside_link += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "link_open":
            token.attrs = {"href": str(token.attrGet("href") or ""), "rel": LINK_REL}
        if token.type == "image":
            rewritten += _image_as_link(token, inside_link=bool(inside_link))
        else:
            rewritten.append(token)
    return rewritten


def _image_as_link(image: Token, *, inside_link: bool) -> list[Token]:
    href = str(image.attrGet("src") or "")
    alternative = "".join(child.content for child in image.children or []) or image.content
    words = str(image.meta.get("typed") or alternative or href)
    text = Token("text", "", 0, content=words)
    if inside_link or not href:
        return [text]
    opening = Token("link_open", "a", 1, attrs={"href": href, "rel": LINK_REL})
    return [opening, text, Token("link_close", "a", -1)]


def _make_parser(profile: Profile) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    parser.validateLink = is_safe_href  # type: ignore[method-assign, assignment]
    grammar.apply_to(parser)
    if profile == Profile.CITIZENS:
        grammar.apply_to_citizens(parser)
    else:
        footnotes.apply_to(parser)
        tables.apply_to(parser)
    parser.core.ruler.push("limit_headings", _limit_headings)
    parser.core.ruler.push("rewrite_inlines", _rewrite_inlines)
    return parser


_PARSERS = {profile: _make_parser(profile) for profile in Profile}
