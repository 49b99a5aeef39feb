"""Nothing that moderation hides is sent again: not pushed, replayed, polled, cached or found at its address."""

import pytest
from django.test import Client
from django.utils import timezone

from concertation.live.audience import Audience
from concertation.live.cursor import reached
from contributions import actions, live
from contributions.models import Contribution
from tests.caching import all_that_is_cached, empty_cache
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "Ce propos vise une personne nommée"


@pytest.fixture
def spoken(post, topic):
    return post(SECRET, topic=topic)


def hide(spoken, consultation, moderator):
    return actions.hide_contribution(spoken, reason=consultation.reasons.first(), message="", by=moderator)


def poll(client, topic, since=0):
    return client.get("/direct/rattrapage/", {"salon": topic.room, "depuis": f"{topic.room}:public={since}"})


def test_after_the_hiding_no_reader_gets_the_text_by_any_way(client, spoken, topic, consultation, moderator):
    address = f"/c/{consultation.slug}/contributions/{spoken.number}/"
    assert SECRET in client.get(address).content.decode()
    assert SECRET in poll(client, topic).content.decode()

    hide(spoken, consultation, moderator)

    page = f"/c/{consultation.slug}/thematiques/{topic.pk}/"
    for answer in (poll(client, topic), client.get(address), client.get(page)):
        assert SECRET not in answer.content.decode()
    row = live.rows_html(
        [Contribution.objects.select_related("topic__phase").get(pk=spoken.pk)], Audience.PUBLIC, timezone.now()
    )
    assert SECRET not in row[spoken.pk]


def test_a_moderator_still_reads_it(spoken, topic, consultation, moderator):
    hide(spoken, consultation, moderator)
    staff = Client()
    staff.force_login(moderator)

    assert SECRET in poll(staff, topic).content.decode()


def test_moderation_before_publication_sends_no_text_to_anyone_else(post, topic, client, open_phase, organiser):
    type(open_phase).objects.filter(pk=open_phase.pk).update(moderation="before")
    topic.phase.refresh_from_db()
    post(SECRET, topic=topic)

    assert SECRET not in poll(client, topic).content.decode()
    assert SECRET not in client.get(f"/c/innovation-urbaine/thematiques/{topic.pk}/").content.decode()


def test_a_text_refused_and_then_published_while_its_author_sleeps_stays_on_their_page(
    post, topic, open_phase, consultation, participant, moderator
):
    type(open_phase).objects.filter(pk=open_phase.pk).update(moderation="before")
    topic.phase.refresh_from_db()
    text = post(SECRET, topic=topic)
    author = Client()
    author.force_login(participant)
    rooms = [f"{topic.room}:public", f"{topic.room}:participants", f"{topic.room}:person:{participant.pk}"]
    asleep = " ".join(f"{key}={seq}" for key, seq in reached(rooms).items())

    hidden = hide(text, consultation, moderator)
    refused = author.get("/direct/rattrapage/", {"salon": topic.room, "depuis": asleep}).json()["frames"]
    back = consultation.reasons.filter(use="restore").first()
    actions.restore_contribution(hidden, reason=back, message="Relu à deux.", by=moderator)
    frames = author.get("/direct/rattrapage/", {"salon": topic.room, "depuis": asleep}).json()["frames"]

    def told(frames):
        return [event for frame in frames for event in frame["events"] if event["obj"] == f"contribution:{text.pk}"]

    assert [event["kind"] for event in told(refused)] == ["removed"]
    assert told(frames)
    assert all(SECRET in event["html"] for event in told(frames))


def test_the_cache_keeps_no_row_of_the_hidden_text_for_those_who_may_not_read_it(
    client, spoken, topic, consultation, moderator
):
    client.get(f"/c/{consultation.slug}/thematiques/{topic.pk}/")
    hide(spoken, consultation, moderator)
    empty_cache()
    client.get(f"/c/{consultation.slug}/thematiques/{topic.pk}/")
    poll(client, topic)

    cached = all_that_is_cached()
    assert [value for value in cached if "masquée par la modération".encode() in value]
    assert not [value for value in cached if SECRET.encode() in value]
    assert reached([f"{topic.room}:public"])[f"{topic.room}:public"] >= 2
