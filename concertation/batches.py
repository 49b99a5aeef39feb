"""Long lists, cut for statements and transactions: a database limits what one of them may hold."""

from collections.abc import Iterator, Sequence
from time import sleep
from typing import TypeVar

from django.db import connection

T = TypeVar("T")

# SQLite bears a thousand conditions joined by OR, and PostgreSQL plans a few hundred quickly.
SIZE = 500
# A writer that waits for SQLite's lock asks for it every tenth of a second.
PAUSE = 0.12


def in_batches(rows: Sequence[T], size: int = SIZE) -> Iterator[Sequence[T]]:
    """Yield ``rows`` a few hundred at a time, in their order."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def let_others_write() -> None:
    """Rest between two of many transactions, long enough for a writer that waits for SQLite's lock to take it."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        sleep(PAUSE)
