"""Readers who come back at once and lack the same are given one rendering, never one that is out of date."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from concertation.live import registry, replay
from concertation.live.actions import announce
from concertation.live.audience import Audience
from concertation.live.models import Kind
from concertation.live.registry import Rendered
from contributions.actions import hide_contribution
from tests.caching import empty_cache
from tests.contributions.conftest import post  # noqa: F401 - fixture
from tests.live.things import declared, event

pytestmark = pytest.mark.django_db
KEY, STAFF, PERSON = "t:1:public", "t:1:staff", "t:1:person:7"
CLOSES_AT = timezone.now() + timedelta(days=1)


@pytest.fixture
def renderings(monkeypatch):
    """The audiences that were rendered, in order; rooms ``t`` change at one moment, rooms ``u`` at unknown ones."""
    done = []

    def render(pks, audience):
        done.append(audience)
        return {pk: Rendered(1, f"<p>{pk} {timezone.now() < CLOSES_AT}</p>") for pk in pks}

    monkeypatch.setitem(registry._followed, "thing", declared("thing", render))
    monkeypatch.setitem(registry._moments, "t", lambda pk: [CLOSES_AT])
    return done


def tell(*numbers, room=KEY):
    announce(*[event(room, Kind.ADDED, f"thing:{number}") for number in numbers])


def missed(*keys, since=1, audience=Audience.PUBLIC):
    rooms = keys or (KEY,)
    told = replay.replay(dict.fromkeys(rooms, audience), {key: since if key == KEY else 0 for key in rooms})
    return [json.loads(frame.text) for frame in told]


def test_readers_who_lack_the_same_are_given_one_rendering(renderings):
    tell(1, 2, 3)

    answers = [missed() for _ in range(3)]

    assert renderings == [Audience.PUBLIC]
    assert answers == [answers[0]] * 3
    assert [event["obj"] for event in answers[0][0]["events"]] == ["thing:2", "thing:3"]


def test_each_audience_has_a_rendering_of_its_own(renderings):
    tell(1, 2)

    for audience in (Audience.PUBLIC, Audience.STAFF, Audience.PUBLIC, Audience.STAFF):
        missed(audience=audience)

    assert renderings == [Audience.PUBLIC, Audience.STAFF]


def test_who_lacks_more_is_given_more(renderings):
    tell(1, 2, 3)

    assert [len(missed(since=since)[0]["events"]) for since in (2, 1, 2)] == [1, 2, 1]


def test_an_event_in_a_room_of_the_reader_ends_what_was_rendered_before(renderings):
    tell(1, 2)
    missed(KEY, STAFF, audience=Audience.STAFF)

    tell(2, room=STAFF)
    missed(KEY, STAFF, audience=Audience.STAFF)

    assert renderings == [Audience.STAFF] * 3


def test_news_of_one_person_ends_nothing_for_the_others(renderings):
    tell(1, 2)
    missed(KEY, PERSON)

    tell(2, room=PERSON)
    missed(KEY)

    assert renderings == [Audience.PUBLIC]


def test_what_a_moment_changes_is_rendered_again_from_that_moment_on(renderings, monkeypatch):
    tell(1, 2)
    shown = []
    for second in (-2, -1, 0, 1):
        monkeypatch.setattr(timezone, "now", lambda second=second: CLOSES_AT + timedelta(seconds=second))
        shown.append(missed()[0]["events"][0]["html"])

    assert shown == ["<p>2 True</p>"] * 2 + ["<p>2 False</p>"] * 2
    assert len(renderings) == 2


def test_where_the_moments_are_unknown_each_reader_has_a_rendering_of_their_own(renderings):
    tell(1, 2, room="u:1:public")

    for _ in range(2):
        replay.replay({"u:1:public": Audience.PUBLIC}, {"u:1:public": 1})

    assert len(renderings) == 2


def test_what_is_kept_is_kept_for_a_moment_and_in_number(renderings, monkeypatch):
    from concertation.live import replay_cache

    monkeypatch.setattr(replay_cache, "MOST_KEPT", 2)
    tell(1, 2, 3, 4)
    for since in (1, 2, 3, 3, 2, 1):
        missed(since=since)
    assert len(renderings) == 4

    monkeypatch.setattr(replay_cache, "monotonic", lambda: float("inf"))
    missed(since=1)
    assert len(renderings) == 5


def test_after_a_hiding_no_returning_reader_is_shown_the_words(topic, client, post, consultation, moderator):
    text = post("Des mots blessants.")
    post("Autre chose.")
    address = f"/direct/rattrapage/?salon={topic.room}&depuis={topic.room}:public=0"
    before = [client.get(address).content.decode() for _ in range(2)]

    hide_contribution(text, reason=consultation.reasons.filter(use="hide").first(), by=moderator)
    after = client.get(address).content.decode()

    assert ["Des mots blessants." in answer for answer in (*before, after)] == [True, True, False]


def test_when_a_phase_closes_returning_readers_are_shown_that_it_has(topic, client, post, monkeypatch):
    post("Des bancs.")
    address = f"/direct/rattrapage/?salon={topic.room}&depuis={topic.room}:public=0"
    shown = []
    for moment in (topic.phase.closes_at - timedelta(seconds=1), topic.phase.closes_at):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        shown.append(client.get(address).json()["frames"])
    empty_cache()

    assert shown[0] != shown[1] == client.get(address).json()["frames"]
