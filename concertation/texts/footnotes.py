"""Footnotes in texts of the team: ``[^1]`` where a note is called, and a line ``[^1]: …`` with its words.

Notes are rendered at the end of the text, linked both ways. Their ids are made from the text, so that several texts
may be on one page; where those may be equal, ``placed`` tells them apart. A call without a note, a call inside a
note, and a note that is never called stay as typed.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

TAGS = frozenset(["section", "sup"])
CALL, NOTES, BACK = "doc-noteref", "doc-endnotes", "doc-backlink"
_ID = re.compile(r"(?:note|appel)-[0-9a-f]{8}-\d{1,5}(?:-\d{1,5})?")
_WRITTEN_ID = re.compile(r'( (?:id="|href="#)(?:note|appel)-)(?=[0-9a-f]{8}-\d)')
_HELD = re.compile(r"\[\^([^\]\s]{1,40})\]:[ \t]*")
_CALLED = re.compile(r"\[\^([^\]\s]{1,40})\](?!:)")


@dataclass(frozen=True, slots=True)
class _Held:
    """The words of a note, and its source as typed."""

    words: str
    typed: str


@dataclass(slots=True)
class _Called:
    """The number of a note, and the ids of its calls."""

    number: int
    ids: list[str] = field(default_factory=list)


def apply_to(parser: MarkdownIt) -> None:
    """Add footnotes to a Markdown parser."""
    parser.core.ruler.before("block", "footnotes_begin", _begin)
    parser.core.ruler.after("inline", "footnotes_end", _end)
    parser.block.ruler.before("reference", "footnote", _take_out, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.at("reference", _reference)
    parser.inline.ruler.before("link", "footnote", _call)


def allow_attribute(tag: str, name: str, value: str) -> bool:
    """Return whether the sanitiser should let an attribute of a call or a note through."""
    if name == "id":
        return tag in {"a", "li"} and _ID.fullmatch(value) is not None
    if name == "role":
        return (tag == "a" and value in {CALL, BACK}) or (tag == "section" and value == NOTES)
    return name == "aria-label" and tag in {"a", "section"}


def placed(html: str, place: str) -> str:
    """Return rendered HTML with ``place`` in the ids of its notes, and in the links between them."""
    return _WRITTEN_ID.sub(lambda found: f"{found.group()}{place}-", html)


def _begin(state: StateCore) -> None:
    state.env["notes"] = {}
    state.env["text"] = hashlib.sha256(state.src.encode()).hexdigest()[:8]


def _take_out(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a note out of the text: its line, those that follow, and indented paragraphs.

    A token marks the place, where ``_end`` puts a note back that is never called.
    """
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    found = _HELD.match(line)
    notes = state.env["notes"]
    if found is None or notes is None or state.level > 0 or found[1] in notes:
        return False
    if silent:
        return True
    lines, stop = [line[found.end() :]], start + 1
    while stop < end and (state.sCount[stop] >= 2 if state.isEmpty(stop - 1) else not _begins_note(state, stop)):
        lines.append(state.getLines(stop, stop + 1, 4, False).strip(" \t"))
        stop += 1
        while stop < end - 1 and state.isEmpty(stop) and state.sCount[stop + 1] >= 2:
            lines.append("")
            stop += 1
        if stop < end and state.isEmpty(stop):
            break
    notes[found[1]] = _Held("\n".join(lines), state.getLines(start, stop, 0, False))
    state.push("footnote", "", 0).meta = {"label": found[1]}
    state.line = stop
    return True


def _begins_note(state: StateBlock, line: int) -> bool:
    words = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
    return state.isEmpty(line) or _HELD.match(words) is not None


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Keep a rejected footnote as text, even one with only an address: it is no link reference definition."""
    return not state.src.startswith("[^", state.bMarks[start] + state.tShift[start]) and reference(
        state, start, end, silent
    )


def _call(state: StateInline, silent: bool) -> bool:
    found = _CALLED.match(state.src, state.pos, state.posMax)
    if found is None or state.linkLevel or found[1] not in (state.env["notes"] or ()):
        return False
    if not silent:
        state.push("footnote_call", "", 0).meta = {"label": found[1]}
    state.pos = found.end()
    return True


def _end(state: StateCore) -> None:
    """Number the notes in the order of calls, replace the calls by links, and append the called notes."""
    calls: dict[str, _Called] = {}
    for block in state.tokens:
        if block.type == "inline" and block.children:
            block.children = [one for token in block.children for one in _as_link(token, calls, state.env["text"])]
    known, state.env["notes"] = state.env["notes"], None
    state.tokens = [one for token in state.tokens for one in _given_back(token, state, known, calls)]
    if not calls:
        return
    state.tokens += [
        Token("notes_open", "section", 1, attrs={"role": NOTES, "aria-label": _("Notes")}, block=True),
        Token("ordered_list_open", "ol", 1, block=True),
    ]
    for label, called in calls.items():
        state.tokens += _note(state, f"note-{state.env['text']}-{called.number}", known[label].words, called.ids)
    state.tokens += [
        Token("ordered_list_close", "ol", -1, block=True),
        Token("notes_close", "section", -1, block=True),
    ]


def _given_back(token: Token, state: StateCore, known: dict[str, _Held], calls: Collection[str]) -> list[Token]:
    if token.type != "footnote":
        return [token]
    label = token.meta["label"]
    return [] if label in calls else _parsed(state, known[label].typed)


def _parsed(state: StateCore, words: str) -> list[Token]:
    tokens: list[Token] = []
    state.md.block.parse(words, state.md, state.env, tokens)
    for token in tokens:
        if token.type == "inline" and token.children is not None:
            state.md.inline.parse(token.content, state.md, state.env, token.children)
    return tokens


def _as_link(token: Token, calls: dict[str, _Called], text: str) -> list[Token]:
    if token.type != "footnote_call":
        return [token]
    called = calls.setdefault(token.meta["label"], _Called(len(calls) + 1))
    called.ids.append(f"appel-{text}-{called.number}" + (f"-{len(called.ids) + 1}" if called.ids else ""))
    link = {"href": f"#note-{text}-{called.number}", "id": called.ids[-1], "role": CALL}
    return [
        Token("sup_open", "sup", 1),
        Token("call_open", "a", 1, attrs=dict(link)),
        Token("text", "", 0, content=str(called.number)),
        Token("call_close", "a", -1),
        Token("sup_close", "sup", -1),
    ]


def _note(state: StateCore, name: str, words: str, calls: list[str]) -> list[Token]:
    tokens = _parsed(state, words)
    back = [
        one
        for call in calls
        for one in (
            Token("back_open", "a", 1, attrs={"href": f"#{call}", "role": BACK, "aria-label": _("Retour au texte")}),
            Token("text", "", 0, content="\u21a9\ufe0e"),
            Token("back_close", "a", -1),
        )
    ]
    last = next((token for token in reversed(tokens) if token.type == "inline"), None)
    if last is not None and tokens[-1].type == "paragraph_close":
        last.children = [*(last.children or []), *back]
    else:
        inline = Token("inline", "", 0, children=back)
        tokens += [Token("paragraph_open", "p", 1), inline, Token("paragraph_close", "p", -1)]
    opening = Token("list_item_open", "li", 1, attrs={"id": name}, block=True)
    return [opening, *tokens, Token("list_item_close", "li", -1, block=True)]
