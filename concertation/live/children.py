"""Run worker and scheduler beside the server: start, restart and stop them with it."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

logger = logging.getLogger(__name__)

STOP_WITHIN = 8.0
# Seconds: restart delays double (2, 4, 8…) up to the first, and are reset after a child has run for the second.
LONGEST_WAIT = 60.0
LIVED_WELL = 60.0
_PR_SET_PDEATHSIG = 1
_PARENT = "CONCERTATION_SERVER_PID"


class Children:
    """Management commands in processes outside the terminal's group, so that Ctrl-C reaches only this process."""

    def __init__(self, *commands: Sequence[str]) -> None:
        self._commands = commands
        self._running: list[subprocess.Popen[bytes]] = []
        self._stopping = threading.Event()
        self._deadline = 0.0
        self._watcher = threading.Thread(target=self._watch, daemon=True, name="children")

    def start(self) -> None:
        self._running = [_start(command) for command in self._commands]
        self._watcher.start()

    def terminate(self) -> None:
        """Send SIGTERM, so that they finish their work while the server finishes its requests."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._deadline = time.monotonic() + STOP_WITHIN
        if self._watcher.is_alive():
            self._watcher.join()
        for child in self._running:
            if child.poll() is None:
                child.terminate()

    def stop(self) -> None:
        """Wait until ``STOP_WITHIN`` seconds after SIGTERM, then kill."""
        self.terminate()
        for child in self._running:
            try:
                child.wait(max(0.1, self._deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def _watch(self) -> None:
        failures = [0] * len(self._commands)
        since = [time.monotonic()] * len(self._commands)
        while not self._stopping.wait(2):
            for place, child in enumerate(self._running):
                if child.poll() is None:
                    continue
                lived = time.monotonic() - since[place]
                failures[place] = 0 if lived > LIVED_WELL else failures[place] + 1
                wait = min(LONGEST_WAIT, 2.0 ** failures[place])
                name = self._commands[place][0]
                logger.error("%s ended with code %s; restarting it in %.0f s.", name, child.returncode, wait)
                if self._stopping.wait(wait):
                    return
                self._running[place] = _start(self._commands[place])
                since[place] = time.monotonic()


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and our own commands
        [sys.executable, "-m", "concertation.live.children", *command],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "concertation.settings"),
            _PARENT: str(os.getpid()),
        },
    )


def _run(arguments: list[str]) -> None:
    """Run a command in a child. On Linux, have the kernel stop it if the server is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != int(os.environ[_PARENT]):  # the server was killed before the line above
            return
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", *arguments])


if __name__ == "__main__":
    _run(sys.argv[1:])
