"""After each test, compare the search index with what indexing everything anew gives."""

from collections.abc import Iterator

import pytest
from django.db import connection

from concertation.search.actions import entries_of
from concertation.search.models import Entry
from concertation.search.sources import sources

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
    """What a refused verb has undone with the transaction of the test is not looked at."""
    uses_rows = {"db", "transactional_db"} & set(request.fixturenames)
    is_checked = uses_rows and not request.node.get_closest_marker("writes_rows")
    if uses_rows:
        request.getfixturevalue(min(uses_rows & {"db"} or uses_rows))
    yield
    if is_checked and not connection.needs_rollback:
        assert wrong_entries() == {}
