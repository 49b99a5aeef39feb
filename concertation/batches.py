"""Cut long lists for statements and transactions, whose size databases limit."""

from collections.abc import Iterator, Sequence
from time import sleep
from typing import TypeVar

from django.db import connection

T = TypeVar("T")

# SQLite allows a thousand conditions joined by OR, and PostgreSQL plans a few hundred quickly.
SIZE = 500
# A writer blocked by SQLite's lock retries every tenth of a second.
PAUSE = 0.12


def in_batches(rows: Sequence[T], size: int = SIZE) -> Iterator[Sequence[T]]:
    """Yield ``rows`` a few hundred at a time, in their order."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def let_others_write() -> None:
    """Sleep between two of many transactions, long enough for a writer blocked by SQLite's lock to get it."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        sleep(PAUSE)
