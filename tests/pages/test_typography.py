"""The French of the site keeps French typography, in every page, message and mail."""

import re

import pytest
from django.conf import settings

from concertation.texts.templatetags import french
from tests.french import ROOT, WRONG, sentences


def test_no_sentence_of_ours_breaks_at_its_punctuation_or_has_a_straight_apostrophe():
    found = list(sentences())

    assert len(found) > 2_000
    assert [(name, words) for name, words in found if WRONG.search(words)] == []


@pytest.mark.parametrize(
    "words",
    ["« Oui\u202f»", "«\u00a0Oui »", "Motif : x", "Fini ; ou", "Qui êtes-vous ?", "l'eau", "Motif:", "Hé bien…!"],
)
def test_each_fault_of_typography_is_seen(words):
    assert WRONG.search(words)


def test_titles_within_a_sentence_are_quoted_by_the_filter_that_nests_quotes():
    inside = re.compile(r"«\u00a0(?:%\((?:title|topic|phase|item)\)s|\{\{ *[\w.]*(?:title|topic|quote) *\}\})\u202f»")

    assert [(name, words) for name, words in sentences() if inside.search(words)] == []
    assert french.quoted("Le projet «\u00a0Rives\u202f»") == "«\u00a0Le projet “Rives”\u202f»"


def test_no_name_follows_a_de_that_does_not_elide():
    before_name = re.compile(r"\bde %\((?:name|organisation)\)s")

    assert [(name, words) for name, words in sentences() if before_name.search(words)] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Isabelle", "d’Isabelle"),
        ("Élise", "d’Élise"),
        ("Œuvre commune", "d’Œuvre commune"),
        ("Yves", "d’Yves"),
        ("Hélène", "d’Hélène"),
        ("Claire", "de Claire"),
        ("Yann", "de Yann"),
        ("Hamid", "de Hamid"),
        ("", "de "),
    ],
)
def test_de_elides_before_a_vowel_and_a_mute_h(name, words):
    assert french.of(name) == words


def test_a_reference_stays_on_one_line_and_keeps_its_ordinary_hyphen():
    assert french.unbroken("Votre texte C-131 <cite> R-07") == (
        'Votre texte <span class="nowrap">C-131</span> &lt;cite&gt; <span class="nowrap">R-07</span>'
    )


def test_pages_show_references_through_the_filter_that_keeps_them_whole():
    shown = re.compile(r">[^<>]*{{ [\w.]+\.ref }}|<h\d[^>]*>[^<]*with ref=[\w.]+\.ref %}")
    whole = ("nowrap", "contribution__ref", "visually-hidden", "<option", "block title", "aria-label")
    lines = [
        (path.name, line)
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for line in path.read_text().splitlines()
        if (found := shown.search(line)) and not any(word in line[: found.end()] for word in whole)
    ]

    assert lines == []


def test_a_count_is_never_written_before_a_plural_that_cannot_change():
    hard = re.compile(r"%\((?:count|n|contributions|people)\)[sd] [^\W\d_]+s\b|\((?:s|x)\)")
    plurals = (ROOT / "concertation" / "locale" / "fr" / "LC_MESSAGES" / "django.po").read_text()

    assert settings.LANGUAGE_CODE == "fr"
    assert [(name, words) for name, words in sentences() if hard.search(words) and words not in plurals] == []
