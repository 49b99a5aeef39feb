"""The hub by itself, without a server: when it tells, and when it owns up to a hole."""

import asyncio
import threading

import pytest
from django.db import connections

from concertation.live import hub as hub_module
from concertation.live.access import Reader, Seat
from concertation.live.audience import Audience
from concertation.live.connection import Connection
from concertation.live.frames import events_after
from concertation.live.hub import Hub, HubStopped
from concertation.live.models import Event, Room
from concertation.live.presence import Presence, There
from concertation.live.transport import Frame
from tests.live import board

KEY = "board:1:public"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_board_here")]


class Wire:
    """The transport of a reader who reads at once."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def write(self, frame) -> None:
        self.said.append(frame.text)

    def pending(self) -> int:
        return 0

    async def close(self, code: int) -> None:
        self.said.append(f"closed with {code}")


def told_by(act) -> list[str]:
    """What a reader of an empty board hears while ``act(hub)`` runs."""
    wire = Wire()

    async def read() -> None:
        hub = Hub(asyncio.get_running_loop())
        reader = Reader()
        one = Connection(wire, reader, "127.0.0.1")
        hub.enter(one, [Seat(reader, "board:1", (KEY,))], {KEY: 0})
        one.begin([])
        await act(hub)
        await hub.in_thread(connections.close_all)

    asyncio.run(read())
    return wire.said


def test_a_wake_up_for_what_was_told_already_is_no_hole(monkeypatch):
    """Another event is committed between the reading of the table and the check that nothing was forgotten."""
    board.post("un")

    async def act(hub):
        hub._note({KEY: 1})
        await hub._push_events()
        hub._behind[KEY] = 1
        hub._has_events.set()
        with_another = lambda seqs: [*events_after(seqs), *(board.post("deux") and [])]  # noqa: E731
        monkeypatch.setattr(hub_module, "events_after", with_another)
        await hub._push_events()
        monkeypatch.setattr(hub_module, "events_after", events_after)
        hub._note({KEY: 2})
        await hub._push_events()

    said = told_by(act)

    assert [one.count('"kind":"added"') for one in said] == [1, 1]


def test_events_that_were_forgotten_before_they_were_told_are_owned_up_to():
    for text in ("un", "deux"):
        board.post(text)
    Event.objects.all().delete()

    async def act(hub):
        hub._note({KEY: 2})
        await hub._push_events()

    assert told_by(act) == ['{"type":"reload","room":"board:1:public"}']


def test_a_room_further_behind_than_one_frame_holds_is_told_to_the_end():
    for number in range(230):
        board.post(f"{number}")

    async def act(hub):
        hub._note({KEY: 230})
        for _ in range(3):
            await hub._push_events()

    assert sum(one.count('"kind":"added"') for one in told_by(act)) == 230


class Layer:
    """A channel layer that keeps what it is given."""

    def __init__(self) -> None:
        self.said: list[dict[str, int]] = []

    async def group_send(self, group: str, message: dict) -> None:
        self.said.append(message["readers"])


def test_the_last_reader_who_leaves_is_counted_no_more_by_the_other_processes():
    layer = Layer()

    async def come_and_go() -> None:
        hub = Hub(asyncio.get_running_loop())
        hub._layer = layer
        await hub._push_presence()
        one = Connection(Wire(), Reader(), "127.0.0.1")
        hub.enter(one, [Seat(Reader(), "board:1", (KEY,))], {KEY: 0})
        await hub._push_presence()
        hub.leave(one)
        await hub._push_presence()
        await hub._push_presence()

    asyncio.run(come_and_go())

    assert layer.said == [{"board:1": 1}, {}]


def test_a_hub_that_has_stopped_reads_no_more():
    async def ask():
        hub = Hub(asyncio.get_running_loop())
        await hub.stop()
        with pytest.raises(HubStopped):
            await hub.in_thread(Room.objects.count)

    asyncio.run(ask())


def test_who_waits_for_a_thread_when_the_hub_stops_is_told_to_come_back_and_what_is_cancelled_stays_so():
    arrived, over = threading.Barrier(3), threading.Event()

    def read_for_long() -> None:
        arrived.wait(30)
        over.wait(30)

    async def stop() -> list[BaseException | None]:
        hub = Hub(asyncio.get_running_loop())
        busy = [asyncio.create_task(hub.in_thread(read_for_long)) for _ in range(2)]
        waiting = [asyncio.create_task(hub.in_thread(Room.objects.count)) for _ in range(2)]
        await asyncio.sleep(0)
        arrived.wait(30)
        waiting[1].cancel()
        await hub.stop()
        over.set()
        return await asyncio.gather(*busy, *waiting, return_exceptions=True)

    told = asyncio.run(stop())

    assert told[:2] == [None, None]
    assert [type(one) for one in told[2:]] == [HubStopped, asyncio.CancelledError]


def test_those_who_arrive_keep_nobody_from_the_news():
    arrived, over = threading.Semaphore(0), threading.Event()

    def wait() -> None:
        arrived.release()
        over.wait(60)

    async def look() -> int:
        hub = Hub(asyncio.get_running_loop())
        arriving = [asyncio.create_task(hub.in_turn(wait)) for _ in range(9)]
        await asyncio.sleep(0)
        for _ in range(2):
            arrived.acquire()
        try:
            return await asyncio.wait_for(hub.in_thread(Room.objects.count), 20)
        finally:
            over.set()
            await asyncio.gather(*arriving)
            await hub.in_thread(connections.close_all)

    assert asyncio.run(look()) == 0


def sitting(hub, wire, reader=Reader(), address="board:1"):  # noqa: B008 - a visitor
    one = Connection(wire, reader, "127.0.0.1")
    hub.enter(one, [Seat(reader, address, (f"{address}:public",))], {f"{address}:public": 0})
    return one


def test_the_first_check_closes_whoever_lost_the_right_and_says_nothing_of_what_waited():
    """A seat at a board that does not exist is one that is nobody's any more."""
    wires = [Wire() for _ in range(3)]

    async def check() -> None:
        hub = Hub(asyncio.get_running_loop())
        staying, leaving = sitting(hub, wires[0]), sitting(hub, wires[1], address="board:3")
        ended = sitting(hub, wires[2], Reader(4242, "no such session"))
        for one in (staying, leaving, ended):
            one.deliver(Frame("waits for what was missed"))
        await hub.check_readers()
        for one in (staying, leaving, ended):
            one.begin([Frame("what was missed")])
            one.deliver(Frame("news"))
        assert hub.connections == {staying}
        await hub.in_thread(connections.close_all)

    asyncio.run(check())

    assert wires[0].said == ["what was missed", "waits for what was missed", "news"]
    assert [wire.said for wire in wires[1:]] == [["closed with 4403"], ["closed with 4401"]]


class Broken(Wire):
    async def close(self, code: int) -> None:
        raise ConnectionResetError


def test_a_socket_that_cannot_be_closed_well_keeps_none_of_the_others():
    wires = [Broken(), Wire(), Broken(), Wire()]

    async def check() -> None:
        hub = Hub(asyncio.get_running_loop())
        for wire in wires:
            sitting(hub, wire, address="board:3").begin([])
        await hub.check_readers()
        assert hub.connections == set()
        await hub.in_thread(connections.close_all)

    asyncio.run(check())

    assert [wire.said for wire in wires] == [[], ["closed with 4403"]] * 2


def test_one_answers_one_thing_at_a_time_and_a_page_counts_its_reader_once():
    async def sit():
        hub = Hub(asyncio.get_running_loop())
        one = Connection(Wire(), Reader(), "127.0.0.1")
        addresses = ("board:1", "board:2")
        hub.enter(
            one,
            [Seat(Reader(), room, (f"{room}:public",)) for room in addresses],
            {f"{room}:public": 0 for room in addresses},
        )
        for number in range(20):
            assert hub.presence.is_writing(one, {"type": "writing", "room": "board:1", "under": f"note:{number}"})
        return hub.presence.here(hub.connections)

    here = asyncio.run(sit())

    assert here["writing"] == {"board:1": [("note:19", Audience.PUBLIC)]}
    assert here["readers"] == {"board:1": 1}


def test_what_is_announced_under_something_that_its_writer_may_not_see_is_told_to_nobody():
    seat = Seat(Reader(), "board:1", ("board:1:public", "board:1:staff"))
    there = {"board:1": There(1, {("note:1", Audience.PUBLIC), ("note:2", Audience.STAFF)})}
    open_to = {Audience.PUBLIC: [], Audience.STAFF: [("board:1", "note:1"), ("board:1", "note:2")]}

    frame = Presence().changes(there, [seat], open_to)[seat]

    assert frame["writing"] == ["note:2"]
