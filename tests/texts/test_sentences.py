"""Sentences of French prose, as code point spans."""

import sys
from typing import Any, SupportsIndex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertation.texts.markdown import render
from concertation.texts.sentences import split


def sentences(plain: str) -> list[str]:
    return [plain[start:end] for start, end in split(plain)]


@pytest.mark.parametrize(
    "expected",
    [
        ["Il faut des arbres.", "Beaucoup d'arbres !", "Pourquoi attendre ?"],
        ["M. Dupont et Mme. Martin sont venus.", "Ils ont parlé."],
        ["Selon le Dr. Roux, c'est trop tard.", "Pas pour nous."],
        ["Des outils libres, p. ex. OpenStreetMap, existent.", "Servons-nous-en."],
        ["L'art. 5 du règlement le permet.", "L'art. L. 123-4 aussi."],
        ["C'est de l'art.", "Les murs en témoignent."],
        ["Voir p. 12 et fig. 3.", "Puis conclure."],
        ["La ville a 2.5 km de quais.", "C'est peu."],
        ["Elle compte 20 000 habitants.", "20 % sont étudiants."],
        ["« Quoi\u202f? » demande-t-il.", "Personne ne répond."],
        ["Elle dit\u00a0: «\u00a0Nous viendrons.\u00a0»", "Nous l'attendons."],
        ["«\u00a0Il pleut.", "Il vente.\u00a0»", "Fin."],
        ["Vraiment… peut-être.", "Non…", "Si !"],
        ["J. Dupont et J.-P. Martin signent.", "Tous approuvent."],
        ["Des bancs, des arbres, etc.", "Tout cela manque."],
        ["Le bus part à 18 h.", "Ensuite, plus rien."],
        ["Quoi ?!", "Encore ?"],
        ["(Ceci est noté.)", "Cela aussi."],
        ["Une phrase sans point final"],
        ["1. Planter des arbres.", "Beaucoup."],
        ["État des lieux.", "À faire."],
        ["Trop cher.", "– Pas du tout."],
    ],
)  # fmt: skip
def test_french_sentences(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_a_line_end_ends_a_sentence() -> None:
    assert sentences("Un titre\nle vélo\n\n  la marche  ") == ["Un titre", "le vélo", "la marche"]


def test_spans_count_code_points_and_not_bytes() -> None:
    assert split("😀 Été. Oui.") == [(0, 6), (7, 11)]


def test_nothing_to_read_has_no_sentence() -> None:
    assert split(" \n\t ") == []


@settings(max_examples=500, deadline=None)
@given(st.text(st.sampled_from("Ab é.!?…»« \n1M\u00a0)'-,"), max_size=60))
def test_spans_are_in_order_and_hold_every_word(plain: str) -> None:
    spans = split(plain)
    edges = [edge for span in spans for edge in span]

    assert edges == sorted(edges)
    assert "".join("".join(sentences(plain)).split()) == "".join(plain.split())
    assert all(text == text.strip() and text for text in sentences(plain))


def test_spans_point_into_the_text_of_what_is_rendered() -> None:
    plain = render("Une **rue** calme. Une _place_ vive.\n\n- des bancs\n- des arbres").plain

    assert sentences(plain) == ["Une rue calme.", "Une place vive.", "des bancs", "des arbres"]


class Counted(str):
    """A text that counts the signs that are cut out of it."""

    steps = 0

    def __getitem__(self, place: SupportsIndex | slice) -> str:
        cut = super().__getitem__(place)
        Counted.steps += len(cut)
        return cut


def steps_of(text: str) -> int:
    """Signs cut out of the text and calls made, those to patterns included."""
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    Counted.steps = 0
    sys.setprofile(count)
    try:
        split(Counted(text))
    finally:
        sys.setprofile(None)
    return Counted.steps + calls


@pytest.mark.parametrize(
    "piece", [".", ". ", "M. ", "M. A", "! ! ", "!? a", ".»", '." ', ". « ", " »", "a", " ", "1. ", "(", ".\u00a0»x"]
)
def test_a_text_twice_as_long_takes_twice_the_steps(piece: str) -> None:
    once, twice = steps_of(piece * 1_000), steps_of(piece * 2_000)

    assert twice <= 2.1 * once + 50
