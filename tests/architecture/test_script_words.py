"""Scripts hold no words that people read: those come with the page, so that another language needs no code."""

import re

import pytest

from tests.french import ROOT

SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
_PIECE = re.compile(
    r"""//[^\n]*|/\*.*?\*/|(?P<words>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)""", re.DOTALL
)
_LETTER_OF_FRENCH = re.compile(r"[à-öø-ÿÀ-ÖØ-ßœŒ’«»…]|\\u00a0|\\u202f|\\xa0")
_SEVERAL_WORDS = re.compile(r"[^\W\d_]{2,} +[^\W\d_]")
# Selectors, and names of classes.
_SELECTOR = re.compile(r"[.#:][a-z-]|[>\[\]=]")
_CLASSES = re.compile(r"\bclass(?:Name|List)\b[^\"]*$")


def words_in(script: str) -> list[str]:
    """Return the strings of a script that are in French, or have several words without being for a style sheet."""
    found = []
    for piece in _PIECE.finditer(script):
        words = re.sub(r"\${[^}]*}", "X", piece["words"] or "")
        line = script[: piece.start()].rpartition("\n")[2]
        is_for_style = _SELECTOR.search(words) or _CLASSES.search(line)
        if _LETTER_OF_FRENCH.search(words) or (_SEVERAL_WORDS.search(words) and not is_for_style):
            found.append(words)
    return found


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_has_no_words_of_its_own(path):
    assert words_in(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "script",
    [
        'say("Votre réponse est publiée.");',
        'say("Texte publié");',
        'say("en cours");',
        'say("Une note de plus.");',
        "say(`${n}\\u00a0textes`);",
        "left = `encore ${n} textes`; // à dire",
    ],
)
def test_words_are_found_in_a_script(script):
    assert len(words_in(script)) == 1


@pytest.mark.parametrize(
    "script",
    [
        "// « Votre réponse » est dite par la page",
        'root.querySelector("details.menu[open] summary");',
        'button.className = "button button--quiet";',
        'import { counted } from "./words.js";',
    ],
)
def test_what_is_no_words_is_let_be(script):
    assert words_in(script) == []
