"""« Participer à la concertation » leads to the topics that are open, not to a page that asks who one is."""

import re

import pytest

from concertation.consultations import actions
from tests.reading import ordinary, words

pytestmark = pytest.mark.django_db
HOME = "/c/innovation-urbaine/"


def primary(page):
    """The address and the words of the first main button of a page."""
    href, label = re.search(
        r'class="button button--primary" href="([^"]*)"[^>]*>(.*?)</a>', page.text, re.DOTALL
    ).groups()
    return href, ordinary(re.sub("<[^>]+>", "", label)).strip()


def test_one_open_topic_is_where_taking_part_begins(client, topic, future_topic):
    assert primary(client.get(HOME)) == (f"{HOME}thematiques/{topic.pk}/", "Participer à la concertation")


def test_several_open_topics_are_shown_on_the_page_itself(client, topic, organiser):
    actions.create_topic(topic.phase, title="Financer", by=organiser)

    home, phase = client.get(HOME), client.get(f"{HOME}phases/{topic.phase.pk}/")

    assert primary(home)[0] == f"#phase-{topic.phase.pk}"
    assert f'id="phase-{topic.phase.pk}"' in home.text
    assert primary(phase)[0] == "#thematiques"
    assert 'id="thematiques"' in phase.text


def test_where_nothing_is_open_one_may_still_join(client, past_topic):
    page = client.get(HOME)

    assert "Participer à la concertation" not in words(page)
    assert f'href="{HOME}rejoindre/"' in page.text


def test_an_archived_consultation_offers_no_way_in(client, topic, organiser, now):
    actions.archive_consultation(topic.phase.consultation, by=organiser, now=now)

    page = client.get(HOME)

    assert "Participer à la concertation" not in words(page)
    assert f'href="{HOME}rejoindre/"' not in page.text


def test_who_takes_part_goes_on_with_the_debate(client, topic, participant):
    client.force_login(participant)

    assert primary(client.get(HOME)) == (f"{HOME}thematiques/{topic.pk}/", "Poursuivre le débat")
