"""Whoever is suspended while they read is closed, sent nothing after, and comes back to what everyone reads."""

import pytest
from django.test import Client
from django.utils import timezone

from concertation.consultations import actions
from concertation.viewer import Viewer
from contributions.actions import post_contribution
from tests.live.pages import cursor_for


@pytest.fixture
def as_participant(participant):
    client = Client()
    client.force_login(participant)
    return client


@pytest.fixture
def reading(any_server, topic, as_participant, participant):
    """The participant in front of the topic, having heard all that happened until now."""

    def sit_down():
        since = cursor_for(Viewer(participant, timezone.now()), topic.room)
        return any_server.open(topic.room, since=since, client=as_participant)

    return sit_down


def test_the_socket_is_closed_and_sent_nothing_after(
    reading, topic, open_phase, suspend, organiser, other_participant, now
):
    actions.edit_phase(open_phase, access="participants", by=organiser)
    with reading() as reader:
        assert reader.read()["type"] == "hello"

        suspend()
        assert reader.closed_with() == 4403
        post_contribution(topic, body="Entre nous.", by=other_participant, now=now)

        assert all(frame["type"] in {"presence", "beat"} for frame in reader.frames[1:])
    with reading() as reader:
        assert reader.closed_with() == 4404


def test_one_comes_back_to_the_public_rooms_and_is_asked_to_reload_once_it_is_lifted(
    reading, topic, suspend, participant, moderator
):
    suspension = suspend()
    own = f"{topic.room}:person:{participant.pk}"
    with reading() as reader:
        assert reader.read()["rooms"] == {topic.room: [f"{topic.room}:public", own]}

        actions.lift_suspension(suspension, now=timezone.now(), by=moderator)

        assert reader.next("reload") == {"type": "reload", "room": topic.room}


def test_who_was_away_when_it_happened_is_asked_to_reload(any_server, topic, as_participant, suspend, participant):
    since = cursor_for(Viewer(participant, timezone.now()), topic.room)
    suspend()

    with any_server.open(topic.room, since=since, client=as_participant) as reader:
        assert reader.next("reload") == {"type": "reload", "room": topic.room}
    polled = as_participant.get("/direct/rattrapage/", {"salon": topic.room, "depuis": since}).json()["frames"]
    assert polled == [{"type": "reload", "room": topic.room}]
