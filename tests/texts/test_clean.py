"""A text is refused with a sentence that says what to do, or kept as it was typed."""

import pytest
from django.core.exceptions import ValidationError

from concertation.texts.clean import check_text


@pytest.mark.parametrize("text", ["", "   \n\t ", "\u200b", "\u00a0\u202f", "\ufeff"])
def test_a_text_with_nothing_to_read_is_refused(text: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        check_text(text, max_length=100)

    assert refusal.value.messages == ["Votre texte est vide. Écrivez au moins une phrase."]


@pytest.mark.parametrize(
    ("text", "line", "name"),
    [
        ("a\x00b", 1, "U+0000"),
        ("a\r\nb\x1b", 2, "U+001B"),
        ("\ud800", 1, "U+D800"),
        ("\x00", 1, "U+0000"),
        ("a\x85\x9f", 1, "U+0085"),
    ],
)
def test_a_character_that_cannot_be_kept_is_named_with_its_line(text: str, line: int, name: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        check_text(text, max_length=100)

    assert refusal.value.message % refusal.value.params == (
        f"Votre texte contient, à la ligne {line}, un caractère de contrôle invisible ({name}) qui ne peut pas être "
        "enregistré. Supprimez-le, puis recommencez."
    )


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
