"""After each test, compare every counter with the count of its rows: import the fixture where verbs are tested."""

from collections.abc import Callable, Iterator, Mapping

import pytest
from django.db import connection

from contributions import counters


def wrong_counters() -> dict[str, counters.Wrong]:
    wrong = {
        "topic": counters.wrong_topics(),
        "voices": counters.wrong_voices(),
        "turnout": counters.wrong_turnouts(),
        "thread": counters.wrong_threads(),
        "keyword": counters.wrong_keywords(),
    }
    return {kind: rows for kind, rows in wrong.items() if rows}


@pytest.fixture(autouse=True)
def counters_hold(request: pytest.FixtureRequest) -> Iterator[None]:
    yield from nothing_is_wrong(request, wrong_counters)


def nothing_is_wrong(request: pytest.FixtureRequest, look: Callable[[], Mapping[str, object]]) -> Iterator[None]:
    """Call ``look`` after a test that used the database, and fail it with what is wrong.

    What a refused verb has undone with the transaction of the test is not looked at.
    """
    uses_rows = {"db", "transactional_db"} & set(request.fixturenames)
    is_checked = uses_rows and not request.node.get_closest_marker("writes_rows")
    if uses_rows:
        request.getfixturevalue(min(uses_rows & {"db"} or uses_rows))
    yield
    if is_checked and not connection.needs_rollback:
        wrong = look()
        assert wrong == {}
