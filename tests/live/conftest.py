"""The board of ``tests/live/board.py`` behind real servers, and browsers without a browser."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from concertation.live import registry
from tests.live import board
from tests.serving import Served, free_port

# Long, for a busy machine: tests check what arrives and in which order; benchmarks check how fast.
PATIENCE = 30.0
DAPHNE = ["manage.py", "serve", "--web-only", "--port", "{port}"]
UVICORN = ["-m", "uvicorn", "concertation.asgi:application", "--port", "{port}"]
UVICORN += ["--ws", "websockets-sansio", "--ws-max-size", "16384", "--timeout-graceful-shutdown", "8"]
UVICORN += ["--log-level", "warning"]
COMMANDS = {"daphne": DAPHNE, "uvicorn": UVICORN}
ON_SERVICES = pytest.mark.skipif(not settings.REDIS_URL, reason="once is enough: make test-services")
SERVERS = ["daphne", pytest.param("uvicorn", marks=ON_SERVICES)]


class BoardServer(Served):
    """The site with the board, on one of the supported servers."""

    def __init__(self, command: list[str], environment: dict[str, str], **changed: str) -> None:
        port = free_port()
        environment = environment | {
            "DJANGO_SETTINGS_MODULE": "tests.live.settings",
            "SITE_URL": f"http://localhost:{port}",
        }
        super().__init__(port, environment | changed)
        self.arguments = tuple(part.format(port=port) for part in command)

    def open(self, *addresses: str, since: str = "", client: Client | None = None, **options: Any) -> "Browser":
        query = "&".join([*(f"salon={address}" for address in addresses), f"depuis={since.replace(' ', '%20')}"])
        headers = (
            {"Cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"}
            if client
            else {}
        )
        options.setdefault("origin", self.url)
        return Browser(
            connect(
                f"{self.socket_url}/direct/?{query}",
                additional_headers=headers,
                compression=None,
                legacy=True,
                **options,
            )
        )


class Browser:
    """A client of the socket in ten lines: it stores its cursors and its rows."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[dict[str, Any]] = []

    def read(self, within: float = PATIENCE) -> dict[str, Any]:
        frame = json.loads(self.socket.recv(timeout=max(0.0, within)))
        self.frames.append(frame)
        return frame

    def next(self, kind: str, within: float = PATIENCE) -> dict[str, Any]:
        """Return the next frame of this type, ignoring presence and heartbeats."""
        end = time.monotonic() + within
        while (frame := self.read(end - time.monotonic()))["type"] != kind:
            pass
        return frame

    def events(self, count: int, within: float = PATIENCE) -> list[dict[str, Any]]:
        """Return the next ``count`` events, in however many frames."""
        events: list[dict[str, Any]] = []
        end = time.monotonic() + within
        while len(events) < count:
            events += self.read(end - time.monotonic()).get("events", [])
        return events

    def hears_nothing(self, during: float = 0.4) -> bool:
        """Check that only heartbeats arrive."""
        end = time.monotonic() + during
        while (left := end - time.monotonic()) > 0:
            try:
                frame = self.read(left)
            except TimeoutError:
                break
            if frame["type"] not in ("presence", "beat"):
                return False
        return True

    def closed_with(self, within: float = PATIENCE) -> int:
        """Return the code with which the server closes; frames before it are in ``frames``."""
        end = time.monotonic() + within
        try:
            while True:
                self.read(end - time.monotonic())
        except ConnectionClosed as closed:
            assert closed.rcvd is not None, "cut without a word"
            return int(closed.rcvd.code)

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *exception: object) -> None:
        self.socket.close()


def logged_in(email: str = "ada@example.org", **fields: Any) -> Client:
    """Return a logged-in client."""
    client = Client()
    person = get_user_model().objects.create_user(email, **fields)
    client.force_login(person)
    return client


@pytest.fixture(scope="session")
def board_servers(static_files: None, server_environment: dict[str, str]) -> Iterator[dict[str, BoardServer]]:
    servers = {name: BoardServer(command, server_environment) for name, command in COMMANDS.items()}
    yield servers
    for server in servers.values():
        if server.running:
            server.stop()


@pytest.fixture(params=SERVERS)
def any_server(
    request: pytest.FixtureRequest, transactional_db: None, board_servers: dict[str, BoardServer]
) -> BoardServer:
    """Each server in turn, uvicorn in ``make test-services`` only: they must behave alike."""
    return running(board_servers[request.param])


@pytest.fixture
def server(transactional_db: None, board_servers: dict[str, BoardServer]) -> BoardServer:
    """The default server."""
    return running(board_servers["daphne"])


def running(server: BoardServer) -> BoardServer:
    if not server.running:
        server.start()
    return server


@pytest.fixture
def _board_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register the board in this process too, for tests of views."""
    monkeypatch.setitem(registry._rooms, "board", board.rooms)
    monkeypatch.setitem(registry._followed, "note", board.NOTES)
