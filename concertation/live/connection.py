"""One open socket: what it is owed, and what becomes of it when its reader does not read."""

from collections import deque
from time import monotonic

from .access import Reader, Seat
from .limits import limits
from .transport import Frame, Transport


class Connection:
    """A reader's socket. It starts held: frames wait until what the reader missed has been sent before them."""

    __slots__ = (
        "_allowed",
        "_held",
        "_pending",
        "_waiting",
        "_waiting_bytes",
        "address",
        "closed",
        "parked_at",
        "reader",
        "seats",
        "transport",
        "writing",
    )

    def __init__(self, transport: Transport, reader: Reader, address: str) -> None:
        self.transport = transport
        self.reader = reader
        self.address = address
        self.seats: list[Seat] = []
        # Where and under what an answer is being written here, and until when that is told.
        self.writing: tuple[str, str, float, int] | None = None
        self.closed = False
        self.parked_at: float | None = None
        self._held = True
        # Bytes that may wait here, and how many waited beyond us when we last looked.
        self._allowed = limits.parked_bytes
        self._pending = 0
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
        """Send what was missed, then what came meanwhile; from now on the socket is live.

        What was missed is owed to a slow reader as well, however long it is.
        """
        missed = sum(len(frame.wire) for frame in frames)
        self._allowed += missed
        self._waiting.extendleft(reversed(frames))
        self._waiting_bytes += missed
        self._held = False
        self.resume()

    def resume(self) -> None:
        """Send what waits, as far as the reader takes it."""
        while self._waiting and not self.closed:
            if self._is_full():
                return
            frame = self._waiting.popleft()
            self._waiting_bytes -= len(frame.wire)
            self.transport.write(frame)
        if not self._is_full():
            self.parked_at = None
            self._allowed = limits.parked_bytes

    def _is_full(self) -> bool:
        """Whether the reader must take something first; every byte they take gives them time again."""
        before, self._pending = self._pending, self.transport.pending()
        is_full = self._pending > limits.park_bytes
        if (is_full and self.parked_at is None) or (self.parked_at is not None and self._pending < before):
            self.parked_at = monotonic()
        return is_full

    def is_too_slow(self, now: float) -> bool:
        """Whether this reader has had their share of our memory and patience."""
        return self.parked_at is not None and (
            self._waiting_bytes > self._allowed or now - self.parked_at > limits.parked_seconds
        )

    def cut(self) -> None:
        """Hang up on a reader who does not read: there is no way to tell them why."""
        self.closed = True
        self._waiting.clear()
        self.transport.abort()

    async def close(self, code: int) -> None:
        """Say why and hang up. If something still waits for a slow reader, it is dropped rather than sent."""
        if self.closed:
            return
        if self.parked_at is not None:
            self.cut()
            return
        self.closed = True
        self._waiting.clear()
        await self.transport.close(code)
