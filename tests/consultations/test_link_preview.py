"""The image that links to a consultation show elsewhere."""

from io import BytesIO

import pytest
from PIL import Image

from concertation.consultations import actions
from concertation.consultations.link_preview import draw_image, shortened
from tests.caching import empty_cache

IMAGE = "/c/innovation-urbaine/apercu.png"


def opened(content):
    return Image.open(BytesIO(content))


@pytest.mark.parametrize(
    "title", ["Ville", "Place de l’innovation urbaine", "Une très longue concertation " * 12, "Mot" * 80]
)
def test_the_image_has_the_size_that_other_sites_ask_for(title):
    image = opened(draw_image(title, "#7a1f5c"))

    assert (image.size, image.format) == ((1200, 630), "PNG")
    assert image.getpixel((600, 10)) == (0x7A, 0x1F, 0x5C)


def test_without_an_accent_it_has_the_colour_of_the_site():
    assert opened(draw_image("Ville", "")).getpixel((600, 10)) == (0x0D, 0x5C, 0x63)


@pytest.mark.django_db
def test_a_new_title_gives_a_new_image(client, consultation, organiser):
    empty_cache()
    before = client.get(IMAGE)

    actions.edit_consultation(consultation, title="Un autre titre", by=organiser)

    assert before["Cache-Control"] == "public, max-age=86400"
    assert client.get(IMAGE).content != before.content


@pytest.mark.django_db
def test_it_is_drawn_once_for_a_version(client, consultation, monkeypatch):
    empty_cache()
    first = client.get(IMAGE).content

    monkeypatch.setattr("concertation.consultations.link_preview.draw_image", None)

    assert client.get(IMAGE).content == first


@pytest.mark.parametrize(
    ("text", "shown"),
    [("Un mot.", "Un mot."), ("Un\n\ndeux trois", "Un deux…"), ("Abcdefghijkl", "Abcdefgh…")],
)
def test_a_description_is_cut_between_two_words(text, shown):
    assert shortened(text, 9 if text != "Un mot." else 7) == shown
