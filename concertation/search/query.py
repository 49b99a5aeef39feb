"""What a person types into the search box, as a question that both databases understand alike."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from concertation.texts.words import fold, identity

from .tokens import FUNCTION_WORDS, encoded, term_of, words_in
from .tokens import clean as cleaned

LONGEST_QUERY = 200
MOST_WORDS = 12
_QUOTED = re.compile('"([^"]*)"|«([^»]*)»|“([^”]*)”')
SHORTEST_BEGINNING = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words that must stand one after the other; ``is_beginning``: the last one may go on (« habit* »)."""

    terms: tuple[str, ...]
    is_beginning: bool = False

    def stands_in(self, terms: Sequence[str]) -> bool:
        """Return whether ``terms`` hold it."""
        size = len(self.terms)
        return any(self._is_at(terms[at : at + size]) for at in range(len(terms) - size + 1))

    def _is_at(self, some: Sequence[str]) -> bool:
        *first, last = self.terms
        is_last = some[-1].startswith(last) if self.is_beginning else some[-1] == last
        return is_last and list(some[:-1]) == first


@dataclass(frozen=True, slots=True)
class Query:
    """All of ``wanted`` must be found. Without any, nothing is found; ``is_too_common``: only function words."""

    wanted: tuple[Wanted, ...] = ()
    is_too_common: bool = False

    def __bool__(self) -> bool:
        return bool(self.wanted)

    @property
    def for_sqlite(self) -> str:
        """The question as FTS5 understands it."""
        return " AND ".join(
            f'"{" ".join(map(encoded, one.terms))}"{" *" if one.is_beginning else ""}' for one in self.wanted
        )

    @property
    def title_for_sqlite(self) -> str:
        return f"title : ({self.for_sqlite})"

    @property
    def for_postgresql(self) -> str:
        """The question as a ``tsquery`` understands it."""
        return self._tsquery("")

    @property
    def title_for_postgresql(self) -> str:
        return self._tsquery("A")

    def _tsquery(self, weight: str) -> str:
        return " & ".join(f"({' <-> '.join(_lexemes(one, weight))})" for one in self.wanted)


def _lexemes(one: Wanted, weight: str) -> Iterator[str]:
    *first, last = map(encoded, one.terms)
    for term in first:
        yield f"{term}:{weight}" if weight else term
    suffix = ("*" if one.is_beginning else "") + weight
    yield f"{last}:{suffix}" if suffix else last


def parsed(text: str) -> Query:
    """Parse ``text``: words in any order, "quoted words" one after the other, « habit* » for all that begins so.

    Function words count only between quotes. Words beyond the twelfth are left out.
    """
    text = cleaned(text.replace("\x00", "")[:LONGEST_QUERY])
    wanted = [Wanted(tuple(found)) for quoted in _quoted(text) if (found := _terms(quoted))]
    left_out = bool(wanted) and all(_is_function(one.terms) for one in wanted)
    wanted = [one for one in wanted if not _is_function(one.terms)]
    for chunk in _QUOTED.sub(" ", text).split():
        words = [chunk[word.start : word.end] for word in words_in(chunk)]
        telling = [word for word in words if identity(word) not in FUNCTION_WORDS]
        left_out = left_out or len(telling) < len(words)
        is_beginning = chunk.endswith("*") and bool(telling) and len(telling[-1]) >= SHORTEST_BEGINNING
        for place, word in enumerate(telling, 1):
            goes_on = is_beginning and place == len(telling)
            wanted.append(Wanted((_beginning(word) if goes_on else term_of(word),), goes_on))
    wanted = list(dict.fromkeys(wanted))[:MOST_WORDS]
    return Query(tuple(wanted), is_too_common=left_out and not wanted)


def _quoted(text: str) -> Iterator[str]:
    for found in _QUOTED.finditer(text):
        yield next(part for part in found.groups() if part is not None)


def _terms(text: str) -> list[str]:
    return [word.term for word in words_in(text)]


def _is_function(some: Sequence[str]) -> bool:
    return all(term in FUNCTION_WORDS for term in some)


def _beginning(word: str) -> str:
    """Return what words that begin so begin with: « habitants* » finds « habitant », « cours* » what begins with it."""
    whole, term = fold(word), term_of(word)
    return term if whole.startswith(term) else whole
