"""The page of the debate: what is open first, what is over folded with what came of it, then what is to come."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from concertation.consultations.actions import edit_phase
from concertation.syntheses.models import Synthesis
from concertation.syntheses.publishing.actions import publish_synthesis
from concertation.syntheses.writing.actions import (
    add_section,
    cite,
    create_recommendation,
    create_synthesis,
    place_recommendation,
)
from contributions.models import Contribution
from tests.reading import words

pytestmark = pytest.mark.django_db
DEBATE = "/c/innovation-urbaine/debat/"


@pytest.fixture
def over(post, topic, past_topic, future_topic, participant, other_participant, past_phase):
    """Three phases; two texts and a reply were written in the one that is over."""
    at = past_phase.opens_at
    first = post("Un besoin.", topic=past_topic, now=at)
    post("Un autre besoin.", topic=past_topic, now=at)
    post("D’accord.", topic=past_topic, parent=first, by=other_participant, now=at)
    return past_phase


def headings(page):
    return re.findall(r'<h2 id="phase-\d+"><a[^>]*>(.*?)</a>', page.text)


def folded(page):
    return re.findall(r'<details class="fold">(.*?)</details>', page.text, re.DOTALL)


def test_what_is_open_comes_first_then_what_is_over_then_what_is_to_come(client, over):
    assert headings(client.get(DEBATE)) == ["Outils", "Besoins", "Fonctionnalités"]


def test_the_topics_of_the_open_phase_alone_are_unfolded(client, over):
    page = client.get(DEBATE)

    inside = " ".join(folded(page))
    assert ["Sobriété" in inside, "Le site" in inside, "Expérimenter" in inside] == [True, True, False]
    assert "Expérimenter" in page.text


def test_what_is_over_tells_how_much_was_written(client, over):
    assert words(client.get(DEBATE)).count("2 contributions et 1 réponse") == 1


def test_what_is_over_tells_the_synthesis_once_it_is_published(client, over, consultation, organiser, now):
    made = create_synthesis(
        consultation, title="Ce que nous retenons", introduction="Ce que nous avons lu.", phases=[over], by=organiser
    )
    advice = create_recommendation(consultation, title="Ouvrir des lieux", body="Un lieu par commune.", by=organiser)
    place_recommendation(add_section(made, title="Les lieux", by=organiser), recommendation=advice, by=organiser)
    cite(advice, contribution=Contribution.objects.first(), stance="supports", by=organiser)
    assert "Ce que nous retenons" not in words(client.get(DEBATE))

    publish_synthesis(made, by=organiser, now=now)

    page = client.get(DEBATE)
    assert "Synthèse d’étape : Ce que nous retenons (1 recommandation)" in words(page)
    assert f'href="/c/innovation-urbaine/syntheses/{Synthesis.objects.get().number}/"' in page.text


def test_nothing_of_a_phase_of_the_committees_is_told_to_all(client, over, organiser, partner):
    edit_phase(over, access="committees", by=organiser)

    assert "2 contributions et 1 réponse" not in words(client.get(DEBATE))
    client.force_login(partner)
    assert "2 contributions et 1 réponse" in words(client.get(DEBATE))


def test_two_phases_that_are_over_cost_no_more_than_one(
    client, over, open_phase, django_assert_max_num_queries, organiser, now
):
    client.get(DEBATE)
    with CaptureQueriesContext(connection) as one:
        client.get(DEBATE)
    edit_phase(open_phase, closes_at=now, by=organiser)

    with django_assert_max_num_queries(len(one)):
        client.get(DEBATE)
