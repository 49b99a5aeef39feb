"""Counts of what others have published since a participant's last visit of a topic."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from concertation.consultations.models import Topic
from concertation.viewer import Viewer
from contributions.actions import hide_contribution, mark_visited
from contributions.models import Visit
from contributions.since_visit import news_for
from tests.reading import ordinary, words

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def address(topic):
    return f"/c/innovation-urbaine/thematiques/{topic.pk}/"


@pytest.fixture
def later(now):
    return now + HOUR


def told(user, topic):
    topics = list(Topic.objects.filter(pk=topic.pk))
    return [ordinary(one.label) for one in news_for(Viewer(user), topic.phase.consultation, topics)]


def test_a_visit_is_marked_only_for_who_takes_part_and_may_read(topic, newcomer, participant, now):
    with pytest.raises(PermissionDenied):
        mark_visited(topic, now=now, by=newcomer)

    mark_visited(topic, now=now, by=participant)
    mark_visited(topic, now=now + HOUR, by=participant)

    assert [(one.participation.user, one.at) for one in Visit.objects.all()] == [(participant, now + HOUR)]


def test_a_visitor_leaves_no_mark_and_is_told_nothing(client, topic, address, contribution):
    client.get(address)

    assert not Visit.objects.exists()
    assert told(AnonymousUser(), topic) == []


def test_what_others_wrote_since_is_new_and_ones_own_words_are_not(topic, post, participant, other_participant, later):
    first = post("À moi.", now=later)
    post("À l’autre.", by=other_participant, now=later)
    post("Encore.", by=other_participant, now=later)
    post("D’accord.", parent=first, by=other_participant, now=later)

    assert told(participant, topic) == ["2 nouvelles contributions et 1 nouvelle réponse depuis votre visite"]
    assert told(other_participant, topic) == ["1 nouvelle contribution depuis votre visite"]


def test_what_one_has_seen_on_the_page_is_new_no_more(client, topic, address, post, participant, other_participant):
    post("À l’autre.", by=other_participant, now=timezone.now())
    client.force_login(participant)
    assert told(participant, topic) == ["1 nouvelle contribution depuis votre visite"]

    client.get(address)

    assert told(participant, topic) == []
    post("Une autre.", by=other_participant, now=timezone.now())
    assert told(participant, topic) == ["1 nouvelle contribution depuis votre visite"]


def test_a_page_without_news_writes_nothing(client, address, post, participant, other_participant):
    post("À l’autre.", by=other_participant, now=timezone.now())
    client.force_login(participant)
    client.get(address)
    mark = Visit.objects.get()

    client.get(address)

    assert Visit.objects.get().at == mark.at


def test_who_is_on_a_team_leaves_marks_on_their_own_page_too(client, topic, address, post, moderator):
    post("À l’autre.", now=timezone.now())
    client.force_login(moderator)

    client.get(address)

    assert Visit.objects.get().participation.user == moderator


def test_hidden_words_are_not_new(topic, post, participant, other_participant, moderator, later):
    said = post("À l’autre.", by=other_participant, now=later)

    hide_contribution(said, reason=topic.phase.consultation.reasons.to_hide().first(), by=moderator)

    assert told(participant, topic) == []


def test_the_front_page_tells_what_is_new_and_leads_there(
    client, topic, address, post, participant, other_participant, later
):
    client.force_login(participant)
    quiet = client.get("/c/innovation-urbaine/")
    assert "Poursuivre le débat" in words(quiet)
    post("À l’autre.", by=other_participant, now=later)

    page = client.get("/c/innovation-urbaine/")

    assert "1 nouvelle contribution depuis votre visite" in words(page)
    assert f'href="{address}#contributions"' in page.text
