"""Chaos: sockets killed, frames dropped, servers stopped and killed; everyone ends with the database's list, in order.

Short here; ``CHAOS=long`` (``make chaos``) is the long form. With ``REDIS_URL`` the layer is flushed once as well.
"""

import asyncio
import json
import os
import random
import signal
import threading
import time
from urllib.parse import urlencode
from urllib.request import urlopen

import websockets
from django.conf import settings
from django.db import connection

from concertation.live.models import Event
from tests.live import board

IS_LONG = os.environ.get("CHAOS") == "long"
CLIENTS, EVENTS = (30, 500) if IS_LONG else (12, 120)
CROWD = 500 if IS_LONG else 60
PAUSE = 0.1 if IS_LONG else 0.05
KEY = "board:1:public"


class Client:
    """A page without a browser: reads, loses frames on purpose, is cut at random, and puts itself right."""

    def __init__(self, url: str, seed: int) -> None:
        self.url, self.chance = url, random.Random(seed)
        self.mine = 0
        self.told: list[int] = []
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

    async def hear(self, frame: dict) -> None:
        assert frame["type"] != "reload", "nothing here is old enough to be forgotten"
        if frame["type"] != "events" or frame["to"] <= self.mine:
            return
        if frame["from"] > self.mine:
            self.mended += 1
            await self.ask()
            return
        self.told += [event["seq"] for event in frame["events"] if event["seq"] > self.mine]
        self.mine = frame["to"]

    async def ask(self) -> None:
        """The gap over HTTP, as the page does; also how everyone catches up in the end."""
        try:
            answer = await asyncio.to_thread(urlopen, f"{self.url}/direct/rattrapage/?{self.query()}", timeout=20)
        except OSError:
            return
        for frame in json.load(answer)["frames"]:
            await self.hear(frame)

    def query(self) -> str:
        return urlencode({"salon": "board:1", "depuis": f"{KEY}={self.mine}"})


def havoc(server, over: threading.Event) -> None:
    """Two stops and one kill, and, where there is a Redis, a layer that forgets everything."""
    steps = [signal.SIGTERM, signal.SIGKILL, "redis", signal.SIGTERM]
    for step in steps:
        time.sleep(2 if not IS_LONG else 8)
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
    over.set()


def write(over: threading.Event) -> None:
    count = 0
    while count < EVENTS or not over.is_set():
        board.post(f"{count}")
        count += 1
        time.sleep(PAUSE)
    connection.close()


def test_chaos_loses_nothing_doubles_nothing_and_keeps_the_order(server):
    clients = [Client(server.url, seed) for seed in range(CLIENTS)]
    over = threading.Event()

    async def everything() -> None:
        enough = asyncio.Event()
        readers = [asyncio.create_task(client.run(enough)) for client in clients]
        await asyncio.gather(asyncio.to_thread(write, over), asyncio.to_thread(havoc, server, over))
        enough.set()
        await asyncio.gather(*readers)
        for client in clients:
            await client.ask()

    asyncio.run(everything())

    last = Event.objects.filter(room__key=KEY).count()
    for client in clients:
        assert client.mine == last
        # An object changed twice in a tick is told once; here each event has an object of its own, so all are there.
        assert client.told == list(range(1, last + 1))
    assert sum(client.dropped for client in clients) > 0
    assert sum(client.cut for client in clients) > CLIENTS


def test_chaos_of_all_who_come_back_together_after_a_restart(server):
    """Each is told what was missed: by socket those who are let in, by asking those beyond the limit of one address."""
    board.post("avant")
    server.stop()
    server.start()

    async def come(number: int) -> int:
        client = Client(server.url, number)
        await asyncio.sleep(client.chance.uniform(0, 3))
        address = f"ws{server.url.removeprefix('http')}/direct/?{client.query()}"
        try:
            async with websockets.connect(address, origin=server.url, open_timeout=30) as socket:
                while client.mine < 1:
                    await client.hear(json.loads(await socket.recv()))
        except websockets.ConnectionClosed as closed:
            assert closed.rcvd.code == 4429
            await client.ask()
        return client.mine

    async def all_come() -> list[int]:
        return await asyncio.gather(*(come(number) for number in range(CROWD)))

    assert asyncio.run(all_come()) == [1] * CROWD
