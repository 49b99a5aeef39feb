"""Mark the words that were asked for, in a title and in the part of a text around them."""

from collections.abc import Callable, Iterator, Sequence

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from .query import Query, Wanted
from .tokens import Word, clean, words_in

AROUND = 240
BEFORE = 60


def marked(text: str, query: Query) -> SafeString:
    """Return ``text`` as HTML with the words of the query in ``<mark>``."""
    cleaned = clean(text)
    return _html(cleaned, _places(list(words_in(cleaned)), query))


def excerpt(text: str, query: Query) -> SafeString:
    """Return some ``AROUND`` signs of ``text`` around the first word of the query, cut between words, as HTML."""
    cleaned = " ".join(clean(text).split())
    words = _words_around(cleaned, query) if len(cleaned) > AROUND else list(words_in(cleaned))
    start, end = (words[0].start, words[-1].end) if words and len(cleaned) > AROUND else (0, len(cleaned))
    start, end = 0 if start <= 1 else start, len(cleaned) if len(cleaned) - end <= 1 else end
    html = _html(cleaned[start:end], [(a - start, b - start) for a, b in _places(words, query)])
    opening, closing = "… " if start else "", " …" if end < len(cleaned) else ""
    return mark_safe(f"{opening}{html}{closing}")  # noqa: S308 - escaped in _html


def _words_around(text: str, query: Query) -> list[Word]:
    """Return the words of the excerpt; without one that was asked for, those at the beginning."""
    begins = _beginnings(query)
    first = next((word.start for word in words_in(text) if begins(word.term)), 0)
    start = max(0, first - BEFORE)
    # A cut in a word leaves a piece of it, which is left out.
    start = text.find(" ", start) + 1 if start else 0
    end = start + AROUND
    words = [Word(one.term, one.start + start, one.end + start) for one in words_in(text[start : end + 40])]
    return [word for word in words if word.end <= end or word.start == first]


def _beginnings(query: Query) -> Callable[[str], bool]:
    """Return a function that tells whether a word may be the first of what is asked for."""
    whole = {one.terms[0] for one in query.wanted if not one.is_beginning or len(one.terms) > 1}
    cut = tuple(one.terms[0] for one in query.wanted if one.is_beginning and len(one.terms) == 1)
    return lambda term: term in whole or term.startswith(cut)


def _places(words: Sequence[Word], query: Query) -> list[tuple[int, int]]:
    """Return where the words of the query stand, in order, none twice."""
    begins, places, last = _beginnings(query), [], 0
    for at, word in enumerate(words):
        if word.start >= last and begins(word.term):
            for end in _ends(words, at, query.wanted):
                places.append((word.start, end))
                last = end
                break
    return places


def _ends(words: Sequence[Word], at: int, wanted: Sequence[Wanted]) -> Iterator[int]:
    for one in wanted:
        some = words[at : at + len(one.terms)]
        if len(some) == len(one.terms) and one.stands_in([word.term for word in some]):
            yield some[-1].end


def _html(text: str, places: Sequence[tuple[int, int]]) -> SafeString:
    parts, last = [], 0
    for start, end in places:
        parts += [conditional_escape(text[last:start]), "<mark>", conditional_escape(text[start:end]), "</mark>"]
        last = end
    return mark_safe("".join([*parts, conditional_escape(text[last:])]))  # noqa: S308 - each part is escaped
