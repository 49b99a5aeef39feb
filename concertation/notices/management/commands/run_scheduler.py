"""The scheduler: run due work each minute."""

import signal
import threading
from argparse import ArgumentParser
from datetime import datetime
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

from concertation.notices.due import run_due_work


class Command(BaseCommand):
    help = "Run each minute the work that is due, until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="run what is due now, and stop")

    def handle(self, *, once: bool, **options: Any) -> None:
        if once:
            if failed := run_due_work(timezone.now()):
                raise CommandError(f"Failed: {', '.join(failed)}.")
            return
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _setter_of(stopped))
        while not stopped.is_set():
            close_old_connections()
            now = timezone.now()
            run_due_work(now)
            stopped.wait(seconds_to_next_minute(timezone.now(), after=now))


def seconds_to_next_minute(now: datetime, *, after: datetime) -> float:
    """Return the seconds from ``now`` to the minute after ``after``; 0 if it has begun."""
    start = after.replace(second=0, microsecond=0)
    return max(0.0, 60 - (now - start).total_seconds())


def _setter_of(event: threading.Event) -> Any:
    def stop(number: int, frame: FrameType | None) -> None:
        event.set()

    return stop
