"""Cut a text into the words that search compares, the same for what is indexed, asked and highlighted.

A word is folded (``texts/words.py``) and made singular by the rule below, which knows no dictionary: it must do the
same to both sides rather than be right. ``encoded`` gives a word the only signs that both databases leave alone.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from concertation.texts.words import UNSEEN, fold

# « C++ », « R+3 » and « C-142 » are one word; apostrophes and hyphens end one.
_WORD = re.compile(r"\b[A-Za-z]-\d+\b|[^\W_]+(?:[+#]+[^\W_]*)*")
LONGEST = 80
MOST_INDEXED = 400_000

# Words that end like a plural and are not one, where what would be left is another word.
_NO_PLURAL = frozenset(
    "chaux cours faux fois fonds frais mais mars mieux mois moins paris pas plus poids puis sens taux vieux".split()
)
_PLURALS = {
    "baux": "bail", "cieux": "ciel", "coraux": "corail", "emaux": "email", "messieurs": "monsieur",
    "mesdames": "madame", "travaux": "travail", "vitraux": "vitrail", "yeux": "oeil",
}  # fmt: skip
_X_AFTER = re.compile("(?:eau|yau|(?:enj|j|f|li|mili|v[o]?|chev|nev|adi)eu|(?:bij|caill|ch|gen|hib|jouj|p)ou)x$")
# Asked alone they find too much; asked beside other words they are left out. With their accents: « maïs » is none.
FUNCTION_WORDS = frozenset(
    "a à au aux avec c ce ces cet cette comme d dans de des donc du elle elles en est et eux il ils j je l la le les "
    "leur leurs m ma mais me mes n ne nos notre nous on ou où par pas pour qu que qui s sa se ses si son sont sur t ta "
    "te tes ton tu un une vos votre vous y".split()
)


class Word(NamedTuple):
    """A word of a text: its singular, and where it stands in the text that ``clean`` returns."""

    term: str
    start: int
    end: int


def clean(text: str) -> str:
    """Return ``text`` composed (NFC) and without invisible characters: the text in which words have their places."""
    return unicodedata.normalize("NFC", UNSEEN.sub("", text))


def words_in(cleaned: str) -> Iterator[Word]:
    """Yield the words of a text that ``clean`` has returned, in order."""
    for found in _WORD.finditer(cleaned):
        term = term_of(found[0])
        if term:
            yield Word(term, found.start(), found.end())


def terms(text: str) -> list[str]:
    """Return the words of ``text`` as search compares them, in order."""
    return [word.term for word in words_in(clean(text))]


def encoded_words(text: str) -> str:
    """Return the words of ``text`` as they are indexed: encoded, one space between them, up to ``MOST_INDEXED`` signs.

    PostgreSQL refuses an index of one text beyond a megabyte.
    """
    words, size = [], 0
    for word in filter(None, map(_encoded_word, _WORD.findall(clean(text)))):
        size += len(word) + 1
        if size > MOST_INDEXED:
            break
        words.append(word)
    return " ".join(words)


@lru_cache(maxsize=50_000)
def term_of(word: str) -> str:
    """Return a word as search compares it, cut after ``LONGEST`` signs: folding may make eighteen of one (U+FDFA)."""
    return singular(fold(word[:LONGEST])[:LONGEST])


@lru_cache(maxsize=50_000)
def _encoded_word(word: str) -> str:
    term = term_of(word)
    return encoded(term) if term else ""


def singular(word: str) -> str:
    """Return the singular of a folded French word: « travaux » travail, « lois » loi, « enjeux » enjeu."""
    if len(word) < 4 or word[-1] not in "sx" or word in _NO_PLURAL or not word.isalpha():
        return word
    if irregular := _PLURALS.get(word):
        return irregular
    if _X_AFTER.search(word):
        return word[:-1]
    if word.endswith("aux"):
        return f"{word[:-3]}al"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def encoded(term: str) -> str:
    """Return a term in letters and digits of ASCII; that of a beginning of a word begins that of the word."""
    return "w" + "".join(_encoded(sign) for sign in term)


def _encoded(sign: str) -> str:
    if sign == "z":
        return "zz"
    return sign if sign.isascii() and sign.isalnum() else f"zx{ord(sign):x}x"
