"""Which letters and marks a name may have: those of one everyday script in each word.

No table can list all letters that look alike (Cherokee, Lisu, phonetic letters…): a word of two scripts is refused,
and so is a script that is in no everyday use. ``skeleton`` deals with whole words of look-alikes.
"""

import re
import unicodedata

from .words import UNSEEN

# Recommended scripts (Unicode UAX #31, table 5) and those of limited use (table 7) in which people write their names,
# by the first word of the names of their characters.
_SCRIPTS = frozenset(
    "ADLAM ARABIC ARMENIAN BENGALI CYRILLIC DEVANAGARI ETHIOPIC GEORGIAN GREEK GUJARATI GURMUKHI HEBREW KANNADA KHMER "
    "LAO LATIN MALAYALAM MONGOLIAN MYANMAR NKO ORIYA SINHALA SYRIAC TAMIL TELUGU THAANA THAI TIBETAN TIFINAGH".split()
)
# Written together: one script here.
_EAST_ASIAN = frozenset("BOPOMOFO CJK HANGUL HIRAGANA IDEOGRAPHIC KATAKANA KATAKANA-HIRAGANA".split())
# Basic Latin to Latin Extended-B, and Latin Extended Additional; lower case in the block of phonetic letters counts
# if its capital is one of these (ɛ, ɔ, ə).
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
# Ordinals, the micro sign, and letters used as apostrophes (Hawaiian, Breton, Ukrainian).
_OF_EVERY_SCRIPT = frozenset("ªºµ\u02b9\u02bb\u02bc\u02bd\u02c8\u0640")
_STACKING = 200  # canonical combining classes from here on are above or below the letter and its other marks
_MOST_STACKED = 2
_MOST_MARKS = 8  # Burmese and Tibetan syllables have as many


def are_of_one_script(text: str) -> bool:
    """Return whether each word of ``text`` is in one everyday script, without letters in circles or squares."""
    return all(len(scripts) < 2 and "" not in scripts for scripts in map(_scripts, _words(text)))


def has_a_letter(text: str) -> bool:
    """Return whether there is a letter or a digit to read: not only signs, marks or kashidas."""
    return any(unicodedata.category(sign)[0] in "LN" and unicodedata.category(sign) != "Lm" for sign in text)


def has_stacks_of_marks(text: str) -> bool:
    """Return whether a letter has more marks than any writing puts on it; counted once composed."""
    run: list[str] = []
    for sign in UNSEEN.sub("", unicodedata.normalize("NFC", text)):
        run = [*run, sign] if unicodedata.category(sign)[0] == "M" else []
        stacked = [mark for mark in run if _is_stacked(mark)]
        if len(stacked) > _MOST_STACKED or len(run) > _MOST_MARKS or len(set(run)) < len(run):
            return True
    return False


def _is_stacked(mark: str) -> bool:
    kind = unicodedata.combining(mark)
    return kind >= _STACKING or kind == 1 or unicodedata.category(mark) == "Me"


def _words(text: str) -> list[str]:
    """Split at what is neither a letter, a mark, a digit, nor a sign made of a letter."""
    shown = UNSEEN.sub("", unicodedata.normalize("NFC", text))
    return "".join(
        sign if unicodedata.category(sign)[0] in "LMN" or _is_drawing(sign) else " " for sign in shown
    ).split()


def _scripts(word: str) -> set[str]:
    """Return the scripts of a word; an empty one for those in which no name is written."""
    return {_script(sign) for sign in word if sign.isalpha() or _is_drawing(sign)} - {"common"}


def _script(letter: str) -> str:
    if letter in _OF_EVERY_SCRIPT:
        return "common"
    script = unicodedata.name(letter, "").partition(" ")[0]
    if script == "LATIN":
        return script if _LATIN.match(letter) or (letter < "\u02b0" and _LATIN.fullmatch(letter.upper())) else ""
    if script in _EAST_ASIAN:
        return "east asian"
    return script if script in _SCRIPTS else ""


def _is_drawing(sign: str) -> bool:
    """Return whether a sign is a letter within a circle, a square or brackets."""
    return unicodedata.category(sign) == "So" and "LATIN" in unicodedata.name(sign, "")
