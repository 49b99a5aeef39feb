"""What the front page counts, and what it keeps to itself."""

import pytest
from django.urls import reverse

from concertation.live.audience import Audience
from contributions.figures.front_page import count_debate
from tests.personas import joins, person

pytestmark = pytest.mark.django_db


def labels(audience, consultation, now):
    return [figure.label for figure in count_debate(audience, consultation, now)]


def test_nothing_is_counted_before_anyone_writes(consultation, now):
    assert count_debate(Audience.PUBLIC, consultation, now) == []


def test_the_public_sees_no_group_of_people_under_five(consultation, contribution, reply, now):
    assert labels(Audience.PUBLIC, consultation, now) == ["contribution", "réponse"]
    assert labels(Audience.STAFF, consultation, now) == ["contribution", "réponse", "personnes ont écrit"]


def test_five_people_are_counted_for_all(consultation, post, now):
    for number in range(5):
        writer = person(f"plume{number}")
        joins(writer, consultation, now=now)
        post(f"Idée {number}.", by=writer)

    assert labels(Audience.PUBLIC, consultation, now) == ["contributions", "réponse", "personnes ont écrit"]


def test_every_page_counts_contributions_and_replies_in_the_same_words(
    consultation, topic, post, organiser, participant, other_participant, client
):
    roots = [post(f"Idée {number}.", by=participant) for number in range(2)]
    for number in range(3):
        post(f"Réponse {number}.", by=other_participant, parent=roots[0])
    client.force_login(organiser)
    slug = consultation.slug
    pages = [
        reverse("consultations:debate", args=[slug]),
        reverse("consultations:phase", args=[slug, topic.phase_id]),
        reverse("contributions:topic", args=[slug, topic.pk]),
        reverse("contributions:exports", args=[slug]),
    ]

    for address in pages:
        assert "2\xa0contributions, 3\xa0réponses" in client.get(address).text
    assert "0 lue sur 5\xa0contributions et réponses" in client.get(reverse("syntheses:corpus", args=[slug])).text
