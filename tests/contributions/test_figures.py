"""What the front page counts, and what it keeps to itself."""

import pytest

from concertation.live.audience import Audience
from contributions.figures import counters
from tests.personas import joins, person

pytestmark = pytest.mark.django_db


def labels(audience, consultation, now):
    return [item["label"] for item in counters(audience, consultation, now)]


def test_nothing_is_counted_before_anyone_writes(consultation, now):
    assert counters(Audience.PUBLIC, consultation, now) == []


def test_the_public_sees_no_group_of_people_under_five(consultation, contribution, reply, now):
    assert labels(Audience.PUBLIC, consultation, now) == ["contribution", "réponse"]
    assert labels(Audience.STAFF, consultation, now) == ["contribution", "réponse", "personnes ont écrit"]


def test_five_people_are_counted_for_all(consultation, post, now):
    for number in range(5):
        writer = person(f"plume{number}")
        joins(writer, consultation, now=now)
        post(f"Idée {number}.", by=writer)

    assert labels(Audience.PUBLIC, consultation, now) == ["contributions", "réponse", "personnes ont écrit"]
