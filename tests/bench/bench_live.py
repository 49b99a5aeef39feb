"""How fast a change reaches a thousand readers, beside a bare server and the textbook, measured in turn."""

import os
import statistics
import time
from contextlib import ExitStack, suppress
from urllib.request import Request, urlopen

from django.conf import settings
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from concertation.accounts.models import User

from .crowd import BARE, PRODUCT, READERS, Load, Told, crowded
from .figures import NOISY, Figure, spread_of

ROUNDS = 5
EVENTS = 60
BUSY = 0.9
# One event a frame and no tick: what is compared is the hub, not the saving of sending many events in one frame.
SINGLY = {"tick": 0, "events_per_frame": 1}

UVICORN = ("-m", "uvicorn", "concertation.asgi:application", "--ws", "websockets-sansio", "--port", "{port}")
UVICORN += ("--log-level", "warning", "--no-access-log")
TEXTBOOK = ("-m", "daphne", "-v0", "-p", "{port}", "tests.bench.live_servers:textbook")


def _figure(name: str, ours: list[Told], theirs: list[Told], note: str = "") -> Figure:
    """The ratio of the rates; a row with a lost or doubled delivery has none."""
    lost, doubled = (sum(one.get(what, 0) for one in ours) for what in ("lost", "doubled"))
    if lost or doubled:
        return Figure(name=name, value=0, note=f"no rate: {lost} deliveries were lost, {doubled} doubled")
    rates, baselines = [one["rate"] for one in ours], [one["rate"] for one in theirs]
    ratios = [one / other for one, other in zip(rates, baselines, strict=True)]
    notes = [note, f"{statistics.median(rates):,.0f} against {statistics.median(baselines):,.0f} deliveries/s"]
    if max(baselines) / min(baselines) > NOISY:
        notes.append("noisy baseline")
    if max(one["cpu"] for one in [*ours, *theirs]) > BUSY:
        notes.append("load client above 0.9 of its core")
    said = "; ".join(filter(None, notes))
    return Figure(name=name, value=statistics.median(ratios), baseline=1.0, spread=spread_of(ratios), note=said)


def bench_fanout() -> list[Figure]:
    """Deliveries a second to a thousand readers of one topic, 600 bytes an event, one event a frame."""
    with ExitStack() as running:
        bare = running.enter_context(crowded(BARE))[1]
        daphne = running.enter_context(crowded(PRODUCT, live=SINGLY))[1]
        # A room of its own: the servers share a database, and each hub tells what any process wrote.
        uvicorn = running.enter_context(crowded(UVICORN, live=SINGLY, room="bench:2"))[1]
        textbook = running.enter_context(crowded(TEXTBOOK))[1]
        told: dict[str, list[Told]] = {"bare": [], "daphne": [], "uvicorn": [], "textbook": []}
        for _ in range(ROUNDS):
            for name, load, events in (
                ("bare", bare, EVENTS),
                ("daphne", daphne, EVENTS),
                ("uvicorn", uvicorn, EVENTS),
                ("textbook", textbook, EVENTS // 6),
            ):
                told[name].append(load.burst(events))
    return [
        _figure("fanout.vs_bare", told["daphne"], told["bare"]),
        _figure("fanout.vs_bare_uvicorn", told["uvicorn"], told["bare"]),
        _figure("fanout.vs_channels_groups", told["daphne"], told["textbook"]),
    ]


def bench_fanout_as_shipped() -> list[Figure]:
    """As it is shipped: the events of a tick share a frame. The rate of a burst, and how late one event comes."""
    with crowded(PRODUCT) as (_server, load):
        bursts = [load.burst(EVENTS) for _ in range(ROUNDS)]
        singles = [load.burst(1) for _ in range(10)]
    rates = [one.get("rate", 0.0) for one in bursts]
    late = [one["p99"] * 1000 for one in singles]
    return [
        Figure(name="fanout.as_shipped", value=statistics.median(rates), spread=spread_of(rates), unit="/s"),
        Figure(name="fanout.p99_ms", value=statistics.median(late), spread=spread_of(late), unit="ms"),
    ]


def bench_fanout_deaf() -> list[Figure]:
    """One reader in a hundred does not read: how late the others are, beside a room where all do, and the memory."""
    late: dict[int, list[float]] = {}
    grown = 0
    for deaf in (0, READERS // 100):
        with crowded(PRODUCT, deaf=deaf) as (server, load):
            before = server.resident()
            for _ in range(ROUNDS):
                load.burst(EVENTS)
            late[deaf] = [load.burst(1)["p99"] * 1000 for _ in range(10)]
            grown = server.resident() - before
    beside, value = (statistics.median(one) for one in late.values())
    spread = spread_of(late[READERS // 100])
    return [
        Figure(name="fanout.deaf_p99_ms", value=value, baseline=beside, spread=spread, unit="ms"),
        Figure(name="fanout.deaf_memory_mb", value=grown / 1024**2, unit="MB", note="grown while they did not read"),
    ]


def bench_fanout_two_processes() -> list[Figure]:
    """Two processes joined by Redis, half of the readers each, written to at one of them: everything arrives."""
    redis = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
    shared = {"REDIS_URL": redis, "REDIS_PREFIX": f"bench_{os.getpid()}"}
    with ExitStack() as running:
        one = running.enter_context(crowded(PRODUCT, readers=READERS // 2, **shared))[1]
        other = running.enter_context(crowded(PRODUCT, readers=READERS // 2, **shared))[1]
        rates, wrong = [], 0
        for _ in range(ROUNDS):
            other.mark()
            here = one.burst(EVENTS)
            there = other.tell(f"expect {EVENTS}")
            wrong += sum(told.get(what, 0) for told in (here, there) for what in ("lost", "doubled"))
            rates.append(here.get("rate", 0.0) * 2)
    name = "fanout.two_processes_redis"
    if wrong:
        return [Figure(name=name, value=0, note=f"no rate: {wrong} deliveries were lost or doubled")]
    return [Figure(name=name, value=statistics.median(rates), spread=spread_of(rates), unit="/s")]


def bench_session_end() -> list[Figure]:
    """From a log-out at the server until the socket is closed, beside a thousand others; half a second is promised."""
    waits = []
    with crowded(PRODUCT) as (server, _load):
        for number in range(ROUNDS * 2):
            client = Client()
            person = User.objects.create_user(f"lectrice.{number}@exemple.fr")
            client.force_login(person)
            cookie = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"
            url = f"{server.socket_url}/direct/?salon=bench:1"
            with connect(url, origin=Origin(server.url), additional_headers={"Cookie": cookie}) as socket:
                socket.recv()
                began = time.perf_counter()
                urlopen(Request(f"{server.url}/fin/", headers={"Cookie": cookie}), timeout=60).close()
                with suppress(ConnectionClosed):
                    while True:
                        socket.recv(timeout=30)
                waits.append(1000 * (time.perf_counter() - began))
    note = f"at most {max(waits):,.0f} ms in {len(waits)}"
    value, spread = statistics.median(waits), spread_of(waits)
    return [Figure(name="live.session_end_ms", value=value, spread=spread, unit="ms", note=note)]


def bench_memory() -> list[Figure]:
    """What one more reader costs in memory, over two thousand, beside the bare server's."""
    product, bare = (_memory_per_reader(command) for command in (PRODUCT, BARE))
    return [Figure(name="memory.per_socket_kb", value=product, baseline=bare, unit="kB")]


def _memory_per_reader(command: tuple[str, ...], readers: int = 2_000) -> float:
    with crowded(command, readers=1) as (server, _one):
        before = server.resident()
        load = Load(server, readers)
        time.sleep(1)
        grown = server.resident() - before
        load.stop()
    return grown / readers / 1024
