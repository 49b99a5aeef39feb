"""Fixtures and hooks of all tests. Settings come from ``tests/settings.py``, never from the machine."""

import gc
import shutil
from collections.abc import Callable, Generator, Iterator

import pytest

from tests.caching import empty_cache
from tests.groups import GROUPS, group_of

pytest_plugins = ["tests.committed_rows", "tests.kept_rows", "tests.one_database", "tests.personas", "tests.serving"]


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Order tests as unit, transaction, browser; xdist hands them out in that order, one at a time.

    A transactional test empties the database after it, the rows of data migrations included: those are put back
    before the next one, and no unit test comes after. The order is given after pytest-django gave its own.
    """
    for item in items:
        if group_of(item) != "unit":
            item.fixturenames.insert(0, "django_db_serialized_rollback")  # type: ignore[attr-defined]
    yield
    items.sort(key=lambda item: GROUPS.index(group_of(item)))


def pytest_configure() -> None:
    """Put the database file, and what tests upload or send, into a folder of the run, deleted after it."""
    from tests.settings import SCRATCH

    SCRATCH.mkdir(exist_ok=True)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Disable garbage collection during collection and freeze what it imported: that took an eighth of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_unconfigure() -> None:
    from tests.settings import SCRATCH

    shutil.rmtree(SCRATCH, ignore_errors=True)


@pytest.fixture(autouse=True)
def _cache_is_empty() -> Iterator[None]:
    """Clear the cache before each test; on Redis, delete only the keys of this run."""
    yield
    empty_cache()


@pytest.fixture(scope="session", autouse=True)
def _to_one_is_joined() -> Iterator[None]:
    """Fail on prefetching a relation to one: Django queries it by conditions joined by OR, 1,000 at most on SQLite.

    ``select_related`` reads it in the query of the rows themselves; ``Prefetch`` takes such a query along.
    """
    from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor

    prefetched = ForwardManyToOneDescriptor.get_prefetch_querysets

    def refuse(self: ForwardManyToOneDescriptor, *args: object, **kwargs: object) -> None:
        raise AssertionError(f"Use select_related for {self.field}: a prefetch of it fails beyond 1,000 rows.")

    ForwardManyToOneDescriptor.get_prefetch_querysets = refuse
    yield
    ForwardManyToOneDescriptor.get_prefetch_querysets = prefetched


@pytest.fixture
def count_queries() -> Callable[[Callable[[], object]], int]:
    """Return a function that counts the queries of an act; call it with one item and with three, and compare."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(act: Callable[[], object]) -> int:
        act()  # caches that fill once are not counted
        with CaptureQueriesContext(connection) as queries:
            act()
        return len(queries)

    return count
