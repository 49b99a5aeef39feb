"""A thousand readers in a process of their own: ``live_load.py ws://… COUNT [DEAF]``, then one command a line on stdin.

``burst N`` asks the server for N events and tells, as a line of JSON, how long it took until the last reader had the
last of them, what was lost or doubled, how late each came and how busy this process was. ``mark``, then ``expect N``,
is the same for events that another process asks for. ``DEAF`` readers do not read.
"""

import asyncio
import base64
import json
import os
import re
import resource
import sys
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

PATIENCE = 90.0
SENT_AT = re.compile(rb'"t":([0-9.]+)')


class Reader(asyncio.Protocol):
    """Reads frames and counts the events in them; parses no more than it must."""

    def __init__(self, request: bytes, crowd: "Crowd") -> None:
        self.request, self.crowd = request, crowd
        self.buffer = bytearray()
        self.is_open = False
        self.events = 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self.request)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.crowd.is_over:
            print(json.dumps({"refused": f"cut after {self.crowd.opened} readers: {error}"}), flush=True)
            os._exit(1)

    def data_received(self, data: bytes) -> None:
        buffer = self.buffer
        buffer += data
        if not self.is_open:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if not buffer.startswith(b"HTTP/1.1 101"):
                print(json.dumps({"refused": buffer[:80].decode("latin-1")}), flush=True)
                os._exit(1)
            del buffer[: end + 4]
            self.is_open = True
            self.crowd.opened += 1
        start = 0
        while len(buffer) - start >= 2:
            size, head = buffer[start + 1], 2
            if size == 126:
                size, head = int.from_bytes(buffer[start + 2 : start + 4]), 4
            elif size == 127:
                size, head = int.from_bytes(buffer[start + 2 : start + 10]), 10
            if len(buffer) - start < head + size:
                break
            if buffer[start] == 0x81:
                self.heard(buffer[start + head : start + head + size])
            elif buffer[start] == 0x89:
                pong = bytes([0x8A, 0x80 | size, 0, 0, 0, 0]) + buffer[start + head : start + head + size]
                self.transport.write(pong)
            start += head + size
        del buffer[:start]

    def heard(self, payload: bytearray) -> None:
        count = payload.count(b'"seq":')
        if count:
            self.events += count
            self.crowd.received(count, payload)


class Crowd:
    def __init__(self, url: str, count: int, deaf: int) -> None:
        self.parts = urlsplit(url)
        self.room = parse_qs(self.parts.query)["salon"][0]
        self.count, self.deaf = count, deaf
        self.opened = self.total = 0
        self.last = 0.0
        self.is_over = False
        self.late: list[float] = []
        self.readers: list[Reader] = []

    def request(self, path: str) -> bytes:
        key = base64.b64encode(os.urandom(16)).decode()
        host = f"{self.parts.hostname}:{self.parts.port}"
        return (
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode()

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        path = f"{self.parts.path or '/'}?{self.parts.query}"
        for number in range(self.count + self.deaf):
            make = lambda: Reader(self.request(path), self)  # noqa: E731
            transport, reader = await loop.create_connection(make, self.parts.hostname, self.parts.port)
            if number >= self.count:
                await asyncio.sleep(0.05)
                transport.pause_reading()
            else:
                self.readers.append(reader)
            while number - self.opened > 10:
                await asyncio.sleep(0.005)
        while self.opened < self.count:
            await asyncio.sleep(0.01)
        await asyncio.sleep(1)

    def received(self, count: int, payload: bytearray) -> None:
        self.total += count
        self.last = time.time()
        if self.late is not None and (sent := SENT_AT.search(payload)):
            self.late.append(self.last - float(sent[1]))

    def mark(self) -> None:
        self.before = [reader.events for reader in self.readers]
        self.total, self.late = 0, []

    async def burst(self, events: int) -> dict[str, Any]:
        self.mark()
        began, busy = time.time(), time.process_time()
        await self.ask(events)
        return await self.expect(events, began, busy)

    async def expect(self, events: int, began: float = 0.0, busy: float = 0.0) -> dict[str, Any]:
        """Wait until everyone has so many events since the mark, and say how it went."""
        await self.all_have(events * self.count)
        busy = time.process_time() - busy
        if self.total < events * self.count:
            return {"lost": events * self.count - self.total}
        elapsed = self.last - began
        await asyncio.sleep(0.3)
        each = [reader.events - count for reader, count in zip(self.readers, self.before, strict=True)]
        late = sorted(self.late)
        return {
            "rate": events * self.count / elapsed,
            "elapsed": elapsed,
            "last": self.last,
            "lost": sum(max(0, events - one) for one in each),
            "doubled": sum(max(0, one - events) for one in each),
            "cpu": busy / elapsed,
            "p99": late[int(len(late) * 0.99)] if late else None,
        }

    async def ask(self, events: int) -> None:
        host, port = self.parts.hostname, self.parts.port
        reader, writer = await asyncio.open_connection(host, port)
        request = f"GET /burst/?room={self.room}&n={events} HTTP/1.1\r\nHost: {host}:{port}\r\n"
        writer.write(f"{request}Connection: close\r\n\r\n".encode())
        answer = await reader.read()
        assert b"200" in answer[:20], answer[:200]
        writer.close()

    async def all_have(self, deliveries: int) -> None:
        end = time.monotonic() + PATIENCE
        while self.total < deliveries and time.monotonic() < end:
            await asyncio.sleep(0.002)


async def main(url: str, count: int, deaf: int) -> None:
    crowd = Crowd(url, count, deaf)
    await crowd.connect()
    print(json.dumps({"connected": count}), flush=True)
    loop = asyncio.get_running_loop()
    while command := (await loop.run_in_executor(None, sys.stdin.readline)).split():
        if command[0] == "mark":
            crowd.mark()
            print("{}", flush=True)
        else:
            told = crowd.burst if command[0] == "burst" else crowd.expect
            print(json.dumps(await told(int(command[1]))), flush=True)


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0))
