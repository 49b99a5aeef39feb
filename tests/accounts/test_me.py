"""My page gathers what I wrote and what became of it, and nothing of others."""

import pytest
from django.test import Client
from django.urls import reverse

from contributions.actions import post_contribution
from contributions.actions.moderation import hide_contribution

pytestmark = pytest.mark.django_db


@pytest.fixture
def my_page(participant):
    def read() -> str:
        browser = Client()
        browser.force_login(participant)
        return browser.get(reverse("accounts:me")).text

    return read


def test_it_shows_my_contributions_and_not_those_of_others(my_page, topic, participant, other_participant, now):
    post_contribution(topic, body="Il faut un lieu pour essayer.", title="Un lieu", by=participant, now=now)
    post_contribution(topic, body="Il faut un budget.", title="Un budget", by=other_participant, now=now)

    assert "Un lieu" in my_page()
    assert "Un budget" not in my_page()


def test_it_says_why_something_was_hidden(my_page, topic, participant, moderator, now):
    made = post_contribution(topic, body="Hors de propos.", title="Hors sujet ?", by=participant, now=now)
    reason = made.consultation.reasons.first()
    hide_contribution(made, reason=reason, message="Relisez la charte.", by=moderator, now=now)

    assert "Masquée" in my_page()
    assert str(reason) in my_page()
    assert "Relisez la charte." in my_page()


def test_it_costs_the_same_for_one_contribution_and_for_three(my_page, topic, participant, now):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    post_contribution(topic, body="Un.", title="Un", by=participant, now=now)
    with CaptureQueriesContext(connection) as one:
        my_page()
    for number in range(2):
        post_contribution(topic, body=f"Encore {number}.", title="Encore", by=participant, now=now)

    with CaptureQueriesContext(connection) as three:
        my_page()

    assert len(three) == len(one)
