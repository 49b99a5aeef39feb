"""Send frames to one open socket, buffer them while it is slow, cut it if it stays so."""

from collections import deque
from time import monotonic

from .access import Reader, Seat
from .limits import limits
from .transport import Frame, Transport


class Connection:
    """A reader's socket. Frames are buffered until ``begin`` has sent the replay before them."""

    __slots__ = (
        "_allowed",
        "_buffer",
        "_buffered_bytes",
        "_is_replaying",
        "_pending",
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
        # Address and object under which a reply is being written, when that expires, and the writer's audience.
        self.writing: tuple[str, str, float, int] | None = None
        self.closed = False
        self.parked_at: float | None = None
        self._is_replaying = True
        # Bytes that may be buffered here, and bytes buffered by the server when last checked.
        self._allowed = limits.parked_bytes
        self._pending = 0
        self._buffer: deque[Frame] = deque()
        self._buffered_bytes = 0

    def deliver(self, frame: Frame) -> None:
        """Send or buffer a frame. Called for each frame and reader, so it stays short."""
        if self.closed:
            return
        if self._is_replaying or self.parked_at is not None:
            self._buffer.append(frame)
            self._buffered_bytes += len(frame.wire)
            return
        self.transport.write(frame)
        if self.transport.pending() > limits.park_bytes:
            self.parked_at = monotonic()

    def begin(self, frames: list[Frame]) -> None:
        """Send the replay, then the frames buffered meanwhile, and go live.

        The replay is not counted against a slow reader, however long it is.
        """
        missed = sum(len(frame.wire) for frame in frames)
        self._allowed += missed
        self._buffer.extendleft(reversed(frames))
        self._buffered_bytes += missed
        self._is_replaying = False
        self.resume()

    def resume(self) -> None:
        """Send buffered frames, as far as the reader takes them."""
        while self._buffer and not self.closed:
            if self._is_full():
                return
            frame = self._buffer.popleft()
            self._buffered_bytes -= len(frame.wire)
            self.transport.write(frame)
        if not self._is_full():
            self.parked_at = None
            self._allowed = limits.parked_bytes

    def _is_full(self) -> bool:
        """Return whether the server's buffer is full; restart the reader's time limit if it has shrunk."""
        before, self._pending = self._pending, self.transport.pending()
        is_full = self._pending > limits.park_bytes
        if (is_full and self.parked_at is None) or (self.parked_at is not None and self._pending < before):
            self.parked_at = monotonic()
        return is_full

    def is_too_slow(self, now: float) -> bool:
        """Return whether this reader has exceeded the limit of bytes or of time."""
        return self.parked_at is not None and (
            self._buffered_bytes > self._allowed or now - self.parked_at > limits.parked_seconds
        )

    def cut(self) -> None:
        """Drop the connection without a close frame, which a reader that takes nothing would not read."""
        self.closed = True
        self._buffer.clear()
        self.transport.abort()

    async def close(self, code: int) -> None:
        """Send ``code`` and close; drop the connection of a slow reader with its buffer."""
        if self.closed:
            return
        if self.parked_at is not None:
            self.cut()
            return
        self.closed = True
        self._buffer.clear()
        await self.transport.close(code)
