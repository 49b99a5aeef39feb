"""The order of a room is the order of its commits, whoever took the pen first."""

import threading

import pytest
from django.db import connection, transaction

from concertation.live.actions import announce
from concertation.live.models import Kind
from tests.live import board
from tests.live.things import event
from tests.serving import eventually

pytestmark = pytest.mark.skipif(
    "connection.vendor != 'postgresql'",
    reason="SQLite lets one writer in at a time: nobody can wait with a number in hand.",
)
KEY = "board:1:public"


class Writer(threading.Thread):
    """Posts a note, and keeps its transaction open until told to commit."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.has_number, self.may_commit = threading.Event(), threading.Event()

    def run(self) -> None:
        with transaction.atomic():
            board.post(self.text)
            self.has_number.set()
            self.may_commit.wait(30)
        connection.close()


def waiting_writers() -> int:
    with connection.cursor() as cursor:
        # Else a transaction sees only those who were there when it first looked.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def test_who_reconnects_between_two_open_writers_gets_both_in_the_order_of_their_commits(any_server):
    board.post("avant")
    with any_server.open("board:1", since=f"{KEY}=0") as early:
        early.events(1)
        first, second = Writer("un"), Writer("deux")
        second.may_commit.set()
        first.start()
        first.has_number.wait(30)
        second.start()
        eventually(waiting_writers)

        # The second wants to commit, and may not overtake the first, who holds number 2.
        with any_server.open("board:1", since=f"{KEY}=1") as between:
            between.next("hello")
            assert not second.has_number.is_set()
            assert between.hears_nothing()
            with transaction.atomic():
                announce(event("board:2:staff", Kind.ADDED, "note:1"))
            first.may_commit.set()

            for reader in (early, between):
                assert [event["seq"] for event in reader.events(2)] == [2, 3]
                told = [event for frame in reader.frames for event in frame.get("events", [])]
                assert [">un<" in told[-2]["html"], ">deux<" in told[-1]["html"]] == [True, True]
    first.join()
    second.join()
