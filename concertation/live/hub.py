"""One hub in each process: it joins a room once for all its readers, reads once, renders once a class, encodes once.

It pulls. A wake-up only says that there may be something to read, and the numbers of all rooms are read every second
anyway, so that a lost wake-up, a killed process or a job elsewhere cost a second and never an event.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from channels.layers import get_channel_layer
from django.db import close_old_connections
from django.utils import timezone

from . import wakeup
from .access import Seat, check
from .audience import Audience
from .connection import Connection
from .cursor import reached
from .frames import Batch, draw, encode, frames_of, news, reload_frame
from .limits import limits
from .presence import Presence
from .transport import Frame

logger = logging.getLogger(__name__)
T = TypeVar("T")

RESTART = 1012
# Writing to many sockets is pure computation: let requests through in between.
WRITES_AT_A_TIME = 250


class HubStopped(Exception):
    """The server is going: whoever asks the hub for something is told to come back."""


class RoomHere:
    """A room as far as this process has told it, and its readers by class."""

    __slots__ = ("readers", "seq")

    def __init__(self, seq: int) -> None:
        self.seq = seq
        self.readers: dict[Audience, set[Connection]] = defaultdict(set)

    def classes(self) -> set[Audience]:
        return {audience for audience, readers in self.readers.items() if readers}


class Hub:
    """Lives in the event loop of the server; everything that touches the database runs in threads of its own: two for
    those who arrive, and two for its chores, so that five hundred who come back at once delay neither the news nor the
    check of who may still read.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.connections: set[Connection] = set()
        self.is_stopping = False
        self._rooms: dict[str, RoomHere] = {}
        self._behind: dict[str, int] = {}
        self._news = asyncio.Event()
        self._access_changed = asyncio.Event()
        self._chores = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live")
        self._arrivals = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live-arrivals")
        self._layer = get_channel_layer() if wakeup.is_shared() else None
        self._tasks: list[asyncio.Task[None]] = []
        self._passing_on: set[asyncio.Task[None]] = set()
        self.presence = Presence()
        self._is_counted = False

    def start(self) -> None:
        chores: list[tuple[Callable[[], Coroutine[Any, Any, None]], float]] = [
            (self._tell_news, 0),
            (self._look_for_news, limits.poll),
            (self._check_when_due, limits.recheck),
            (self._beat, limits.beat),
            (self._tell_presence, limits.presence),
            (self._cut_slow_readers, 0.25),
        ]
        self._tasks = [self.loop.create_task(_forever(chore, period)) for chore, period in chores]
        if self._layer is not None:
            self._tasks.append(self.loop.create_task(_forever(self._listen, 1)))
        wakeup.attach(self.wake, self.recheck)

    async def stop(self, code: int = RESTART) -> None:
        """Take nobody in, tell everybody that we are back soon."""
        self.is_stopping = True
        wakeup.attach(None)
        for task in self._tasks:
            task.cancel()
        await self.close_all(dict.fromkeys(self.connections, code))
        for threads in (self._chores, self._arrivals):
            threads.shutdown(wait=False, cancel_futures=True)

    async def in_turn(self, work: Callable[..., T], *args: Any) -> T:
        """Read the database for a socket that arrives, when its turn has come."""
        return await self._in(self._arrivals, work, *args)

    async def in_thread(self, work: Callable[..., T], *args: Any) -> T:
        """Read the database for all who are here."""
        return await self._in(self._chores, work, *args)

    async def _in(self, threads: ThreadPoolExecutor, work: Callable[..., T], *args: Any) -> T:
        """Away from the event loop; a hub that has stopped reads no more."""
        if self.is_stopping:
            raise HubStopped
        try:
            return await self.loop.run_in_executor(threads, partial(_with_fresh_connections, work, *args))
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # Its turn had not come when we stopped: the work is cancelled, whoever asked for it is not.
            raise HubStopped from None

    # Readers ------------------------------------------------------------------------------------------------------

    def enter(self, connection: Connection, seats: Iterable[Seat], seqs: Mapping[str, int]) -> None:
        """Subscribe, before anything is replayed: what is committed from here on waits in the connection."""
        self.connections.add(connection)
        for seat in seats:
            connection.seats.append(seat)
            for key in seat.keys:
                room = self._rooms.setdefault(key, RoomHere(seqs[key]))
                room.readers[seat.audience].add(connection)

    def leave(self, connection: Connection) -> None:
        self.connections.discard(connection)
        for seat in connection.seats:
            for key in seat.keys:
                if (room := self._rooms.get(key)) is not None:
                    room.readers[seat.audience].discard(connection)
                    if not room.classes():
                        del self._rooms[key]
        connection.seats.clear()

    async def close(self, connection: Connection, code: int) -> None:
        self.leave(connection)
        await connection.close(code)

    async def close_all(self, codes: Mapping[Connection, int]) -> None:
        """All at once: one that cannot be closed well keeps none of the others."""
        closing = [self.close(connection, code) for connection, code in codes.items()]
        for error in await asyncio.gather(*closing, return_exceptions=True):
            if isinstance(error, Exception):
                logger.info("A socket was gone before it was closed (%s).", type(error).__name__)

    async def _check_when_due(self) -> None:
        """Check every ``limits.audit`` seconds, and as soon as someone may have lost their access."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._access_changed.wait(), limits.audit)
        self._access_changed.clear()
        await self.check_readers()

    async def check_readers(self) -> None:
        """Close whoever is no longer logged in (4401) or may no longer read (4403); nothing is sent to them after."""
        here = list(self.connections)
        if not here:
            return
        seats = {seat for connection in here for seat in connection.seats}
        found = await self.in_thread(check, {connection.reader for connection in here}, seats, timezone.now())
        codes = {connection: found.code_for(connection.reader, connection.seats) for connection in here}
        await self.close_all({connection: code for connection, code in codes.items() if code})
        for connection in here:
            for seat in found.grown.intersection(connection.seats):
                connection.deliver(Frame(encode(reload_frame(seat.address))))

    async def _cut_slow_readers(self) -> None:
        now = monotonic()
        for connection in [one for one in self.connections if one.parked_at is not None]:
            connection.resume()
            if connection.is_too_slow(now):
                self.leave(connection)
                connection.cut()

    async def _beat(self) -> None:
        """A sign of life that names the last number of each room, so that a reader notices what they lack."""
        now, frames = timezone.now().isoformat(), {}
        for connection in list(self.connections):
            keys = tuple(key for seat in connection.seats for key in seat.keys)
            if keys not in frames:
                rooms = {key: self._rooms[key].seq for key in keys}
                frames[keys] = Frame(encode({"type": "beat", "now": now, "rooms": rooms}))
            connection.deliver(frames[keys])

    async def _tell_presence(self) -> None:
        here = self.presence.here(self.connections)
        # Also once after the last reader has left, lest the others count them until they forget us.
        if self._layer is not None and (here["readers"] or self._is_counted):
            await self._layer.group_send(wakeup.GROUP, here)
            self._is_counted = bool(here["readers"])
        there = self.presence.everywhere(here)
        seats = {seat for connection in self.connections for seat in connection.seats}
        written = set().union(*(one.writing for one in there.values()))
        audiences = {seat.audience for seat in seats} | {Audience(writer) for _under, writer in written}
        objects = {under for under, _writer in written}
        open_to = await self.in_thread(_open_to_replies, objects, audiences) if written else {}
        frames = {seat: Frame(encode(frame)) for seat, frame in self.presence.changes(there, seats, open_to).items()}
        for connection in list(self.connections) if frames else ():
            for seat in connection.seats:
                if seat in frames:
                    connection.deliver(frames[seat])

    # News ---------------------------------------------------------------------------------------------------------

    def wake(self, seqs: Mapping[str, int]) -> None:
        """Called from the thread of the request that committed: look at these rooms, and tell the other processes."""
        self._hear_soon({"type": "live.wake", "rooms": dict(seqs)})

    def recheck(self) -> None:
        """Called likewise: someone may have lost their access."""
        self._hear_soon({"type": "live.recheck"})

    def _hear_soon(self, message: dict[str, Any]) -> None:
        try:
            self.loop.call_soon_threadsafe(self._woken, message)
        except RuntimeError:
            wakeup.attach(None)

    def _woken(self, message: dict[str, Any]) -> None:
        self._hear(message)
        if self._layer is not None:
            task = self.loop.create_task(self._pass_on(message))
            self._passing_on.add(task)
            task.add_done_callback(self._passing_on.discard)

    async def _pass_on(self, message: dict[str, Any]) -> None:
        assert self._layer is not None
        try:
            await self._layer.group_send(wakeup.GROUP, message)
        except Exception as error:  # noqa: BLE001 - whatever the layer raises, the table is read anyway
            logger.warning("A wake-up was not passed on (%s); the others will see it within two seconds.", error)

    async def _listen(self) -> None:
        assert self._layer is not None
        # The default prefix: with another one a channel of its own starves on Redis.
        channel = await self._layer.new_channel()
        await self._layer.group_add(wakeup.GROUP, channel)
        while True:
            self._hear(await self._layer.receive(channel))

    def _hear(self, message: Mapping[str, Any]) -> None:
        """A message of another process, or of a request here."""
        match message["type"]:
            case "live.presence":
                self.presence.hear(message)
            case "live.recheck":
                self._access_changed.set()
            case _:
                self._note(message["rooms"])

    def _note(self, seqs: Mapping[str, int]) -> None:
        for key, seq in seqs.items():
            if self._is_behind(key, seq):
                self._behind[key] = max(seq, self._behind.get(key, 0))
                self._news.set()

    def _is_behind(self, key: str, seq: int) -> bool:
        return key in self._rooms and self._rooms[key].seq < seq

    async def _look_for_news(self) -> None:
        if self._rooms:
            self._note(await self.in_thread(reached, list(self._rooms)))

    async def _tell_news(self) -> None:
        await self._news.wait()
        self._news.clear()
        known = {key: seq for key, seq in self._behind.items() if self._is_behind(key, seq)}
        self._behind.clear()
        batches = await self.in_thread(news, {key: self._rooms[key].seq for key in known})
        for batch in batches:
            await self._tell(batch)
        for key in known.keys() - {batch.room for batch in batches}:
            self._own_up(key, known[key])
        # A room may be further behind than one frame holds.
        self._note(known)
        await asyncio.sleep(limits.tick)

    def _own_up(self, key: str, seq: int) -> None:
        """Events known before the table was read are not in it: they were forgotten while we slept. Say so."""
        if not self._is_behind(key, seq):
            return
        room = self._rooms[key]
        room.seq = seq
        frame = Frame(encode(reload_frame(key)))
        for connection in set().union(*room.readers.values()):
            connection.deliver(frame)

    async def _tell(self, batch: Batch) -> None:
        """Draw and encode the batch once for each class that is here, and hand the same bytes to all of it."""
        room = self._rooms.get(batch.room)
        if room is None or batch.last <= room.seq:
            return
        frames: dict[Audience, list[Frame]] = {}
        # A class may arrive while another is being drawn: whoever is here when we deliver has its frames.
        while absent := room.classes() - frames.keys():
            for audience in absent:
                frames[audience] = await self.in_thread(_encoded, batch, audience)
        room.seq = batch.last
        for audience, encoded in frames.items():
            await _deliver(encoded, list(room.readers[audience]))


async def _deliver(frames: list[Frame], readers: list[Connection]) -> None:
    for count, connection in enumerate(readers, start=1):
        for frame in frames:
            connection.deliver(frame)
        if count % WRITES_AT_A_TIME == 0:
            await asyncio.sleep(0)


def _encoded(batch: Batch, audience: Audience) -> list[Frame]:
    drawn = draw((told.obj for told in batch.told), audience)
    return [Frame(encode(frame)) for frame in frames_of(batch, drawn)]


def _open_to_replies(objects: Iterable[str], classes: Iterable[Audience]) -> dict[Audience, set[tuple[str, str]]]:
    """Return, for each class, the address and name of the objects that it sees and that take replies now."""
    return {
        one: {(row.replies_at, obj) for obj, row in draw(objects, one).items() if row and row.replies_at}
        for one in classes
    }


def _with_fresh_connections(work: Callable[..., T], *args: Any) -> T:
    close_old_connections()
    try:
        return work(*args)
    finally:
        close_old_connections()


async def _forever(chore: Callable[[], Coroutine[Any, Any, None]], period: float) -> None:
    """A chore that fails is logged and done again: a database that is away for a while must not end the channel."""
    while True:
        try:
            await chore()
        except Exception:
            logger.exception("The live channel could not %s; it tries again.", getattr(chore, "__name__", "work"))
            await asyncio.sleep(1)
        await asyncio.sleep(period)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub_here() -> Hub:
    """The hub of this process, started with its first reader."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub(loop)
        _hubs[loop].start()
    return _hubs[loop]


async def stop_hub_here() -> None:
    """The stopped hub stays: a socket that was just being opened is told to come back."""
    hub = _hubs.get(asyncio.get_running_loop())
    if hub is not None:
        await hub.stop()
    layer = get_channel_layer()
    if layer is not None and hasattr(layer, "flush"):
        # Closes the layer's own connections, which would otherwise be cut under it with a traceback.
        await layer.flush()
