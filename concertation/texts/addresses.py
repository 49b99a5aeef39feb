"""Addresses in texts: which ones may be links, and where one begins and ends."""

import html
import re
from collections.abc import Iterator

from concertation.texts.clean import UNSTORABLE

_SAFE_HREF = re.compile(
    r"""(?: https?://[\w.-]+(?::\d{1,5})? (?:[/?#][^\s\\]*)?   # a plain host: no "name@" that would hide it
          | mailto:[^\s\\/@?]+@[^\s\\/@?]+ (?:\?[^\s\\]*)?
          | /(?![/\\])[^\s\\]*                         # an address of this site, never //host nor /\host
          | \#[^\s\\]*
        )""",
    re.VERBOSE | re.IGNORECASE,
)
BEGINNING = r"(?<![\w@/:.])(?:https?://|www\.(?=[\w-]+\.\w))"
_BEGINNING = re.compile(BEGINNING, re.IGNORECASE)
_SIGN = r"[^\s<>«»\"“”\[\]]"
_BARE = re.compile(rf"{BEGINNING}(?:{_SIGN}|\[(?!\^){_SIGN}*\])+", re.IGNORECASE)
_PUNCTUATION = frozenset(".,;:!?'’…")
_MARKS = frozenset("*_~")


def is_safe_href(value: str) -> bool:
    """Return whether an address may be a link: http, https, mailto, a path of this site or an anchor."""
    address = html.unescape(value)
    return "\ufffd" not in address and not UNSTORABLE.search(address) and bool(_SAFE_HREF.fullmatch(address))


def bare_address(source: str, start: int, stop: int) -> str:
    """Return the address typed at ``start``, without the punctuation of its sentence; empty if there is none.

    The call of a footnote (``[^1]``) ends it. Marks at its end (``*``, ``_``) belong to the sentence if the same mark
    is before the address.
    """
    found = _BARE.match(source, start, stop)
    if found is None:
        return ""
    address = found.group()
    excess = address.count(")") - address.count("(")
    end = len(address)
    while end:
        sign = address[end - 1]
        if sign == ")" and excess > 0:
            excess -= 1
        elif sign not in _PUNCTUATION and not (sign in _MARKS and source.find(sign, 0, start) >= 0):
            break
        end -= 1
    return address[:end]


def href_of(address: str) -> str:
    """Return the target of a bare address: exactly that address, with https if it has no scheme."""
    return f"https://{address}" if address[:4].lower() == "www." else address


def split_at_addresses(text: str) -> Iterator[tuple[str, str]]:
    """Yield the pieces of plain words, each with the target of its link or with nothing, as in Markdown."""
    end = 0
    for begun in _BEGINNING.finditer(text):
        start = begun.start()
        address = bare_address(text, start, len(text)) if start >= end else ""
        if address and is_safe_href(href_of(address)):
            yield text[end:start], ""
            yield address, href_of(address)
            end = start + len(address)
    yield text[end:], ""
