"""An accent colour that cannot be read is refused, with the nearest that can."""

import re

import pytest
from django.core.exceptions import ValidationError

from concertation.consultations import actions
from concertation.consultations.accent import LEAST, PAPER, contrast, nearest
from concertation.consultations.models import Consultation
from tests.pages.test_contrast import TOKENS
from tests.pages.test_contrast import contrast as ratio_of_wcag
from tests.reading import form_with, words

WEAK = ["#ffee00", "#f2a57b", "#ffffff", "#00ffcc", "#888888", "#ff0000"]


def test_the_paper_is_that_of_the_pages():
    assert re.search(r"--paper: (#\w+);", TOKENS)[1] == PAPER
    assert contrast("#777777", "#ffffff") == pytest.approx(ratio_of_wcag("#777777", "#ffffff"))


@pytest.mark.parametrize("colour", WEAK)
def test_the_nearest_has_enough_and_little_more(colour):
    assert contrast(colour, PAPER) < LEAST

    assert LEAST <= contrast(nearest(colour), PAPER) < 4.7


def test_a_colour_that_can_be_read_is_its_own_nearest():
    assert nearest("#1a6b5c") == "#1a6b5c"


@pytest.mark.django_db
def test_a_weak_accent_is_refused_and_the_form_proposes_the_nearest(client, consultation, organiser):
    client.force_login(organiser)
    url = "/c/innovation-urbaine/organiser/reglages/"
    form = form_with(client.get(url), "accent") | {"own_accent": "on", "accent": "#ffee00", "summary": "Gardé."}

    refused = client.post(url, form)

    assert refused.status_code == 422
    again = form_with(refused, "accent")
    assert again["accent"] == [nearest("#ffee00")]
    assert again["summary"] == ["Gardé."]
    assert f"La plus proche qui convienne est {nearest('#ffee00')}" in words(refused)
    assert Consultation.objects.get().accent == ""

    assert client.post(url, again).status_code == 302
    assert Consultation.objects.get().accent == nearest("#ffee00")


@pytest.mark.django_db
def test_the_verb_refuses_it_too(consultation, organiser):
    with pytest.raises(ValidationError) as refusal:
        actions.edit_consultation(consultation, accent="#ffee00", by=organiser)

    assert list(refusal.value.message_dict) == ["accent"]


@pytest.mark.django_db
def test_a_new_accent_shows_at_once_though_browsers_cache_its_sheet(client, consultation, organiser):
    def sheet():
        page = client.get("/c/innovation-urbaine/").text
        return re.search(r'href="(/c/innovation-urbaine/theme\.css[^"]*)"', page)[1]

    before = sheet()

    actions.edit_consultation(consultation, accent="#7a3b1d", by=organiser)

    assert sheet() != before
    assert "#7a3b1d" in client.get(sheet()).text
