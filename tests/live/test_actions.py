"""Events are numbered in the order of the commits, without gaps, and a rollback leaves none."""

import threading

import pytest
from django.db import close_old_connections, connection, transaction

from concertation.live import wakeup
from concertation.live.actions import announce, announced_together
from concertation.live.models import Event, Kind, Room
from tests.contributions.test_deadlocks import meanwhile  # noqa: F401 - a fixture
from tests.live.things import event


def told(room="topic:1:public"):
    return list(Event.objects.filter(room__key=room).order_by("seq").values_list("seq", "kind", "obj"))


@pytest.mark.django_db(transaction=True)
def test_an_announcement_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        announce(event("topic:1:public", Kind.ADDED, "contribution:1"))


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_neither_told_nor_numbered():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        announce(event("topic:1:public", Kind.ADDED, "contribution:1"))
        raise ZeroDivisionError

    assert not Room.objects.exists()


@pytest.mark.django_db
def test_each_room_counts_its_own_events():
    announce(
        event("topic:1:public", Kind.ADDED, "contribution:1"),
        event("topic:1:staff", Kind.ADDED, "report:9"),
        event("topic:1:public", Kind.CHANGED, "contribution:1"),
    )
    announce(event("topic:1:public", Kind.REMOVED, "contribution:1"))

    assert told() == [
        (1, "added", "contribution:1"),
        (2, "changed", "contribution:1"),
        (3, "removed", "contribution:1"),
    ]
    assert told("topic:1:staff") == [(1, "added", "report:9")]


@pytest.mark.django_db
def test_an_announcement_costs_the_same_whatever_it_tells(django_assert_num_queries):
    Room.objects.create(key="topic:1:public")
    changes = [event("topic:1:public", Kind.ADDED, f"contribution:{n}") for n in range(10)]

    queries = 1 if connection.vendor == "postgresql" else 3
    with django_assert_num_queries(queries):
        announce(changes[0])
    with django_assert_num_queries(queries):
        announce(*changes)


@pytest.mark.django_db
def test_the_hub_is_woken_after_the_commit_only(django_capture_on_commit_callbacks):
    woken = []
    wakeup.attach(woken.append)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            announce(event("topic:1:public", Kind.ADDED, "contribution:1"))
            assert woken == []
    finally:
        wakeup.attach(None)

    assert woken == [{"topic:1:public": 1}]


@pytest.mark.django_db
def test_a_verb_made_of_verbs_is_announced_once_at_its_end_and_in_order():
    added, changed = (event("topic:1:public", kind, "contribution:1") for kind in (Kind.ADDED, Kind.CHANGED))
    removed = event("topic:1:public", Kind.REMOVED, "contribution:2")

    with announced_together():
        announce(added, changed)
        with announced_together():
            announce(removed)
        announce(changed)
        assert told() == []

    assert told() == [
        (1, "added", "contribution:1"),
        (2, "removed", "contribution:2"),
        (3, "changed", "contribution:1"),
    ]


@pytest.mark.django_db
def test_a_verb_that_fails_among_others_tells_nothing_and_holds_nothing_back_after():
    change = event("topic:1:public", Kind.ADDED, "contribution:1")

    with pytest.raises(ZeroDivisionError), announced_together():
        announce(change)
        raise ZeroDivisionError
    assert told() == []

    announce(change)
    assert told() == [(1, "added", "contribution:1")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one writer in at a time.")
def test_a_room_that_is_new_is_taken_in_its_place_among_the_others(meanwhile):
    first, second = (event(key, Kind.ADDED, "x:1") for key in ("a:1:public", "b:1:public"))
    Room.objects.create(key="b:1:public")

    def both():
        with transaction.atomic():
            announce(first, second)

    with transaction.atomic():
        announce(first)
        meanwhile(both)
        announce(second)


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one writer in at a time.")
def test_a_room_that_is_there_costs_no_number_of_rooms():
    announce(event("a:1:public", Kind.ADDED, "x:1"))
    announce(event("a:1:public", Kind.ADDED, "x:1"))
    announce(event("b:1:public", Kind.ADDED, "x:1"))

    first, second = Room.objects.order_by("key").values_list("pk", flat=True)
    assert second == first + 1


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_leave_neither_gap_nor_double_and_never_wait_for_each_other():
    def write(first, second):
        for _ in range(10):
            with transaction.atomic():
                announce(event(first, Kind.ADDED, "x:1"), event(second, Kind.ADDED, "x:1"))
        close_old_connections()
        connection.close()

    pairs = [("a:1:public", "b:1:public"), ("b:1:public", "a:1:public")] * 2
    writers = [threading.Thread(target=write, args=pair) for pair in pairs]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert [seq for seq, *_ in told("a:1:public")] == list(range(1, 41))
    assert [seq for seq, *_ in told("b:1:public")] == list(range(1, 41))
