"""One open socket: what it is owed, and what becomes of it when its reader does not read."""

from collections import deque
from time import monotonic

from .limits import limits
from .readers import Reader, Seat
from .transport import Frame, Transport

RESYNC = 4409


class Connection:
    """A reader's socket. It starts held: frames wait until what the reader missed has been sent before them."""

    __slots__ = (
        "_held",
        "_waiting",
        "_waiting_bytes",
        "address",
        "closed",
        "parked_at",
        "reader",
        "seats",
        "transport",
    )

    def __init__(self, transport: Transport, reader: Reader, address: str) -> None:
        self.transport = transport
        self.reader = reader
        self.address = address
        self.seats: list[Seat] = []
        self.closed = False
        self.parked_at: float | None = None
        self._held = True
        self._waiting: deque[Frame] = deque()
        self._waiting_bytes = 0

    def deliver(self, frame: Frame) -> None:
        """Send now, or after what already waits; the one call for each frame and reader, so it stays short."""
        if self.closed:
            return
        if self._held or self.parked_at is not None:
            self._waiting.append(frame)
            self._waiting_bytes += len(frame.wire)
            return
        self.transport.write(frame)
        if self.transport.pending() > limits.park_bytes:
            self.parked_at = monotonic()

    def begin(self, frames: list[Frame]) -> None:
        """Send what was missed, then what came meanwhile; from now on the socket is live."""
        self._waiting.extendleft(reversed(frames))
        self._waiting_bytes += sum(len(frame.wire) for frame in frames)
        self._held = False
        self.resume()

    def resume(self) -> None:
        """Send what waits, as far as the reader takes it."""
        while self._waiting and not self.closed:
            if self.transport.pending() > limits.park_bytes:
                self.parked_at = self.parked_at or monotonic()
                return
            frame = self._waiting.popleft()
            self._waiting_bytes -= len(frame.wire)
            self.transport.write(frame)
        if self.transport.pending() <= limits.park_bytes:
            self.parked_at = None

    def is_too_slow(self, now: float) -> bool:
        """Whether this reader has had their share of our memory and patience."""
        return self.parked_at is not None and (
            self._waiting_bytes > limits.parked_bytes or now - self.parked_at > limits.parked_seconds
        )

    async def close(self, code: int) -> None:
        """Say why and hang up. If something still waits for a slow reader, it is dropped rather than sent."""
        if self.closed:
            return
        self.closed = True
        self._waiting.clear()
        if self.parked_at is not None:
            self.transport.abort()
        else:
            await self.transport.close(code)
