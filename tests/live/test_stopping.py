"""A server that is told to stop: what runs is finished, nobody is let in, and it is gone in ten seconds."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction

from concertation.consultations.models import Counter
from contributions.models import Contribution
from tests.contributions.conftest import post  # noqa: F401 - fixture
from tests.live.posting import posting, send
from tests.serving import Process, Served, eventually, free_port

PROMISED = 10.0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_stops_says_it_will_be_back_finishes_and_leaves_without_a_trace(any_server, number):
    with any_server.open("board:1") as visitor:
        visitor.read()
        began = time.monotonic()
        code = any_server.stop(number)

        assert visitor.closed_with() == 1012
    # uvicorn ends by the signal it was sent, once it has stopped.
    assert code in ({0} if "manage.py" in any_server.arguments else {0, -number})
    assert time.monotonic() - began < PROMISED
    assert "Traceback" not in any_server.said()


@contextmanager
def writers_wait(consultation) -> Iterator[None]:
    """Whoever writes in this consultation waits until the end of the block."""
    with transaction.atomic():
        list(Counter.objects.filter(consultation=consultation).select_for_update())
        yield


@pytest.fixture
def sent(served, topic, participant, post):
    """A contribution about to be sent: its request, as bytes."""
    post(title="Le compteur existe")
    return posting(served, topic, participant)


def answer(wire: socket.socket) -> bytes:
    with wire:
        return b"".join(iter(lambda: wire.recv(65_536), b""))


def is_closed(served: Served) -> bool:
    try:
        socket.create_connection(("localhost", served.port), timeout=2).close()
    except OSError:
        return True
    return False


def test_a_request_that_runs_is_finished_while_nobody_else_is_let_in(served, sent, consultation):
    with ThreadPoolExecutor() as hands:
        with writers_wait(consultation):
            wire = send(served, sent)
            stopping = hands.submit(served.stop)
            eventually(lambda: is_closed(served))
            with pytest.raises(subprocess.TimeoutExpired):
                served.process.wait(1)
        told = answer(wire)

        assert stopping.result() == 0
    assert told.startswith(b"HTTP/1.1 303")
    assert list(Contribution.objects.filter(current__title="Des bancs").values_list("state", flat=True)) == [
        "published"
    ]


def test_a_request_that_does_not_end_keeps_no_server(served, sent, consultation):
    with writers_wait(consultation):
        wire = send(served, sent)
        began = time.monotonic()
        served.stop()

        assert time.monotonic() - began < PROMISED
    wire.close()
    assert not Contribution.objects.filter(current__title="Des bancs").exists()


def test_a_request_whose_reader_has_left_keeps_no_server(served, sent, consultation):
    with writers_wait(consultation):
        send(served, sent).close()
        began = time.monotonic()
        served.stop()

        # Nobody waits for its answer: it is not given the time of a request that someone waits for.
        assert time.monotonic() - began < PROMISED / 2


@pytest.fixture
def whole_site(server_environment, transactional_db) -> Iterator[Process]:
    """Server, workers and scheduler, as on a server."""
    port = free_port()
    site = Served(port, server_environment | {"SITE_URL": f"http://localhost:{port}"})
    site.arguments = ("manage.py", "serve", "--port", str(port))
    site.start()
    yield site
    if site.running:
        site.stop()


def children_of(site: Process) -> dict[str, int]:
    """The commands that run beside the server, and their process ids."""
    found = {}
    for folder in Path("/proc").iterdir():
        try:
            parent = re.search(r"PPid:\t(\d+)", (folder / "status").read_text())[1] if folder.name.isdecimal() else ""
            words = (folder / "cmdline").read_text().split("\0") if parent == str(site.process.pid) else []
        except OSError:
            continue
        if "concertation.live.children" in words:
            queue = words[words.index("--queue-name") + 1] if "--queue-name" in words else ""
            found[f"{words[words.index('concertation.live.children') + 1]} {queue}".strip()] = int(folder.name)
    return found


def is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_workers_and_scheduler_are_started_again_when_they_fall_and_stop_with_the_server(whole_site):
    first = eventually(lambda: them if len(them := children_of(whole_site)) == 3 else None)
    os.kill(first["db_worker"], signal.SIGKILL)
    again = eventually(
        lambda: both if (both := children_of(whole_site)).get("db_worker") not in {None, first["db_worker"]} else None
    )
    began = time.monotonic()

    assert whole_site.stop() == 0
    assert time.monotonic() - began < PROMISED
    assert {*first} == {*again} == {"db_worker", "db_worker jobs", "run_scheduler"}
    assert [pid for pid in again.values() if is_there(pid)] == []


def test_a_server_that_is_killed_leaves_no_worker_behind(whole_site):
    beside = eventually(lambda: them if len(them := children_of(whole_site)) == 3 else None)

    whole_site.stop(signal.SIGKILL)

    assert eventually(lambda: not any(map(is_there, beside.values())))
