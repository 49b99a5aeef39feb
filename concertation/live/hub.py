"""Push events to all sockets of this process: read once, render once for each audience, encode once.

The hub pulls: a wake-up only means that a room may have new events. The numbers of all rooms are also read every
second, so that a lost wake-up, a killed process or a job in another one costs a second and never an event.
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
from .frames import Batch, encode, events_after, frames_of, reload_frame, render_objects
from .limits import limits
from .presence import Presence
from .transport import Frame

logger = logging.getLogger(__name__)
T = TypeVar("T")

RESTART = 1012
# Writing to many sockets is pure computation: let requests through in between.
WRITES_AT_A_TIME = 250


class HubStopped(Exception):
    """Raised when the server stops: close the socket with RESTART, so that the browser reconnects."""


class RoomHere:
    """A room in this process: the last number pushed, and its readers by audience."""

    __slots__ = ("readers", "seq")

    def __init__(self, seq: int) -> None:
        self.seq = seq
        self.readers: dict[Audience, set[Connection]] = defaultdict(set)

    def audiences(self) -> set[Audience]:
        return {audience for audience, readers in self.readers.items() if readers}


class Hub:
    """Run in the server's event loop, with database work in threads of its own.

    Two threads serve new sockets and two the chores, so that five hundred that reconnect at once delay neither events
    nor access checks.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.connections: set[Connection] = set()
        self.is_stopping = False
        self._rooms: dict[str, RoomHere] = {}
        self._behind: dict[str, int] = {}
        self._has_events = asyncio.Event()
        self._access_changed = asyncio.Event()
        self._chores = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live")
        self._arrivals = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live-arrivals")
        self._layer = get_channel_layer() if wakeup.is_shared() else None
        self._tasks: list[asyncio.Task[None]] = []
        self._forwarding: set[asyncio.Task[None]] = set()
        self.presence = Presence()
        self._is_counted = False

    def start(self) -> None:
        chores: list[tuple[Callable[[], Coroutine[Any, Any, None]], float]] = [
            (self._push_events, 0),
            (self._poll_rooms, limits.poll),
            (self._check_when_due, limits.recheck),
            (self._beat, limits.beat),
            (self._push_presence, limits.presence),
            (self._cut_slow_readers, 0.25),
        ]
        self._tasks = [self.loop.create_task(_forever(chore, period)) for chore, period in chores]
        if self._layer is not None:
            self._tasks.append(self.loop.create_task(_forever(self._listen, 1)))
        wakeup.attach(self.wake, self.recheck)

    async def stop(self, code: int = RESTART) -> None:
        """Refuse new sockets and close the others with ``code``, which asks browsers to reconnect."""
        self.is_stopping = True
        wakeup.attach(None)
        for task in self._tasks:
            task.cancel()
        await self.close_all(dict.fromkeys(self.connections, code))
        for threads in (self._chores, self._arrivals):
            threads.shutdown(wait=False, cancel_futures=True)

    async def in_turn(self, work: Callable[..., T], *args: Any) -> T:
        """Run ``work`` for a new socket, in the queue of new sockets."""
        return await self._in(self._arrivals, work, *args)

    async def in_thread(self, work: Callable[..., T], *args: Any) -> T:
        """Run ``work`` for all connected sockets."""
        return await self._in(self._chores, work, *args)

    async def _in(self, threads: ThreadPoolExecutor, work: Callable[..., T], *args: Any) -> T:
        """Run ``work`` off the event loop; raise ``HubStopped`` if the hub stops first."""
        if self.is_stopping:
            raise HubStopped
        try:
            return await self.loop.run_in_executor(threads, partial(_with_fresh_connections, work, *args))
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # Stopping cancelled the queued work, not the task that awaits it.
            raise HubStopped from None

    # Readers ------------------------------------------------------------------------------------------------------

    def enter(self, connection: Connection, seats: Iterable[Seat], seqs: Mapping[str, int]) -> None:
        """Subscribe a connection before its replay; events committed from now on are buffered in it."""
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
                    if not room.audiences():
                        del self._rooms[key]
        connection.seats.clear()

    async def close(self, connection: Connection, code: int) -> None:
        self.leave(connection)
        await connection.close(code)

    async def close_all(self, codes: Mapping[Connection, int]) -> None:
        """Close all at once; a socket that fails to close does not delay the others."""
        closing = [self.close(connection, code) for connection, code in codes.items()]
        for error in await asyncio.gather(*closing, return_exceptions=True):
            if isinstance(error, Exception):
                logger.info("A socket was gone before it was closed (%s).", type(error).__name__)

    async def _check_when_due(self) -> None:
        """Check every ``limits.audit`` seconds, and at once after an act that may end an access."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._access_changed.wait(), limits.audit)
        self._access_changed.clear()
        await self.check_readers()

    async def check_readers(self) -> None:
        """Close sockets whose session is over (4401) or whose reader may no longer read (4403)."""
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
        """Send the last number of each room, so that a client notices events that it missed."""
        now, frames = timezone.now().isoformat(), {}
        for connection in list(self.connections):
            keys = tuple(key for seat in connection.seats for key in seat.keys)
            if keys not in frames:
                rooms = {key: self._rooms[key].seq for key in keys}
                frames[keys] = Frame(encode({"type": "beat", "now": now, "rooms": rooms}))
            connection.deliver(frames[keys])

    async def _push_presence(self) -> None:
        here = self.presence.here(self.connections)
        # Also once after the last reader has left: other processes would count them until their entry expires.
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

    # Events -------------------------------------------------------------------------------------------------------

    def wake(self, seqs: Mapping[str, int]) -> None:
        """Check these rooms for events, here and in other processes; called from a request thread after its commit."""
        self._receive_soon({"type": "live.wake", "rooms": dict(seqs)})

    def recheck(self) -> None:
        """Check access, here and in other processes; called from a request thread after its commit."""
        self._receive_soon({"type": "live.recheck"})

    def _receive_soon(self, message: dict[str, Any]) -> None:
        try:
            self.loop.call_soon_threadsafe(self._woken, message)
        except RuntimeError:
            wakeup.attach(None)

    def _woken(self, message: dict[str, Any]) -> None:
        self._receive(message)
        if self._layer is not None:
            task = self.loop.create_task(self._forward(message))
            self._forwarding.add(task)
            task.add_done_callback(self._forwarding.discard)

    async def _forward(self, message: dict[str, Any]) -> None:
        assert self._layer is not None
        try:
            await self._layer.group_send(wakeup.GROUP, message)
        except Exception as error:  # noqa: BLE001 - the table is polled anyway
            logger.warning("A wake-up was not forwarded (%s); the other processes will poll it within a second.", error)

    async def _listen(self) -> None:
        assert self._layer is not None
        # The default prefix: with another one a channel of its own starves on Redis.
        channel = await self._layer.new_channel()
        await self._layer.group_add(wakeup.GROUP, channel)
        while True:
            self._receive(await self._layer.receive(channel))

    def _receive(self, message: Mapping[str, Any]) -> None:
        """Handle a message of another process, or of a request in this one."""
        match message["type"]:
            case "live.presence":
                self.presence.receive(message)
            case "live.recheck":
                self._access_changed.set()
            case _:
                self._note(message["rooms"])

    def _note(self, seqs: Mapping[str, int]) -> None:
        for key, seq in seqs.items():
            if self._is_behind(key, seq):
                self._behind[key] = max(seq, self._behind.get(key, 0))
                self._has_events.set()

    def _is_behind(self, key: str, seq: int) -> bool:
        return key in self._rooms and self._rooms[key].seq < seq

    async def _poll_rooms(self) -> None:
        if self._rooms:
            self._note(await self.in_thread(reached, list(self._rooms)))

    async def _push_events(self) -> None:
        await self._has_events.wait()
        self._has_events.clear()
        known = {key: seq for key, seq in self._behind.items() if self._is_behind(key, seq)}
        self._behind.clear()
        batches = await self.in_thread(events_after, {key: self._rooms[key].seq for key in known})
        for batch in batches:
            await self._push(batch)
        for key in known.keys() - {batch.room for batch in batches}:
            self._push_reload(key, known[key])
        # A room may have more events than one frame takes.
        self._note(known)
        await asyncio.sleep(limits.tick)

    def _push_reload(self, key: str, seq: int) -> None:
        """Tell the readers of a room to reload: its events were deleted from the table before they were read."""
        if not self._is_behind(key, seq):
            return
        room = self._rooms[key]
        room.seq = seq
        frame = Frame(encode(reload_frame(key)))
        for connection in set().union(*room.readers.values()):
            connection.deliver(frame)

    async def _push(self, batch: Batch) -> None:
        """Render and encode the batch once for each connected audience, and send all its readers the same bytes."""
        room = self._rooms.get(batch.room)
        if room is None or batch.last <= room.seq:
            return
        frames: dict[Audience, list[Frame]] = {}
        # An audience may connect while another is being rendered: render until all that are connected have frames.
        while absent := room.audiences() - frames.keys():
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
    rendered = render_objects((event.obj for event in batch.events), audience)
    return [Frame(encode(frame)) for frame in frames_of(batch, rendered)]


def _open_to_replies(objects: Iterable[str], audiences: Iterable[Audience]) -> dict[Audience, set[tuple[str, str]]]:
    """Return, for each audience, the address and name of the objects that it sees and that take replies now."""
    return {
        one: {(row.replies_at, obj) for obj, row in render_objects(objects, one).items() if row and row.replies_at}
        for one in audiences
    }


def _with_fresh_connections(work: Callable[..., T], *args: Any) -> T:
    close_old_connections()
    try:
        return work(*args)
    finally:
        close_old_connections()


async def _forever(chore: Callable[[], Coroutine[Any, Any, None]], period: float) -> None:
    """Repeat ``chore``; log a failure and retry, so that a database outage does not end the channel."""
    while True:
        try:
            await chore()
        except Exception:
            logger.exception("The live channel could not %s; it tries again.", getattr(chore, "__name__", "work"))
            await asyncio.sleep(1)
        await asyncio.sleep(period)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub_here() -> Hub:
    """Return the hub of this event loop; start it for the first reader."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub(loop)
        _hubs[loop].start()
    return _hubs[loop]


async def stop_hub_here() -> None:
    """Stop the hub of this event loop; it stays registered, so that a socket being opened gets RESTART."""
    hub = _hubs.get(asyncio.get_running_loop())
    if hub is not None:
        await hub.stop()
    layer = get_channel_layer()
    if layer is not None and hasattr(layer, "flush"):
        # Closes the layer's own connections, which would otherwise be cut under it with a traceback.
        await layer.flush()
