"""A passage keeps the paragraphs it was typed in."""

import pytest

from concertation.texts import markdown
from concertation.texts.paragraphs import passage


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("Un.\n\nDeux,\nsa suite.\n\nTrois.", "Un.\n\nDeux,\nsa suite.\n\nTrois."),
        ("*Un.*\n\nDeux,\nsa **suite**.\n\nTrois.", "Un.\n\nDeux,\nsa suite.\n\nTrois."),
        ("Voici\u00a0:\n\n- eau\n- air\n\nFin & suite.", "Voici\u00a0:\n\neau\nair\n\nFin & suite."),
        ("> Un.\n>\n> Deux.\n\nTrois.", "\n\nUn.\n\nDeux.\n\nTrois."),
    ],
)
def test_paragraphs_are_told_from_lines(typed, whole):
    rendered = markdown.render(typed)

    assert passage(rendered.html, 0, len(rendered.plain)) == whole
    assert [part for part in whole.split("\n") if part] == [part for part in rendered.plain.split("\n") if part]


def test_a_passage_is_the_part_that_its_places_say():
    rendered = markdown.render("Un.\n\n**Deux** & trois.\n\nQuatre.")

    start, end = rendered.plain.index("Deux"), rendered.plain.index("Quatre") + 3
    assert passage(rendered.html, start, end) == "Deux & trois.\n\nQua"
