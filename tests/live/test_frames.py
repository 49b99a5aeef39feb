"""What is in a frame: one entry an object, as the class may see it now."""

import pytest

from concertation.live import frames, registry
from concertation.live.actions import announce
from concertation.live.audience import Audience
from concertation.live.frames import Batch, coalesced, events_after, frames_of, render_objects
from concertation.live.frames import EventRow as T
from concertation.live.limits import limits
from concertation.live.models import Event, Kind
from concertation.live.registry import Rendered
from tests.live.things import declared, event


@pytest.fixture
def thing(monkeypatch):
    """A renderer of things 1 to 999; odd ones are for staff; it notes how it was asked."""
    asked = []

    def render(pks, audience):
        asked.append((list(pks), audience))
        seen = [pk for pk in pks if pk % 2 == 0 or audience == Audience.STAFF]
        return {pk: Rendered(7, f"<p>{pk} {audience.key}</p>", {"parent": None}) for pk in seen}

    monkeypatch.setitem(registry._followed, "thing", declared("thing", render))
    return asked


def batch(since, told):
    return Batch("t:1:public", since, tuple(told))


def test_what_a_class_may_not_see_is_a_removal_and_leaves_no_word_of_it(thing):
    news_of_room = batch(4, [T(5, "changed", "thing:1"), T(6, "added", "thing:2")])

    (frame,) = frames_of(news_of_room, render_objects(["thing:1", "thing:2"], Audience.PUBLIC))

    assert frame["events"] == [
        {"seq": 5, "kind": "removed", "obj": "thing:1"},
        {
            "seq": 6,
            "kind": "added",
            "obj": "thing:2",
            "version": 7,
            "html": "<p>2 public</p>",
            "data": {"parent": None},
        },
    ]
    assert (frame["from"], frame["to"]) == (4, 6)


@pytest.mark.django_db
def test_the_news_of_a_thousand_and_one_rooms_are_read(topic):
    rooms = {topic.room + ":public": 0} | {f"topic:0:person:{n}": 0 for n in range(1_001)}

    assert [batch.room for batch in events_after(rooms)] == [topic.room + ":public"]


def test_the_news_of_one_object_are_told_once_at_its_last_number():
    events = [
        T(1, "added", "thing:2"),
        T(2, "added", "thing:4"),
        T(3, "changed", "thing:2"),
        T(4, "changed", "thing:6"),
    ]

    assert coalesced(events) == [
        T(2, "added", "thing:4"),
        T(3, "added", "thing:2"),
        T(4, "changed", "thing:6"),
    ]


def test_all_objects_of_a_kind_are_drawn_by_one_call(thing):
    render_objects(["thing:4", "thing:2", "other:1", "thing:2"], Audience.STAFF)

    assert thing == [([2, 4], Audience.STAFF)]


def test_a_renderer_that_fails_asks_the_page_to_reload_and_spares_the_others(thing, monkeypatch):
    def fail(pks, audience):
        raise RuntimeError

    monkeypatch.setitem(registry._followed, "broken", declared("broken", fail))
    news_of_room = batch(0, [T(1, "changed", "broken:1"), T(2, "changed", "thing:2")])

    (frame,) = frames_of(news_of_room, render_objects(["broken:1", "thing:2"], Audience.PUBLIC))
    events = frame["events"]

    assert events[0] == {"seq": 1, "kind": "changed", "obj": "broken:1", "stale": True}
    assert events[1]["html"] == "<p>2 public</p>"


@pytest.mark.django_db
def test_forgotten_events_are_a_reload_and_never_a_silent_hole(thing):
    announce(*[event("t:1:public", Kind.CHANGED, f"thing:{n}") for n in range(2, 8)])
    Event.objects.filter(seq__lte=3).delete()

    (news_of_room,) = events_after({"t:1:public": 1})

    assert frames_of(news_of_room, {}) == [{"type": "reload", "room": "t:1:public"}]


@pytest.mark.django_db
def test_news_come_a_frame_at_a_time_in_one_query(django_assert_num_queries):
    for room in ("t:1:public", "t:2:public"):
        announce(*[event(room, Kind.CHANGED, f"thing:{n}") for n in range(limits.events_per_frame + 50)])

    with django_assert_num_queries(1):
        first, second = events_after({"t:1:public": 0, "t:2:public": limits.events_per_frame})

    assert (first.since, first.last) == (0, limits.events_per_frame)
    assert (second.since, second.last) == (limits.events_per_frame, limits.events_per_frame + 50)


def test_what_a_bulk_verb_announces_asks_the_page_to_reload(thing):
    news_of_room = batch(0, [T(1, "reload", "thing:2"), T(2, "changed", "thing:2")])

    (frame,) = frames_of(news_of_room, render_objects(["thing:2"], Audience.PUBLIC))

    assert frame["events"] == [{"seq": 2, "kind": "reload", "obj": "thing:2", "stale": True}]


def test_large_rows_go_in_several_frames_that_follow_each_other(monkeypatch):
    big = Rendered(1, "x" * (limits.frame_bytes // 2 - 1))
    monkeypatch.setitem(registry._followed, "thing", declared("thing", lambda pks, audience: dict.fromkeys(pks, big)))
    news_of_room = batch(0, [T(n, "added", f"thing:{n}") for n in range(1, 6)])

    told = frames_of(news_of_room, render_objects([f"thing:{n}" for n in range(1, 6)], Audience.PUBLIC))

    assert [(frame["from"], frame["to"], len(frame["events"])) for frame in told] == [(0, 2, 2), (2, 4, 2), (4, 5, 1)]


def test_whoever_is_cut_between_two_frames_has_what_the_first_one_ends_with(monkeypatch):
    """A thread is opened, then answered until two frames are full: each answer changes the root as well."""
    rows = {pk: Rendered(9, "x" * (limits.frame_bytes // 4 - 1)) for pk in range(1, 9)}
    monkeypatch.setitem(registry._followed, "thing", declared("thing", lambda pks, audience: rows))
    told = [T(1, "added", "thing:1")]
    for n in range(2, 9):
        told += [T(2 * n - 2, "added", f"thing:{n}"), T(2 * n - 1, "changed", "thing:1")]

    frames_in_turn = frames_of(batch(0, told), render_objects([f"thing:{n}" for n in rows], Audience.PUBLIC))

    parts = [(frame["from"], frame["to"]) for frame in frames_in_turn]
    assert parts == [(0, 7), (7, 13), (13, 15)]
    for frame in frames_in_turn:
        inside = [one for one in told if frame["from"] < one.seq <= frame["to"]]
        kinds = {event["obj"]: event["kind"] for event in frame["events"]}
        assert kinds == {one.obj: one.kind for one in coalesced(inside)}
    assert frames_in_turn[0]["events"][-1] | {"html": ""} == {
        "seq": 7, "kind": "added", "obj": "thing:1", "version": 9, "html": "", "data": {},
    }  # fmt: skip


def test_a_frame_is_plain_json_without_spaces():
    assert frames.encode({"a": "é", "b": [1]}) == '{"a":"é","b":[1]}'
