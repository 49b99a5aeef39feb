"""How fast a change reaches a thousand readers, beside a bare server and the textbook, measured in turn."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.serving import ROOT, Served, database_url, free_port

from .figures import NOISY, Figure, spread_of

READERS = 1_000
ROUNDS = 5
EVENTS = 60
BUSY = 0.9
# One event a frame and no tick: what is compared is the hub, not the saving of sending many events in one frame.
SINGLY = {"tick": 0, "events_per_frame": 1}
WIDE = {"sockets_per_address": 100_000}

PRODUCT = ("manage.py", "serve", "--web-only", "--port", "{port}")
UVICORN = ("-m", "uvicorn", "concertation.asgi:application", "--ws", "websockets-sansio", "--port", "{port}")
UVICORN += ("--log-level", "warning", "--no-access-log")
TEXTBOOK = ("-m", "daphne", "-v0", "-p", "{port}", "tests.bench.live_servers:textbook")
BARE = ("-m", "tests.bench.live_servers", "{port}")

Told = dict[str, Any]


class BenchServer(Served):
    def __init__(self, command: tuple[str, ...], live: dict[str, Any], **environment: str) -> None:
        port = free_port()
        given = {
            **{name: value for name, value in os.environ.items() if name not in {"DEBUG", "REDIS_URL"}},
            "DJANGO_SETTINGS_MODULE": "tests.bench.live_site",
            "SECRET_KEY": "bench-only-" + "x" * 50,
            "SITE_URL": f"http://localhost:{port}",
            "DATABASE_URL": database_url(),
            "LIVE": json.dumps(WIDE | live),
            "SCRATCH": tempfile.mkdtemp(prefix="bench_live_"),
        }
        super().__init__(port, given | environment)
        self.arguments = tuple(part.format(port=port) for part in command)


class Load:
    """The readers of one server, in their own process."""

    def __init__(self, server: BenchServer, readers: int, deaf: int = 0) -> None:
        url = f"ws://localhost:{server.port}/direct/?salon=bench:1"
        command = [sys.executable, "tests/bench/live_load.py", url, str(readers), str(deaf)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        told = self._line()
        assert "connected" in told, told

    def tell(self, command: str) -> Told:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()
        return self._line()

    def burst(self, events: int) -> Told:
        return self.tell(f"burst {events}")

    def _line(self) -> Told:
        assert self.process.stdout is not None
        told: Told = json.loads(self.process.stdout.readline() or "{}")
        return told

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def crowded(
    command: tuple[str, ...], *, readers: int = 0, deaf: int = 0, live: dict[str, Any] | None = None, **more: str
) -> Iterator[tuple[BenchServer, Load]]:
    """A server and its readers, until the end of the block."""
    server = BenchServer(command, live or {}, **more)
    try:
        server.start()
        load = Load(server, readers or READERS, deaf)
        try:
            yield server, load
        finally:
            load.stop()
    finally:
        if server.running:
            server.stop()


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
        uvicorn = running.enter_context(crowded(UVICORN, live=SINGLY))[1]
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
    late, whole = ([one[what] * 1000 for one in singles] for what in ("p99", "elapsed"))
    return [
        Figure(name="fanout.as_shipped", value=statistics.median(rates), spread=spread_of(rates), unit="/s"),
        Figure(name="fanout.p99_ms", value=statistics.median(late), spread=spread_of(late), unit="ms"),
        Figure(
            name="http.post_to_last_subscriber_ms",
            value=statistics.median(whole),
            spread=spread_of(whole),
            unit="ms",
            note="a request that announces one event",
        ),
    ]


def bench_fanout_deaf() -> list[Figure]:
    """One reader in a hundred does not read: how late the others are, beside a room where all do."""
    told = {}
    for deaf in (0, READERS // 100):
        with crowded(PRODUCT, deaf=deaf) as (_server, load):
            load.burst(EVENTS)
            told[deaf] = [load.burst(1)["p99"] * 1000 for _ in range(10)]
    beside, value = (statistics.median(one) for one in told.values())
    spread = spread_of(told[READERS // 100])
    return [Figure(name="fanout.deaf_p99_ms", value=value, baseline=beside, spread=spread, unit="ms")]


def bench_fanout_two_processes() -> list[Figure]:
    """Two processes joined by Redis, half of the readers each, written to at one of them: everything arrives."""
    redis = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
    shared = {"REDIS_URL": redis, "REDIS_PREFIX": f"bench_{os.getpid()}"}
    with ExitStack() as running:
        one = running.enter_context(crowded(PRODUCT, readers=READERS // 2, **shared))[1]
        other = running.enter_context(crowded(PRODUCT, readers=READERS // 2, **shared))[1]
        rates, wrong = [], 0
        for _ in range(ROUNDS):
            other.tell("mark")
            here = one.burst(EVENTS)
            there = other.tell(f"expect {EVENTS}")
            wrong += sum(told.get(what, 0) for told in (here, there) for what in ("lost", "doubled"))
            rates.append(here.get("rate", 0.0) * 2)
    name = "fanout.two_processes_redis"
    if wrong:
        return [Figure(name=name, value=0, note=f"no rate: {wrong} deliveries were lost or doubled")]
    return [Figure(name=name, value=statistics.median(rates), spread=spread_of(rates), unit="/s")]


def bench_memory() -> list[Figure]:
    """What one more reader costs in memory, over two thousand."""
    server = BenchServer(PRODUCT, {})
    server.start()
    assert server.process is not None
    before = _resident(server.process.pid)
    load = Load(server, 2_000)
    time.sleep(1)
    after = _resident(server.process.pid)
    load.stop()
    server.stop()
    return [Figure(name="memory.per_socket_kb", value=(after - before) / 2_000 / 1024, unit="kB")]


def _resident(pid: int) -> int:
    with open(f"/proc/{pid}/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
