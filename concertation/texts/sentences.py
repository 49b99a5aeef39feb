"""Split French text into sentences, in code points of a plain text.

Rules, not a model: the same text gives the same spans for ever, because citations refer to them. The cost is linear:
no pattern is tried twice on the same characters, and no slice is longer than the sentence that it makes.
"""

import re

_STOP = re.compile(r"[.!?…]+")
_CLOSED = re.compile(r"(?:[\s\u00a0\u202f]*[»”]|[\"')\]’])*(?=\s)")
_BLANKS = re.compile(r"\s*")
_NEXT_BEGINS = re.compile(r"[\s\u00a0\u202f]*(?:[«“\"'(\[–—•-][\s\u00a0\u202f]*)*(?P<first>\w)")
_LAST_WORD = re.compile(r"[^\s\u00a0\u202f('’«“\"\[]+$")
_ORDINAL = re.compile(r"(?:\d{1,3}|[a-zA-Z]|[IVXLC]{1,5})\.")
_LONGEST_ORDINAL = 7  # one character more than the longest: a cut one is no ordinal

# After these, a capital letter does not begin a sentence: « M. Dupont », « cf. Le Monde ».
_NEVER_LAST = re.compile(
    r"(?i:mm?|me|mr|mmes?|mlles?|drs?|prs?|mgr|ste?|cf|ex|env|av|bd|boul|pl|tél|réf|éd|fig|chap|vol|coll|hab|resp|"
    r"i\.e|e\.g|c\.-à-d|p\.-s|n\.b|vs|op|loc|dép|min|max)|[A-ZÀ-Ý]|(?:[A-ZÀ-Ý]\.-?)+[A-ZÀ-Ý]"
)
# After these, a number does not begin a sentence: « art. 5 », « p. 12 », « al. 2 ».
_BEFORE_NUMBER = re.compile(r"(?i:art|pp?|al|nos?|num|§§?|lig|ann|sect|tab|janv|févr|juil|sept|oct|nov|déc)")
_CODE_ARTICLE = re.compile(r"[LRDA]\.?[ \u00a0\u202f]?\d")


def split(plain: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences, without the white space around them; a line end always ends a sentence."""
    spans: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]+", plain):
        spans += _split_line(plain, line.start(), line.end())
    return spans


def _split_line(plain: str, start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    begin = _after_blanks(plain, start, end)
    for stop in _STOP.finditer(plain, start, end):
        closed = _CLOSED.match(plain, stop.end(), end)
        if closed and _ends_sentence(plain, begin, (stop.start(), closed.end()), end):
            spans += _trimmed(plain, begin, closed.end())
            begin = _after_blanks(plain, closed.end(), end)
    return spans + _trimmed(plain, begin, end)


def _ends_sentence(plain: str, begin: int, stop: tuple[int, int], end: int) -> bool:
    """Return whether the signs from ``stop`` end a sentence; ``end`` is the end of the line."""
    first_sign, after = stop
    following = _NEXT_BEGINS.match(plain, after, end)
    if following is None:
        return _after_blanks(plain, after, end) == end
    first = following["first"]
    if first.islower():
        return False
    if plain[first_sign:after] != ".":
        return True
    word = _LAST_WORD.search(plain, max(begin, first_sign - 40), first_sign)
    return word is None or not _is_abbreviation(
        plain[begin : min(after, begin + _LONGEST_ORDINAL)],
        word.group(),
        plain[following.start("first") : following.start("first") + 8],
    )


def _is_abbreviation(beginning: str, word: str, following: str) -> bool:
    """Return whether a full stop ends an abbreviation; ``following`` starts at the next letter or digit."""
    if _ORDINAL.fullmatch(beginning):  # the « 1. » of a list typed by hand
        return True
    if word.lower() == "art" and _CODE_ARTICLE.match(following):  # « art. L. 123-4 »
        return True
    if _BEFORE_NUMBER.fullmatch(word) and following[0].isdigit():
        return True
    return _NEVER_LAST.fullmatch(word) is not None


def _after_blanks(plain: str, start: int, end: int) -> int:
    blanks = _BLANKS.match(plain, start, end)
    return blanks.end() if blanks else start


def _trimmed(plain: str, start: int, end: int) -> list[tuple[int, int]]:
    piece = plain[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    return [(start + left, start + right)] if right > left else []
