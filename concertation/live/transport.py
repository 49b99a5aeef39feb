"""Write frames to sockets, by one adapter for each server, so that a frame is encoded once for all its readers.

ASGI's ``send`` builds the frame again for every socket and costs a task switch each time. For a known server the
finished bytes go to its transport; for others, frames go through ``send`` from a queue. Every adapter returns the
number of bytes still buffered, by which slow readers are found.
"""

import asyncio
import contextlib
import struct
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Frame:
    """A text frame as it goes over the wire: unmasked, uncompressed, in one piece."""

    __slots__ = ("text", "wire")

    def __init__(self, text: str) -> None:
        payload = text.encode()
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", 0x81, size)
        elif size < 1 << 16:
            head = struct.pack("!BBH", 0x81, 126, size)
        else:
            head = struct.pack("!BBQ", 0x81, 127, size)
        self.text = text
        self.wire = head + payload


class Transport(Protocol):
    def write(self, frame: Frame) -> None:
        """Send or buffer the frame, without blocking."""

    def pending(self) -> int:
        """Return the number of bytes written that the system has not taken yet."""

    async def close(self, code: int) -> None:
        """Send a close frame with ``code`` after all that has been written."""

    def abort(self) -> None:
        """Drop the connection with its buffer."""


def transport_for(send: Send) -> Transport:
    """Return the adapter for the server behind this ``send``."""
    if isinstance(send, partial) and send.args and _is(send.args[0], "daphne.ws_protocol"):
        return DaphneTransport(send.args[0])
    owner = getattr(send, "__self__", None)
    if owner is not None and _is(owner, "uvicorn.protocols.websockets.websockets_sansio_impl"):
        return UvicornTransport(owner, send)
    return QueueTransport(send)


def _is(protocol: object, module: str) -> bool:
    return any(base.__module__ == module for base in type(protocol).__mro__)


class DaphneTransport:
    """Autobahn on Twisted. Bytes that the socket takes at once are written at once; the reactor buffers the rest."""

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol

    def write(self, frame: Frame) -> None:
        protocol, transport = self._protocol, self._protocol.transport
        if protocol.state != protocol.STATE_OPEN or transport is None:
            return
        if protocol.send_queue or not hasattr(transport, "writeSomeData"):
            protocol.sendMessage(frame.text.encode(), False)
            return
        wire = frame.wire
        if not self.pending() and transport.connected:
            taken = transport.writeSomeData(wire)
            if not isinstance(taken, int) or taken < 0:
                transport.loseConnection()
                return
            wire = wire[taken:]
        if wire:
            transport.write(wire)

    def pending(self) -> int:
        transport = self._protocol.transport
        if not hasattr(transport, "dataBuffer"):
            return 0
        return int(len(transport.dataBuffer) - transport.offset + transport._tempDataLen)

    async def close(self, code: int) -> None:
        # Not by ``send``: autobahn lets an application close with 1000 and 3000 to 4999 only, and 1012 is neither.
        if self._protocol.state == self._protocol.STATE_OPEN:
            self._protocol.sendCloseFrame(code=code, isReply=False)

    def abort(self) -> None:
        if self._protocol.transport is not None:
            self._protocol.transport.abortConnection()


class UvicornTransport:
    """uvicorn's ``websockets-sansio`` protocol on an asyncio transport."""

    def __init__(self, protocol: Any, send: Send) -> None:
        self._protocol = protocol
        self._send = send

    def write(self, frame: Frame) -> None:
        if not self._protocol.close_sent and not self._protocol.transport.is_closing():
            self._protocol.transport.write(frame.wire)

    def pending(self) -> int:
        size: int = self._protocol.transport.get_write_buffer_size()
        return size

    async def close(self, code: int) -> None:
        # Its ``send`` blocks on a reader that takes nothing, and would delay the closing of the others.
        if not self._protocol.writable.is_set():
            self.abort()
            return
        await self._send({"type": "websocket.close", "code": code})

    def abort(self) -> None:
        self._protocol.transport.abort()


class QueueTransport:
    """Any other ASGI server: a task sends frames one by one from a queue."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._queue: asyncio.Queue[Frame] = asyncio.Queue()
        self._bytes = 0
        self._task: asyncio.Task[None] | None = None

    def write(self, frame: Frame) -> None:
        self._queue.put_nowait(frame)
        self._bytes += len(frame.wire)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._drain())

    def pending(self) -> int:
        return self._bytes

    async def close(self, code: int) -> None:
        if self._task is not None:
            await asyncio.wait([self._task], timeout=1)
        await self._send({"type": "websocket.close", "code": code})

    def abort(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _drain(self) -> None:
        with contextlib.suppress(OSError):
            while not self._queue.empty():
                frame = self._queue.get_nowait()
                await self._send({"type": "websocket.send", "text": frame.text})
                self._bytes -= len(frame.wire)
