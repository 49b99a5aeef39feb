"""The three groups of tests, in the order in which they run."""

import pytest

GROUPS = ["unit", "transaction", "browser"]


def group_of(item: pytest.Item) -> str:
    """Return *unit* (rolled back), *transaction* (on committed rows) or *browser*."""
    if "browser" in item.path.parts:
        return "browser"
    database = item.get_closest_marker("django_db")
    by_mark = database is not None and bool(database.kwargs.get("transaction"))
    return "transaction" if by_mark or "transactional_db" in getattr(item, "fixturenames", ()) else "unit"
