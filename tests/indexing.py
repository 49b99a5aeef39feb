"""After each test, compare the search index with what indexing everything anew gives."""

from collections.abc import Iterator

import pytest

from concertation.search.actions import entries_of
from concertation.search.models import Entry
from concertation.search.sources import sources
from tests.counting import nothing_is_wrong

COLUMNS = ("source", "object_id", "part", "consultation_id", "at", "title", "words")


def wrong_entries() -> dict[str, set[tuple[object, ...]]]:
    """Return the entries that are missing from the index, and those that should not be there."""
    right = {
        tuple(getattr(entry, name) for name in COLUMNS)
        for one in sources()
        for entry in entries_of(one, list(one.rows()))
    }
    there = set(Entry.objects.values_list(*COLUMNS))
    wrong = {"missing": right - there, "left": there - right}
    return {kind: rows for kind, rows in wrong.items() if rows}


@pytest.fixture(autouse=True)
def index_holds(request: pytest.FixtureRequest) -> Iterator[None]:
    yield from nothing_is_wrong(request, wrong_entries)
