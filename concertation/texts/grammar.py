"""Differences from CommonMark, so that what people type or paste stays what it was.

Rules for the parser of ``markdown``. No emphasis begins or ends inside a word, an address is parsed before any mark
in it, a list or a quote ends with its own lines, and lines of marks alone stay text.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, heading, list_block
from markdown_it.rules_inline import StateInline, backtick, image
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

from .addresses import BEGINNING, bare_address, href_of, is_safe_href

# The deepest nesting of quotes and lists: the parser would drop content below its own limit of 20.
_DEEPEST_BLOCK = 10
_DEEPEST_EMPHASIS = 6
_STOPS = re.compile(rf"[\n!`*_~\[\]\\&<]|{BEGINNING}", re.IGNORECASE)
_BEFORE_EMPHASIS = frozenset("([{«“‘\"'’/–—*_~")
_AFTER_EMPHASIS = frozenset(")]}([»”’\"'.,;:!?…/–—<*_~")
_NEVER_FIRST = frozenset(")]}».,;:!?…%°")
_NEVER_LAST = frozenset("([{«“")
_EMPHASIS = ("em", "strong", "s")

_HEADING = re.compile(r"#{1,6}[ \t]+[^#\s]")
_QUOTED = re.compile(r">[ \t>]*(?:[^\W\d_]|[«“\"'‘(\[…–—•*_-][ \u00a0\u202f]?[^\W_])")
_BULLET = re.compile(r"([-*])[ \t]+(?=\S)")
_NUMBER = re.compile(r"(\d{1,9})\.[ \t]+(?=\S)")
_ONLY_MARKS = re.compile(r"[-*_=~.\s]+")


def apply_to(parser: MarkdownIt) -> None:
    """Add the rules for all texts to a CommonMark parser."""
    parser.disable(["code", "lheading", "html_block", "html_inline"]).enable("strikethrough")
    block, inline = parser.block.ruler, parser.inline.ruler
    block.at("blockquote", _quote, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    block.at("heading", _heading, {"alt": ["paragraph", "reference", "blockquote"]})
    block.at("list", _shallow_list, {"alt": ["paragraph", "reference", "blockquote"]})
    block.at("paragraph", _paragraph)
    inline.at("text", _text)
    inline.at("backticks", _code)
    inline.at("emphasis", _emphasis)
    inline.before("text", "address", _address)


def apply_to_citizens(parser: MarkdownIt) -> None:
    """Add the rules for texts of participants: most people do not know that a sign is Markdown."""
    parser.disable(["fence", "hr", "reference", "escape", "entity", "autolink"])
    parser.block.ruler.at("list", _real_list, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.inline.ruler.at("image", _typed_image)


def _typed_image(state: StateInline, silent: bool) -> bool:
    """Keep the signs of an image as typed, for a link that shows them."""
    start, before = state.pos, len(state.tokens)
    if not image(state, silent):
        return False
    for token in state.tokens[before:]:
        token.meta["typed"] = state.src[start : state.pos]
    return True


# Blocks ------------------------------------------------------------------------------------------------------------


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse lines up to a blank one or another block; a line outside a list or a quote never continues it."""
    rules = state.md.block.ruler.getRules("paragraph")
    former, state.parentType = state.parentType, "paragraph"
    line = start + 1
    while line < end and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent:
        if any(rule(state, line, end, True) for rule in rules):
            break
        line += 1
    state.parentType, state.line = former, line
    state.push("paragraph_open", "p", 1)
    words = state.push("inline", "", 0)
    words.content = state.getLines(start, line, state.blkIndent, False).strip(" \t\n")
    words.children = []
    state.push("paragraph_close", "p", -1)
    return True


def _heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a heading, which has words: a line of ``#`` alone stays one."""
    return _HEADING.match(_line(state, start)) is not None and heading(state, start, end, silent)


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse lines that begin with ``>`` as a quote; « > 50 % » alone is none."""
    if state.level >= _DEEPEST_BLOCK or not _line(state, start).startswith(">"):
        return False
    stop = start + 1
    while stop < end and state.sCount[stop] >= state.blkIndent and _line(state, stop).startswith(">"):
        stop += 1
        if silent:
            break
    if stop == start + 1 and not _QUOTED.match(_line(state, start)):
        return False
    return blockquote(state, start, stop, silent)


def _shallow_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return state.level < _DEEPEST_BLOCK and list_block(state, start, end, silent)


def _real_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Require two items, or one inside an item: a single « - » or « 3. » may be a dash, a sum or a date."""
    is_inside = state.blkIndent > 0
    stop, items = _extent(state, start, end, most_items=2 if silent else 0)
    return items >= (1 if is_inside else 2) and _shallow_list(state, start, stop, silent)


def _extent(state: StateBlock, start: int, end: int, *, most_items: int) -> tuple[int, int]:
    """Return the last line of a list of one kind, and its number of items; numbers must follow one another."""
    kind, items, line = _marker(state, start), 0, start
    while line < end:
        if state.isEmpty(line):
            line += 1
            continue
        if state.sCount[line] < state.blkIndent:
            break
        if items == 0 or state.sCount[line] <= state.sCount[start] + 1:
            if kind is None or _marker(state, line) != kind:
                break
            items += 1
            kind = kind + 1 if isinstance(kind, int) else kind
            if items == most_items:
                break
        line += 1
    return line, items


def _marker(state: StateBlock, line: int) -> str | int | None:
    """Return the bullet or the number at the beginning of a line, if words follow it."""
    words = _line(state, line)
    if bullet := _BULLET.match(words):
        return None if _ONLY_MARKS.fullmatch(words) else bullet[1]
    number = _NUMBER.match(words)
    return int(number[1]) if number else None


# Words -------------------------------------------------------------------------------------------------------------


def _text(state: StateInline, silent: bool) -> bool:
    """Consume text up to the next character or address that may be markup."""
    found = _STOPS.search(state.src, state.pos, state.posMax)
    stop = found.start() if found else state.posMax
    if stop == state.pos:
        return False
    if not silent:
        state.append_pending(state.src[state.pos : stop])
    state.pos = stop
    return True


def _address(state: StateInline, silent: bool) -> bool:
    """Link a bare address to exactly that address; inside a link, or if it is refused, keep it as text."""
    address = bare_address(state.src, state.pos, state.posMax)
    if not address:
        return False
    if not silent:
        href = href_of(address)
        if state.linkLevel == 0 and is_safe_href(href):
            state.push("link_open", "a", 1).attrs = {"href": href}
            state.push("text", "", 0).content = address
            state.push("link_close", "a", -1)
        else:
            state.append_pending(address)
    state.pos += len(address)
    return True


def _code(state: StateInline, silent: bool) -> bool:
    """Parse code, on one line and between blanks or punctuation: « l`eau » has a badly typed apostrophe."""
    start = state.pos
    if state.src[start] != "`":
        return False
    length = len(state.tokens)
    if not backtick(state, silent):
        return False
    inside = state.src[start : state.pos]
    run = len(inside) - len(inside.lstrip("`"))
    is_inside_word = state.src[start - 1 : start].isalnum() or state.src[state.pos : state.pos + 1].isalnum()
    if run < len(inside) and (is_inside_word or "\n" in inside):
        if not silent:
            del state.tokens[length + (state.tokens[length].type == "text") :], state.tokens_meta[len(state.tokens) :]
            state.append_pending(inside[:run])
        state.pos = start + run
    return True


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Parse marks around words, never inside one: « tou*te*s », « 3*4*2 » and « (*) » stay as typed."""
    source, start = state.src, state.pos
    mark = source[start]
    if silent or mark not in "*_":
        return False
    end = start + 1
    while end < state.posMax and source[end] == mark:
        end += 1
    before = source[start - 1] if start else " "
    after = source[end] if end < state.posMax else " "
    opens = not after.isspace() and after not in _NEVER_FIRST and (before.isspace() or before in _BEFORE_EMPHASIS)
    closes = not before.isspace() and before not in _NEVER_LAST and (after.isspace() or after in _AFTER_EMPHASIS)
    for _number in range(end - start):
        state.push("text", "", 0).content = mark
        state.delimiters.append(Delimiter(ord(mark), end - start, len(state.tokens) - 1, -1, opens, closes))
    state.pos = end
    return True


def without_idle_emphasis(tokens: list[Token]) -> list[Token]:
    """Restore the marks of an emphasis without a word (« *_* »), or nested deeper than anybody means."""
    kept = [*tokens]
    opened: list[tuple[int, bool]] = []
    for place, token in enumerate(tokens):
        name, _underscore, end = token.type.rpartition("_")
        if name in _EMPHASIS and end == "open":
            opened.append((place, False))
        elif name in _EMPHASIS and end == "close" and opened:
            start, has_words = opened.pop()
            if not has_words or len(opened) >= _DEEPEST_EMPHASIS:
                kept[start], kept[place] = (Token("text", "", 0, content=token.markup) for _end in range(2))
            if has_words and opened:
                opened[-1] = (opened[-1][0], True)
        elif opened and any(map(str.isalnum, token.content)):
            opened[-1] = (opened[-1][0], True)
    return kept
