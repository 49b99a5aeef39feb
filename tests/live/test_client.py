"""The client of the documentation, as it stands there, against the real server."""

import asyncio
import importlib.util
import random

import pytest

from tests.live import board
from tests.serving import ROOT


@pytest.fixture
def live_client():
    spec = importlib.util.spec_from_file_location("live_client", ROOT / "docs" / "live_client.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def follow(client, server, count, meanwhile, **options):
    async def run():
        events, working = [], asyncio.create_task(asyncio.to_thread(meanwhile))
        async for event in client.Follower(server.url, "board:1", **options).events():
            events.append(event)
            if events[-1].get("seq") == count:
                await working
                return events

    return asyncio.run(asyncio.wait_for(run(), 60))


def test_it_prints_every_change_once_and_in_order_across_a_restart(server, live_client, monkeypatch):
    monkeypatch.setattr(random, "uniform", lambda low, high: low * 0.2)

    def meanwhile():
        from django.db import connection

        board.post("avant")
        server.stop()
        board.post("pendant")
        server.start()
        board.post("après")
        connection.close()

    events = follow(live_client, server, 3, meanwhile, cursor="board:1:public=0")

    assert [event["seq"] for event in events] == [1, 2, 3]


def test_it_closes_a_gap_by_asking(server, live_client):
    for text in "abc":
        board.post(text)
    follower = live_client.Follower(server.url, "board:1", cursor="board:1:public=1")

    late = {"type": "events", "room": "board:1:public", "from": 2, "to": 3, "events": []}
    events = asyncio.run(follower.heard(late))

    assert [event["seq"] for event in events] == [2, 3]


def test_it_is_not_longer_than_it_says():
    lines = (ROOT / "docs" / "live_client.py").read_text().splitlines()
    code = [line for line in lines[lines.index("import asyncio") :] if line.strip()]

    assert len(code) <= 60
