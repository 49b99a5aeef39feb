"""The client of the documentation, as it stands there, against the real server."""

import asyncio
import importlib.util
import random

import pytest
import websockets
from websockets.frames import Close

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


def test_refused_for_load_it_waits_half_a_minute_and_asks(server, live_client, monkeypatch):
    waited, closed = [], websockets.ConnectionClosed(Close(4429, ""), None)
    sleep = asyncio.sleep

    def refuse(*_given, **_options):
        raise closed

    async def wait(seconds):
        waited.append(seconds)
        await sleep(0)

    monkeypatch.setattr(random, "uniform", lambda low, high: high)
    monkeypatch.setattr(live_client.websockets, "connect", refuse)
    monkeypatch.setattr(live_client.asyncio, "sleep", wait)
    board.post("pendant le refus")

    async def first():
        async for event in live_client.Follower(server.url, "board:1", cursor="board:1:public=0").events():
            return event

    assert asyncio.run(asyncio.wait_for(first(), 20))["seq"] == 1
    assert waited == [45, 1.5]


def test_told_to_reload_it_goes_on_without_what_is_lost_and_asks_for_it_no_more(live_client):
    follower = live_client.Follower("http://localhost", "board:1", cursor="board:1:public=3")
    news = {"type": "events", "room": "board:1:public", "from": 7, "to": 8, "events": [{"seq": 8}]}

    async def hear():
        return [await follower.heard(frame) for frame in ({"type": "reload", "room": "board:1:public"}, news)]

    assert asyncio.run(hear()) == [[{"type": "reload", "room": "board:1:public"}], [{"seq": 8}]]


def test_it_is_not_longer_than_it_says():
    lines = (ROOT / "docs" / "live_client.py").read_text().splitlines()
    code = [line for line in lines[lines.index("import asyncio") :] if line.strip()]

    assert len(code) <= 60
