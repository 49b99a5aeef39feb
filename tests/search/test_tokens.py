"""Words are cut, folded and made singular in one way."""

import pytest

from concertation.search.query import parsed
from concertation.search.tokens import MOST_INDEXED, encoded, encoded_words, singular, terms


@pytest.mark.parametrize(
    ("plural", "word"),
    [
        ("travaux", "travail"), ("lois", "loi"), ("elus", "elu"), ("enjeux", "enjeu"), ("lieux", "lieu"),
        ("bateaux", "bateau"), ("tuyaux", "tuyau"), ("journaux", "journal"), ("choux", "chou"), ("yeux", "oeil"),
        ("revenus", "revenu"), ("voeux", "voeu"), ("milieux", "milieu"), ("velos", "velo"),
    ],
)  # fmt: skip
def test_a_plural_is_found_by_its_singular(plural: str, word: str) -> None:
    assert singular(plural) == singular(word) == word


@pytest.mark.parametrize("word", ["prix", "serieux", "stress", "taux", "fois", "mais", "bus", "2026s", "c++"])
def test_what_only_looks_like_a_plural_stays(word: str) -> None:
    assert singular(word) == word


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L’été, l'eau du cœur : 30 %", ["l", "ete", "l", "eau", "du", "coeur", "30"]),
        ("Île-de-France", ["ile", "de", "france"]),
        ("R+3, R3, C++ et C", ["r+3", "r3", "c++", "et", "c"]),
        ("voir C-142.", ["voir", "c-142"]),
        ("e\u0301te\u0301 ma\u200bison", ["ete", "maison"]),
        ("气候 عربي", ["气候", "عربي"]),
        ("…  — !", []),
    ],
)
def test_a_text_is_cut_into_its_words(text: str, words: list[str]) -> None:
    assert terms(text) == words


def test_an_encoded_word_is_letters_and_figures_and_no_two_are_alike() -> None:
    words = ["z", "zz", "c++", "c", "c#", "zx2bx", "气候", "气", "r+3", "r3", "c-142", "été"]

    codes = [encoded(word) for word in words]

    assert all(code.isascii() and code.isalnum() for code in codes)
    assert len(set(codes)) == len(words)
    assert encoded("气候").startswith(encoded("气"))


@pytest.mark.parametrize("text", ["", "   ", "« »", '"', "*", "!?", "\x00", "()"])
def test_nothing_is_asked_by_signs_alone(text: str) -> None:
    assert not parsed(text)
    assert not parsed(text).is_too_common


@pytest.mark.parametrize("text", ["de la", "LES", '"de la"', "l'"])
def test_function_words_alone_ask_nothing_and_say_so(text: str) -> None:
    assert not parsed(text)
    assert parsed(text).is_too_common


def test_no_word_is_longer_than_a_database_takes() -> None:
    long = "\ufdfa" * 60

    assert len(encoded(terms(long)[0])) < 700
    assert len(parsed(long).for_postgresql) < 700
    assert len(encoded_words(" ".join(chr(0x4E00 + n) * 70 for n in range(5_000)))) <= MOST_INDEXED


def test_a_query_is_bounded() -> None:
    assert len(parsed(" ".join(f"mot{number}" for number in range(50))).wanted) == 12
