"""The quote pinned above a topic: its words and its link are for those who may read what it quotes."""

import pytest
from django.urls import reverse

from concertation.consultations.actions import create_phase, create_topic, edit_topic
from concertation.live.audience import Audience
from concertation.live.models import Event
from contributions import actions
from contributions.live import render_topics
from tests.personas import DAY

pytestmark = pytest.mark.django_db

WORDS = "Trois mois d’essai, puis un bilan public."
THERE = "/c/innovation-urbaine/contributions/1/"


@pytest.fixture
def committees(consultation, organiser, now):
    phase = create_phase(
        consultation, title="Comités", opens_at=now - DAY, closes_at=now + DAY, access="committees", by=organiser
    )
    return create_topic(phase, title="À huis clos", by=organiser)


@pytest.fixture
def pin(topic, organiser):
    return lambda number: edit_topic(topic, pinned_quote=WORDS, pinned_number=number, by=organiser)


@pytest.fixture
def shown(client, topic):
    """The words and the link of the quote on the page, as this person gets it."""

    def look(user=None):
        client.logout()
        if user is not None:
            client.force_login(user)
        html = client.get(reverse("contributions:topic", args=["innovation-urbaine", topic.pk])).text
        quote = html.partition('<figure class="quote')[2].partition("</figure>")[0]
        return WORDS in quote, THERE in quote

    return look


def test_a_quote_leads_to_its_contribution_and_one_without_a_number_nowhere(shown, pin, contribution):
    pin(None)
    assert shown() == (True, False)

    pin(contribution.number)
    assert shown() == (True, True)


def test_a_quote_of_the_committees_is_shown_to_those_who_read_them(
    shown, pin, committees, topic, post, partner, participant
):
    pin(post("Entre nous.", topic=committees, by=partner).number)

    assert {name: shown(user) for name, user in {"visitor": None, "participant": participant}.items()} == {
        "visitor": (False, False),
        "participant": (False, False),
    }
    assert shown(partner) == (True, True)
    pushed = {audience: WORDS in render_topics([topic.pk], audience)[topic.pk].html for audience in Audience}
    assert [audience for audience, is_in in pushed.items() if is_in] == [Audience.COMMITTEE, Audience.STAFF]


@pytest.mark.parametrize("away", ["hidden", "withdrawn", "moved"])
def test_a_quote_goes_with_the_words_it_quotes(
    shown, pin, contribution, reply, topic, committees, consultation, participant, moderator, away
):
    pin(contribution.number)
    assert shown() == (True, True)

    if away == "hidden":
        actions.hide_contribution(contribution, reason=consultation.reasons.first(), by=moderator)
    elif away == "withdrawn":
        actions.withdraw_contribution(contribution, by=participant)
    else:
        actions.move_thread(contribution, to=committees, reason=consultation.reasons.to_move().first(), by=moderator)

    assert shown() == (False, False)
    assert Event.objects.filter(room__key=f"topic:{topic.pk}:public", kind="reload", obj=f"topic:{topic.pk}").exists()
