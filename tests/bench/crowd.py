"""Servers with their readers, each in a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from tests.serving import ROOT, Served, database_url, free_port

READERS = 1_000
WIDE = {"sockets_per_address": 100_000}

PRODUCT = ("manage.py", "serve", "--web-only", "--port", "{port}")
BARE = ("-m", "tests.bench.live_servers", "{port}")

Told = dict[str, Any]


def environment(**given: str) -> dict[str, str]:
    """What a server of a benchmark is started with: nothing of the development settings, the benchmark's database."""
    return {
        **{name: value for name, value in os.environ.items() if name not in {"DEBUG", "REDIS_URL", "REDIS_PREFIX"}},
        "DJANGO_SETTINGS_MODULE": "tests.bench.live_site",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": database_url(),
        **given,
    }


class BenchServer(Served):
    def __init__(self, command: tuple[str, ...], live: dict[str, Any], **given: str) -> None:
        port = free_port()
        own = {
            "SITE_URL": f"http://localhost:{port}",
            "LIVE": json.dumps(WIDE | live),
            "SCRATCH": tempfile.mkdtemp(prefix="server_", dir=settings.STATIC_ROOT),
        }
        super().__init__(port, environment(**own, **given))
        self.arguments = tuple(part.format(port=port) for part in command)

    def resident(self) -> int:
        """Bytes of memory that the process holds."""
        assert self.process is not None
        with open(f"/proc/{self.process.pid}/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Load:
    """The readers of one server, in their own process."""

    def __init__(self, server: BenchServer, readers: int, deaf: int = 0, room: str = "bench:1") -> None:
        url = f"ws://localhost:{server.port}/direct/?salon={room}"
        command = [sys.executable, "tests/bench/live_load.py", url, str(readers), str(deaf)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        told = self._line()
        assert "connected" in told, told

    def tell(self, command: str) -> Told:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()
        return self._line()

    def mark(self) -> None:
        self.tell("mark")

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
    command: tuple[str, ...],
    *,
    readers: int = READERS,
    deaf: int = 0,
    room: str = "bench:1",
    live: dict[str, Any] | None = None,
    **more: str,
) -> Iterator[tuple[BenchServer, Load]]:
    """A server and its readers, until the end of the block."""
    server = BenchServer(command, live or {}, **more)
    try:
        server.start()
        load = Load(server, readers, deaf, room)
        try:
            yield server, load
        finally:
            load.stop()
    finally:
        if server.running:
            server.stop()
