"""What each adapter promises: whole frames, in order, nothing blocks, and what waits is known."""

import asyncio
import os
import socket
import time

import pytest

from concertation.live.access import Reader
from concertation.live.connection import Connection
from concertation.live.limits import limits
from concertation.live.transport import Frame, QueueTransport, UvicornTransport
from tests.live import board


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_frame_is_the_text_frame_of_the_standard(size):
    from websockets.frames import Frame as Standard
    from websockets.frames import Opcode

    text = "é" * (size // 2) + "x" * (size % 2)

    assert Frame(text).wire == Standard(Opcode.TEXT, text.encode()).serialize(mask=False)


class Pipe:
    """A transport whose reader takes nothing until told to."""

    def __init__(self):
        self.taken, self.queued, self.is_open, self.closed, self.aborted = [], [], False, None, False

    def write(self, frame):
        (self.taken if self.is_open else self.queued).append(frame.text)

    def pending(self):
        return sum(map(len, self.queued))

    def drain(self):
        self.taken += self.queued
        self.queued = []

    async def close(self, code):
        self.closed = code

    def abort(self):
        self.aborted = True


@pytest.fixture
def pipe():
    return Pipe()


@pytest.fixture
def connection(pipe):
    return Connection(pipe, Reader(), "127.0.0.1")


def frame(n, size=10_000):
    return Frame(f"{n:06}" + "x" * (size - 6))


def numbers(pipe):
    return [int(text[:6]) for text in pipe.taken]


def test_what_was_missed_goes_before_what_came_meanwhile(connection, pipe):
    pipe.is_open = True
    connection.deliver(frame(3))
    connection.deliver(frame(4))
    connection.begin([frame(1), frame(2)])
    connection.deliver(frame(5))

    assert numbers(pipe) == [1, 2, 3, 4, 5]


def test_a_reader_who_pauses_gets_everything_in_order_when_they_read_again(connection, pipe):
    connection.begin([])
    for n in range(20):
        connection.deliver(frame(n))
    assert pipe.pending() <= limits.park_bytes + 10_000

    while connection.parked_at is not None:
        pipe.drain()
        connection.resume()
    connection.deliver(frame(20))
    pipe.drain()

    assert numbers(pipe) == list(range(21))


def test_a_reader_who_does_not_read_is_given_so_much_memory_and_time_and_no_more(connection, pipe):
    connection.begin([])
    while not connection.is_too_slow(time.monotonic()):
        connection.deliver(frame(1))
        held = pipe.pending() + connection._buffered_bytes
    assert held <= limits.park_bytes + limits.parked_bytes + 20_000

    while connection.parked_at is not None:
        pipe.drain()
        connection.resume()
    for _ in range(8):
        connection.deliver(frame(2))
    assert not connection.is_too_slow(connection.parked_at + limits.parked_seconds - 1)
    assert connection.is_too_slow(connection.parked_at + limits.parked_seconds + 1)


def test_a_long_absence_is_told_to_the_end_to_a_reader_who_takes_it_slowly(connection, pipe):
    """A phone that slept: more is owed to it than may wait for a reader who does not read, and it takes a little."""
    missed = 4 * limits.parked_bytes // 10_000
    connection.begin([frame(n) for n in range(missed)])
    rounds = 0
    while connection.parked_at is not None:
        assert not connection.is_too_slow(connection.parked_at + limits.parked_seconds - 1)
        before = connection.parked_at
        pipe.taken += [pipe.queued.pop(0)]
        connection.resume()
        assert connection.parked_at is None or connection.parked_at > before
        rounds += 1
    pipe.drain()

    assert numbers(pipe) == list(range(missed))
    assert rounds > 50


def test_what_was_owed_once_is_no_licence_for_later(connection, pipe):
    connection.begin([frame(n) for n in range(100)])
    while connection.parked_at is not None:
        pipe.drain()
        connection.resume()
    while not connection.is_too_slow(time.monotonic()):
        connection.deliver(frame(1))

    assert connection._buffered_bytes <= limits.parked_bytes + 10_000


class Server:
    """uvicorn's protocol, as far as our adapter looks at it."""

    def __init__(self, *, is_writable):
        self.writable, self.transport, self.aborted = asyncio.Event(), self, False
        if is_writable:
            self.writable.set()

    def abort(self):
        self.aborted = True


@pytest.mark.parametrize(("is_writable", "sent", "aborted"), [(True, [4403], False), (False, [], True)])
def test_under_uvicorn_a_reader_who_takes_nothing_is_cut_rather_than_waited_for(is_writable, sent, aborted):
    told = []

    async def close():
        async def send(message):
            await server.writable.wait()
            told.append(message["code"])

        server = Server(is_writable=is_writable)
        await UvicornTransport(server, send).close(4403)
        return server.aborted

    assert (asyncio.run(close()), told) == (aborted, sent)


def test_a_reader_who_is_cut_is_sent_nothing_more(connection, pipe):
    connection.begin([])
    for n in range(20):
        connection.deliver(frame(n))
    connection.cut()
    connection.deliver(frame(99))
    connection.resume()

    assert pipe.aborted
    assert pipe.closed is None
    assert 99 not in numbers(pipe)


def test_a_reader_who_reads_is_told_why_they_are_closed(connection, pipe):
    pipe.is_open = True
    connection.begin([])
    asyncio.run(connection.close(4403))
    asyncio.run(connection.close(1012))

    assert pipe.closed == 4403


def test_an_unknown_server_is_sent_frames_one_by_one_and_closed_after_them():
    sent = []

    async def send(message):
        await asyncio.sleep(0)
        sent.append(message.get("text") or message["code"])

    async def run():
        transport = QueueTransport(send)
        for text in "abc":
            transport.write(Frame(text))
        assert transport.pending() == 9
        await transport.close(4403)

    asyncio.run(run())

    assert sent == ["a", "b", "c", 4403]


def deaf(server):
    """A browser that opens its socket and then reads nothing, with the smallest buffer the system gives."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect(("localhost", server.port))
    return server.open("board:1", sock=raw, max_queue=1)


# So many that what they are not sent would show in the server's memory if it were kept for them.
DEAF = 15


def test_readers_who_do_not_read_are_cut_and_the_others_do_not_feel_it(any_server):
    with any_server.open("board:1") as reader:
        reader.read()
        slow = [deaf(any_server) for _ in range(DEAF)]
        before = memory_of(any_server.process.pid)
        notes, seen = [], []
        for batch in range(5):
            notes += [board.post(f"{batch} {n} " + "y" * 100, kind=board.LONG) for n in range(50)]
            seen += [event["obj"] for event in reader.events(50)]

        assert seen == [f"note:{note.pk}" for note in notes]
        # Ten megabytes were sent to each.
        assert memory_of(any_server.process.pid) - before < DEAF * 4_000_000
        board.post("encore")
        assert reader.events(1)
        told = next((frame for frame in reversed(reader.frames) if frame["type"] == "presence"), {})
        while told.get("readers") != 1:
            told = reader.next("presence")
        assert len(slow) == DEAF


def memory_of(pid):
    with open(f"/proc/{pid}/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
