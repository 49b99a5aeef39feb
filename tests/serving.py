"""The real site, in processes of its own, on the test's database: what sockets and browsers speak to.

``served`` starts the server once per worker and keeps it from test to test; ``worker`` runs the jobs; ``mailbox``
reads the mails that the jobs sent. Settings are those of a server: ``DEBUG`` off, hashed static files.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

import pytest
from django.conf import settings
from django.db import connection

from concertation.notices.mail_folder import mails_in

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 20.0


def eventually(look: Callable[[], T], *, within: float = PATIENCE, every: float = 0.05) -> T:
    """Return what ``look`` returns as soon as it is true; fail the test with its last result otherwise."""
    end = time.monotonic() + within
    while not (seen := look()):
        assert time.monotonic() < end, f"nothing seen in {within} s"
        time.sleep(every)
    return seen


class Process:
    """A command of ours with the environment of a server and the database of the test."""

    def __init__(self, name: str, *arguments: str, environment: dict[str, str]) -> None:
        self.name, self.arguments, self.environment = name, arguments, environment
        self.log = Path(environment["SCRATCH"]) / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._log_at = 0

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._log_at = log.tell()
            command = [sys.executable, *self.arguments]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def stop(self, number: int = signal.SIGTERM, *, within: float = 15) -> int:
        """Send the signal and return the exit code; a process that does not stop is killed and fails the test."""
        assert self.process is not None
        self.process.send_signal(number)
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{self.name} did not stop in {within} s:\n{self.said()}") from None

    def said(self) -> str:
        """Return what it has logged since it was last started."""
        return self.log.read_bytes()[self._log_at :].decode(errors="replace")[-4000:]


class Served(Process):
    """The site at ``url``; ``stop`` and ``start`` it to test a restart."""

    def __init__(self, port: int, environment: dict[str, str]) -> None:
        command = ["manage.py", "serve", "--web-only", "--port", str(port)]
        super().__init__(f"server-{port}", *command, environment=environment)
        self.port = port
        self.url = f"http://localhost:{port}"
        self.socket_url = f"ws://localhost:{port}"

    def start(self) -> None:
        super().start()
        eventually(self._answers, within=90)

    def _answers(self) -> bool:
        assert self.running, f"the server stopped at once:\n{self.said()}"
        try:
            urllib.request.urlopen(f"{self.url}/sante/vivant", timeout=2)
        except urllib.error.HTTPError:
            return True  # any response means that it is up
        except OSError:
            return False
        return True


class Mailbox:
    """The folder into which mails are written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            path.unlink()

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails to this address, oldest first."""
        mails = [mail for path in self.folder.iterdir() for mail in mails_in(path)]
        return sorted((mail for mail in mails if mail["To"] == address), key=lambda mail: mail["Date"].datetime)

    def wait_for(self, address: str, count: int = 1) -> EmailMessage:
        """Return the last mail to this address, once there are ``count``."""
        return eventually(lambda: mails[-1] if len(mails := self.to(address)) >= count else None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def database_url() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    login = f"{database['USER']}:{database['PASSWORD']}@" if database["USER"] else ""
    return f"postgres://{login}{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"


@pytest.fixture(scope="session")
def server_environment(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment of a server on this worker's test database and port."""
    scratch = tmp_path_factory.mktemp("served")
    return {
        **{name: value for name, value in os.environ.items() if name not in {"DEBUG", "DEMO", "ALLOWED_HOSTS"}},
        "DJANGO_SETTINGS_MODULE": "concertation.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "SITE_URL": f"http://localhost:{free_port()}",
        "DATABASE_URL": database_url(),
        "EMAIL_URL": "filemail://",
        "MAIL_DIR": str(scratch / "mail"),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "STATIC_ROOT": str(scratch / "static"),
        "SCRATCH": str(scratch),
        "PYTHONUNBUFFERED": "1",
        # Without Redis, a server finds the writes of a test by reading the table; once a second would be slow.
        "LIVE": '{"poll": 0.1}',
    }


@pytest.fixture(scope="session")
def static_files(server_environment: dict[str, str]) -> None:
    """Collect the static files, hashed and compressed, once for all servers of this worker."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(command, cwd=ROOT, env=server_environment, check=True)


@pytest.fixture(scope="session")
def _server(static_files: None, server_environment: dict[str, str]) -> Iterator[Served]:
    served = Served(int(server_environment["SITE_URL"].rsplit(":", 1)[1]), server_environment)
    yield served
    if served.running:
        served.stop()


@pytest.fixture
def served(transactional_db: None, _server: Served) -> Served:
    """Start the site."""
    if not _server.running:
        _server.start()
    return _server


@pytest.fixture
def worker(transactional_db: None, server_environment: dict[str, str]) -> Iterator[Process]:
    """Start the worker: jobs are done within a fraction of a second."""
    options = ["--queue-name", "*", "--interval", "0.2", "--no-startup-delay"]
    process = Process("worker", "manage.py", "db_worker", *options, environment=server_environment)
    process.start()
    yield process
    if process.running:
        process.stop()


@pytest.fixture
def mailbox(worker: Process, server_environment: dict[str, str]) -> Mailbox:
    """Return the mails that the worker sends during this test."""
    return Mailbox(Path(server_environment["MAIL_DIR"]))
