"""Chaos: sockets cut, frames dropped, servers stopped and killed; everyone ends with the database's list, in order."""

import asyncio
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import websockets
from django.db import connection

from concertation.live.models import Event
from tests.live import board
from tests.live.chaos import IS_LONG, Client, follow, havoc

CLIENTS, EVENTS = (30, 500) if IS_LONG else (12, 120)
CROWD = 500 if IS_LONG else 60
PAUSE = 0.1 if IS_LONG else 0.05
BOARD = "board:1"


def write(calm: threading.Event) -> None:
    count = 0
    while count < EVENTS or not calm.is_set():
        board.post(f"{count}")
        count += 1
        time.sleep(PAUSE)
    connection.close()


def test_chaos_loses_nothing_doubles_nothing_and_keeps_the_order(server):
    clients = [Client(server.url, seed, BOARD) for seed in range(CLIENTS)]
    calm, written = threading.Event(), threading.Event()
    with ThreadPoolExecutor() as hands:
        following = hands.submit(follow, clients, written)
        writing = hands.submit(write, calm)
        try:
            havoc(server)
            calm.set()
            writing.result()
        finally:
            calm.set()
            written.set()
        following.result()

    last = Event.objects.filter(room__key=f"{BOARD}:public").count()
    for client in clients:
        assert client.mine == last
        # An object changed twice in a tick is told once; here each event has an object of its own, so all are there.
        assert [event["seq"] for event in client.told] == list(range(1, last + 1))
    assert sum(client.dropped for client in clients) > 0
    assert sum(client.cut for client in clients) > CLIENTS


def test_chaos_of_all_who_come_back_together_after_a_restart(server):
    """Each is told what was missed: by socket those who are let in, by asking those beyond the limit of one address."""
    board.post("avant")
    server.stop()
    server.start()

    async def come(number: int) -> int:
        client = Client(server.url, number, BOARD)
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
