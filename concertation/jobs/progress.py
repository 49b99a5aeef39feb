"""Progress of a running job, written at most once a second."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from .actions import record_progress
from .models import Job

T = TypeVar("T")
EVERY = timedelta(seconds=1)


class Progress:
    """The progress of one job; its writes raise ``Abandoned`` once the job is no longer this worker's."""

    def __init__(self, job: Job, clock: Callable[[], datetime]) -> None:
        self._job, self._clock = job, clock
        self._written_at = clock()

    def reached(self, done: int, total: int) -> None:
        now = self._clock()
        if now - self._written_at >= EVERY:
            self._written_at = now
            record_progress(self._job, done=done, total=total, now=now)

    def over(self, rows: Iterable[T], total: int) -> Iterator[T]:
        """Yield ``rows``, and write how many of ``total`` were yielded."""
        for done, row in enumerate(rows):
            self.reached(done, total)
            yield row
