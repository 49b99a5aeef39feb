"""A text is refused with a sentence that says what to do, or kept as it was typed."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from concertation.texts import clean
from concertation.texts.clean import UNSTORABLE, check_line, check_text, one_line, tidy


@pytest.mark.parametrize(
    "text", ["", "   \n\t ", "\u200b", "\u00a0\u202f", "\ufeff", "\u3164\u115f\u2800", "\u0301", "\x00"]
)
def test_a_text_with_nothing_to_read_is_refused(text: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        check_text(text, max_length=100)

    assert refusal.value.messages == ["Votre texte est vide. Écrivez au moins une phrase."]
    assert check_text(text, max_length=100, blank=True) == ""


@pytest.mark.parametrize("text", ["", "\u200b", "\u3164\u115f\u2800", "\u0301"])
def test_a_name_with_nothing_to_read_is_refused_by_the_name_of_its_field(text: str) -> None:
    with pytest.raises(ValidationError) as named:
        check_line(text, max_length=100, field="nom de la table")
    with pytest.raises(ValidationError) as unnamed:
        check_line(text, max_length=100)

    assert named.value.messages == ["Le champ «\u00a0Nom de la table\u202f» est vide. Complétez-le."]
    assert unnamed.value.messages == ["Ce champ est vide. Complétez-le."]
    assert check_line(text, max_length=100, blank=True) == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Point 1\x0bPoint 2", "Point 1\nPoint 2"),
        ("a\u2028b\u2029c\x0cd", "a\nb\nc\nd"),
        ("l\x92eau, 30\x80\x85", "l’eau, 30€…"),
        ("a\x00b\x1b\x81\x7f\ud800\ufffe\ufdd0", "ab"),
        ("الوقت\u200c ها\u200d", "الوقت\u200c ها\u200d"),
    ],
)
def test_what_a_person_cannot_see_is_mended_and_never_refused(typed: str, kept: str) -> None:
    assert check_text(typed, max_length=100) == kept
    assert check_line(typed, max_length=100) == " ".join(kept.split("\n"))


@given(st.text())
def test_a_tidy_text_can_be_kept_and_is_tidied_once(text: str) -> None:
    for kept in (tidy(text), one_line(text)):
        assert not UNSTORABLE.search(kept)
    assert tidy(tidy(text)) == tidy(text)
    assert one_line(one_line(text)) == one_line(text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Nadia\u202e", "Nadia"),
        ("\u202eaidaN", "aidaN"),
        ("Na\u202edia", "Nadia"),
        ("Na\u202edi\u202ca", "Na\u202edi\u202ca"),
        ("\u2067بيتنا\u2069 !", "\u2067بيتنا\u2069 !"),
        ("a\u2067b\u202cc\u2069", "a\u2067bc\u2069"),
        ("a\u2066b", "ab"),
    ],
)
def test_controls_of_direction_that_do_not_close_are_taken_out(typed: str, kept: str) -> None:
    assert check_text(f"Avant\n{typed}\nAprès", max_length=100) == f"Avant\n{kept}\nAprès"
    assert check_line(f"Le {typed} ici", max_length=100) == f"Le {kept} ici"


@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\u2060", "\u200f", "\u202a", "\u00ad", "\u00a0", "\t"])
def test_a_name_has_nothing_invisible_at_its_edges(mark: str) -> None:
    assert check_line(f"{mark}Nadia{mark}", max_length=100) == "Nadia"


def test_a_title_is_composed_and_keeps_its_unbreakable_spaces() -> None:
    assert check_line("  E\u0301te\u0301\u00a0:\n le  plan\u202f! ", max_length=100) == "Été\u00a0: le plan\u202f!"


def test_a_text_too_long_is_refused_with_both_lengths() -> None:
    with pytest.raises(ValidationError) as refusal:
        check_text("é" * 20_000, max_length=8_000)

    assert refusal.value.messages == [
        "Votre texte compte 20\u202f000 caractères, et 8\u202f000 au plus sont acceptés. Raccourcissez-le un peu."
    ]


def test_a_text_at_the_limit_is_accepted() -> None:
    assert check_text("é" * 100, max_length=100) == "é" * 100


def test_line_ends_are_made_plain_and_blank_edges_removed() -> None:
    assert check_text("\r\n Un\r\nDeux\rTrois\t😀 \n", max_length=100) == "Un\nDeux\nTrois\t😀"


def test_a_text_that_may_be_left_out_is_nothing_when_it_has_nothing_to_read() -> None:
    assert check_text(" \u200b\x00", max_length=100, blank=True) == ""
    assert check_line("\u3164", max_length=100, blank=True) == ""


def test_a_line_far_too_long_is_refused_before_its_marks_are_composed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean, "one_line", None)

    with pytest.raises(ValidationError, match="80 au plus"):
        clean.check_line("a" + "\u0301\u0316" * 10_000, max_length=80)
