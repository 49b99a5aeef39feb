"""Five hundred readers when the server restarts: each comes back in its own time, with nothing lost."""

import asyncio
import time
from collections import Counter
from typing import Any

import pytest
from django.db import connection

from tests.live import board
from tests.live.conftest import DAPHNE, BoardServer
from tests.live.test_client import live_client  # noqa: F401 - fixture

READERS = 500


@pytest.fixture
def roomy(transactional_db, board_servers, server_environment):
    """A server that lets in so many from one address."""
    server = BoardServer(DAPHNE, server_environment, LIVE='{"sockets_per_address": 1000, "poll": 0.1}')
    server.start()
    yield server
    if server.running:
        server.stop()


def restart(server) -> None:
    server.stop()
    board.post("pendant")
    server.start()
    connection.close()


def write(text: str) -> None:
    board.post(text)
    connection.close()


def test_five_hundred_who_return_after_a_restart_lose_nothing_and_do_not_come_all_at_once(roomy, live_client):
    told: dict[int, list[int]] = {number: [] for number in range(READERS)}
    # When each of those who are in had asked for it.
    hellos: list[float] = []

    class Reader(live_client.Follower):
        def query(self) -> str:
            self.asked = time.monotonic()
            return super().query()

        async def heard(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
            if frame["type"] == "hello":
                hellos.append(self.asked)
            return await super().heard(frame)

    async def read(number: int) -> None:
        async for event in Reader(roomy.url, "board:1", cursor="board:1:public=0").events():
            told[number].append(event["seq"])

    async def until(look) -> None:
        async with asyncio.timeout(120):
            while not look():
                await asyncio.sleep(0.05)

    async def all_read() -> None:
        readers = [asyncio.create_task(read(number)) for number in range(READERS)]
        await until(lambda: len(hellos) == READERS)
        await asyncio.to_thread(write, "avant")
        await until(lambda: all(told.values()))
        hellos.clear()
        await asyncio.to_thread(restart, roomy)
        await until(lambda: len(hellos) == READERS)
        await asyncio.to_thread(write, "après")
        await until(lambda: all(3 in seqs for seqs in told.values()))
        for one in readers:
            one.cancel()
        await asyncio.gather(*readers, return_exceptions=True)

    asyncio.run(all_read())

    assert list(told.values()) == [[1, 2, 3]] * READERS
    by_second = Counter(int(at - min(hellos)) for at in hellos)
    assert max(by_second.values()) < 0.75 * READERS
