import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concertation.texts.words import fold, identity, skeleton, sort_key

DECOMPOSED = unicodedata.normalize("NFD", "été")


@pytest.mark.parametrize(
    ("words", "folded"),
    [
        ("Écoles fermées l’été", "ecoles fermees l ete"),
        (DECOMPOSED, "ete"),
        ("ÉTÉ", "ete"),
        ("L’eau du cœur\u00a0: 30\u202f%", "l eau du coeur:30%"),
        ("Ægidius\u2009STRASSE ou Straße\r\n\tfin ", "aegidius strasse ou strasse fin"),
        ("l`eau l´eau lʼeau l'eau", "l eau l eau l eau l eau"),
        ("Saint\u2011Denis, 2020–2025", "saint-denis,2020-2025"),
        ("SØREN ŁÓDŹ", "soren lodz"),
        ("é\u200bcole\ufeff\u202e", "ecole"),
        ("ﬁn ＡＢＣ m²", "fin abc m2"),
        ("气候 عربي", "气候 عربي"),
        ("\x00 \u3164\u2800", ""),
    ],
)
def test_words_fold_to_what_a_search_compares(words, folded):
    assert fold(words) == folded


@pytest.mark.parametrize(
    ("sought", "text"),
    [
        ("30%", "30\u202f%"),
        ("30 % de", "Ce sont 30% de la surface"),
        ("7 °C", "7°C"),
        ("12 €", "12€"),
        ("A : B", "A:B"),
        ("A / B, ou C", "a/b , ou c"),
        ("« mot »", 'un "mot" dit'),
        ("«mot»", "un « mot » dit"),
        ("“mot”", "‹\u202fmot\u202f›"),
        ("mot dit", "un « mot » dit"),
        ("L EAU", "de l’eau"),
        ("l'eau", "de L EAU"),
        ("مدرسة", "مَدْرَسَة"),
        ("مَدْرَسَة", "مدرسة"),
        ("שלום", "שָׁלוֹם"),
    ],
)
def test_typography_changes_nothing_to_what_is_found(sought, text):
    assert fold(sought) in fold(text)


@pytest.mark.parametrize(("sought", "text"), [("C++", "C"), ("30%", "30 °"), ("A:B", "A B"), ("la", "l"), ("कि", "क")])
def test_another_sign_is_another_word(sought, text):
    assert fold(sought) not in fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Métropole d’X", "MÉTROPOLE D'X"),
        ("Métropole d’X", unicodedata.normalize("NFD", "Métropole d’X")),
        ("Cœur de ville", "Coeur  de\u00a0ville"),
        ("e\u200bau ", "eau"),
        ("CO₂", "CO2"),
    ],
)
def test_what_differs_by_no_sign_is_one(one, other):
    assert identity(one) == identity(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Marche", "Marché"),
        ("R+3", "R3"),
        ("Plan B", "Plan B+"),
        ("C", "C++"),
        ("C", "C#"),
        ("retraites", "retraités"),
        ("气候", "عربي"),
    ],
)
def test_what_differs_by_an_accent_or_a_sign_is_two(one, other):
    assert identity(one) != identity(other)


@pytest.mark.parametrize(
    "names",
    [
        ["eau", "énergie", "Îlot", "zéro"],
        ["Grand Est", "Hauts-de-France", "Île-de-France", "Normandie"],
        ["Corrèze", "Corse", "Corse-du-Sud", "Côte-d’Or", "Côtes-d’Armor", "Creuse"],
        ["Loire", "Loire-Atlantique", "Loiret"],
        ["Saint-Denis", "Saint Étienne", "Saint-Ouen", "Sainte-Maxime"],
        ["Eau « brute »", "Eau 2", "Eau potable", "Eaux"],
        ["Émilie", "Fabienne"],
        ["cote", "Cote", "coté", "côte", "côté", "œil", "zone"],
        ["C", "C#", "C++", "Plan B", "Plan B+", "R+3", "R3"],
    ],
)
def test_names_sort_in_french_order(names):
    backwards = names[::-1]

    assert sorted(backwards, key=sort_key) == names


def test_a_sort_key_is_short_enough_for_every_index():
    assert len(sort_key("\ufdfa" * 160)) <= 600


@pytest.mark.parametrize(
    "drawn",
    [
        "MODÉRATRICE", "Моdératrice", "Ｍodératrice", "ModératrIce", "Modératr1ce", "M0dératrice", "Modé\u200bratrice",
        "Modé ratrice", "Ⅿodératrice", "𝐌odératrice", "Μodératrice", "modératrice.", "Modératrіce",
    ],
)  # fmt: skip
def test_names_drawn_alike_have_one_skeleton(drawn):
    assert skeleton(drawn) == skeleton("Modératrice")


def test_other_names_have_other_skeletons():
    names = ["Modératrice", "Modérateur", "Nadia", "Nadine", "林", "نادية", "Émile", "Camille", ""]

    assert len(set(map(skeleton, names))) == len(names)


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)
    assert identity(identity(text)) == identity(text)
    assert fold(identity(text)) == fold(text)


@given(st.text())
def test_both_forms_of_unicode_are_one(text):
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)

    assert fold(composed) == fold(decomposed)
    assert identity(composed) == identity(decomposed)
    assert sort_key(composed) == sort_key(decomposed)
