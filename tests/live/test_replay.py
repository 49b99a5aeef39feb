"""A reader who was away gets what they missed, or an honest request to reload."""

import json
from datetime import timedelta

import pytest

from concertation.live import cursor, registry, replay
from concertation.live.actions import announce
from concertation.live.audience import Audience
from concertation.live.limits import Limits
from concertation.live.models import Event, Kind
from concertation.live.registry import Rendered
from tests.live.things import declared, event

pytestmark = pytest.mark.django_db
KEY = "t:1:public"
RELOAD = [{"type": "reload", "room": KEY}]


@pytest.fixture(autouse=True)
def _things(monkeypatch):
    monkeypatch.setitem(
        registry._followed,
        "thing",
        declared("thing", lambda pks, audience: {pk: Rendered(1, f"<p>{pk}</p>") for pk in pks}),
    )


def tell(*numbers):
    announce(*[event(KEY, Kind.ADDED, f"thing:{n}") for n in numbers])


def missed(since):
    return decoded(replay.replay({KEY: Audience.PUBLIC}, {} if since is None else {KEY: since}))


def decoded(frames):
    return [json.loads(frame.text) for frame in frames]


@pytest.mark.parametrize("since", [None, 4, 999], ids=["unknown room", "ahead of us", "far ahead"])
def test_a_page_that_cannot_be_brought_up_to_date_is_asked_to_reload(since):
    tell(1, 2, 3)

    assert missed(since) == RELOAD


@pytest.mark.parametrize("named", ["t:1:staff", "t:1:person:7", "t:1:nothing", "t:1:person:0"])
def test_a_room_that_one_may_not_join_is_answered_like_one_that_does_not_exist(named):
    tell(1)
    announce(event("t:1:staff", Kind.ADDED, "thing:2"), event("t:1:person:7", Kind.ADDED, "thing:3"))

    told = decoded(replay.replay({KEY: Audience.PUBLIC}, {KEY: 1, named: 0, f"{named}x": 9}))

    assert told == [{"type": "reload", "room": "t:1"}]


@pytest.mark.parametrize("named", ["t:2:public", "t:2:staff", "t:12:public", "other:1:public", "nothing"])
def test_a_room_of_another_address_is_not_answered(named):
    tell(1)
    announce(event("t:2:staff", Kind.ADDED, "thing:2"))

    assert decoded(replay.replay({KEY: Audience.PUBLIC}, {KEY: 1, named: 0})) == []


def test_an_absence_longer_than_the_history_is_a_reload():
    tell(1, 2, 3)
    Event.objects.filter(seq=1).delete()

    assert missed(0) == RELOAD


def test_an_absence_longer_than_one_replay_is_a_reload(monkeypatch):
    monkeypatch.setattr(replay, "limits", Limits(events_replayed=2))
    tell(1, 2, 3)

    assert missed(0) == RELOAD
    assert len(missed(1)) == 1


def test_many_rooms_at_once_are_replayed_no_longer_than_one(monkeypatch):
    monkeypatch.setattr(replay, "limits", Limits(events_replayed=5))
    rooms = [f"t:{number}:public" for number in range(1, 5)]
    announce(*[event(room, Kind.ADDED, f"thing:{number}") for room in rooms for number in (1, 2)])

    told = decoded(replay.replay(dict.fromkeys(rooms, Audience.PUBLIC), dict.fromkeys(rooms, 0)))

    assert [(frame["type"], frame["room"]) for frame in told] == [
        *(("events", room) for room in rooms[:2]),
        *(("reload", room) for room in rooms[2:]),
    ]


@pytest.mark.parametrize("since", [3, None])
def test_a_page_that_lacks_nothing_is_sent_nothing(since):
    if since:
        tell(1, 2, 3)

    assert missed(since) == []


def test_what_was_missed_comes_in_order_in_frames_that_follow_each_other(monkeypatch):
    from concertation.live import frames

    monkeypatch.setattr(frames, "limits", Limits(events_per_frame=2))
    tell(1, 2, 3, 4, 5)

    told = missed(1)

    assert [(frame["from"], frame["to"]) for frame in told] == [(1, 3), (3, 5)]
    assert [event["obj"] for frame in told for event in frame["events"]] == ["thing:2", "thing:3", "thing:4", "thing:5"]


def test_history_is_kept_for_its_days_and_its_number(now, monkeypatch):
    tell(*range(10))
    Event.objects.filter(seq__lte=2).update(at=now - timedelta(days=8))
    Event.objects.filter(seq__gt=2).update(at=now)

    assert replay.forget_old_events(now) == 2
    monkeypatch.setattr(replay, "limits", Limits(kept_events=5))
    assert replay.forget_old_events(now) == 3
    assert list(Event.objects.values_list("seq", flat=True)) == [6, 7, 8, 9, 10]
    assert replay.forget_old_events(now) == 0


def test_a_cursor_is_read_as_it_was_written():
    seqs = {"topic:1:public": 57, "topic:1:staff": 0}

    assert cursor.read(cursor.write(seqs)) == seqs


@pytest.mark.parametrize("nonsense", ["", "=", "a=", "a=-1", "a=1e3", "=3", "a=" + "9" * 30, "a=٣"])
def test_nonsense_in_a_cursor_is_left_out(nonsense):
    assert cursor.read(nonsense) == {}
