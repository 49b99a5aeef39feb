"""Long lists, cut for statements: a database limits what one of them may hold."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

# SQLite bears a thousand conditions joined by OR, and PostgreSQL plans a few hundred quickly.
SIZE = 500


def in_batches(rows: Sequence[T], size: int = SIZE) -> Iterator[Sequence[T]]:
    """Yield ``rows`` a few hundred at a time, in their order."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
