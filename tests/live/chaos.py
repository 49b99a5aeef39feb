"""What goes wrong on purpose, for pages with and without a browser.

Short in ``make test``, long with ``CHAOS=long`` (``make chaos``); with ``REDIS_URL`` the layer is flushed as well.
"""

import asyncio
import json
import os
import random
import signal
import threading
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import websockets
from django.conf import settings

from tests.serving import Served

IS_LONG = os.environ.get("CHAOS") == "long"


class Client:
    """A client without a browser: it reads, loses frames on purpose, is disconnected at random, and recovers."""

    def __init__(self, url: str, seed: int, address: str) -> None:
        self.url, self.chance = url, random.Random(seed)
        self.address, self.key = address, f"{address}:public"
        self.mine = 0
        self.told: list[dict[str, Any]] = []
        self.mended = self.dropped = self.cut = 0

    async def run(self, until: asyncio.Event) -> None:
        while not until.is_set():
            try:
                await self.connect()
            except (OSError, websockets.WebSocketException):
                self.cut += 1
            await asyncio.sleep(self.chance.uniform(0.05, 0.3))

    async def connect(self) -> None:
        address = f"ws{self.url.removeprefix('http')}/direct/?{self.query()}"
        async with websockets.connect(address, origin=self.url, compression=None, max_size=None) as socket:
            end = time.monotonic() + self.chance.uniform(0.2, 2)
            while (left := end - time.monotonic()) > 0:
                try:
                    frame = json.loads(await asyncio.wait_for(socket.recv(), left))
                except TimeoutError:
                    break
                if frame["type"] == "events" and self.chance.random() < 0.05:
                    self.dropped += 1
                    continue
                await self.hear(frame)
            self.cut += 1
            socket.transport.abort()

    async def hear(self, frame: dict[str, Any]) -> None:
        assert frame["type"] != "reload", "nothing here is old enough to be forgotten"
        if frame["type"] != "events" or frame["to"] <= self.mine:
            return
        if frame["from"] > self.mine:
            self.mended += 1
            await self.ask()
            return
        self.told += [event for event in frame["events"] if event["seq"] > self.mine]
        self.mine = frame["to"]

    async def ask(self) -> None:
        """Fetch the missed events over HTTP, as the page does; also how every client catches up in the end."""
        try:
            answer = await asyncio.to_thread(urlopen, f"{self.url}/direct/rattrapage/?{self.query()}", timeout=20)
        except OSError:
            return
        for frame in json.load(answer)["frames"]:
            await self.hear(frame)

    def query(self) -> str:
        return urlencode({"salon": self.address, "depuis": f"{self.key}={self.mine}"})


def follow(clients: Sequence[Client], over: threading.Event) -> None:
    """Let all clients read until the end, then catch up."""

    async def everyone() -> None:
        enough = asyncio.Event()
        readers = [asyncio.create_task(client.run(enough)) for client in clients]
        await asyncio.to_thread(over.wait)
        enough.set()
        await asyncio.gather(*readers)
        await asyncio.gather(*(client.ask() for client in clients))

    asyncio.run(everyone())


def havoc(server: Served) -> None:
    """Stop the server twice, kill it once and, where there is a Redis, flush the layer."""
    steps = [signal.SIGTERM, signal.SIGKILL, "redis", signal.SIGTERM]
    for step in steps:
        time.sleep(8 if IS_LONG else 1.5)
        if step != "redis":
            server.stop(step)
            server.start()
        elif settings.REDIS_URL:
            import redis

            layer = redis.Redis.from_url(settings.REDIS_URL)
            for client in layer.client_list(_type="pubsub"):
                if client["name"] == settings.REDIS_PREFIX:
                    layer.client_kill_filter(_id=client["id"])
            for key in layer.scan_iter(f"{settings.REDIS_PREFIX}*"):
                layer.delete(key)
