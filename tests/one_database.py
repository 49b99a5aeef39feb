"""Tests whose result cannot depend on the database: ``make test-services`` leaves them to ``make test``.

They are those without a fixture of a database, a server or a client, and those marked ``one_database`` with the reason.
In ``make test`` the former are refused what differs on PostgreSQL and Redis: connections, the shared cache, other
processes of ours. So none that needs them is left out unseen.
"""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import CacheHandler

# A test with one of these has a database, or asks a server or a view, which reads one.
NEEDS = {"django_db_setup", "client", "async_client", "rf", "async_rf", "live_server", "browser"}
# Folders that stay on both, whatever their fixtures: the channel, its caches and its processes.
ON_BOTH = {"live", "jobs", "notices", "bench", "tooling"}
EVENTS = {"socket.connect", "sqlite3.connect"}

_state = {"guarded": False}


def is_left_out(item: pytest.Item) -> bool:
    """Check that ``make test-services`` does not run this test."""
    return item.get_closest_marker("one_database") is not None or has_no_database(item)


def has_no_database(item: pytest.Item) -> bool:
    """Check that a test has no fixture of a database, a server or a client, and no condition on where it runs."""
    fixtures = set(item._fixtureinfo.name2fixturedefs)  # type: ignore[attr-defined]
    marks = any(item.get_closest_marker(name) for name in ("django_db", "skipif"))
    return not (fixtures & NEEDS or marks or ON_BOTH & set(item.path.parts))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if settings.REDIS_URL:
        left_out = [item for item in items if is_left_out(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not is_left_out(item)]


@pytest.fixture(autouse=True)
def _no_database(request: pytest.FixtureRequest, _cache_is_empty: None) -> Iterator[None]:
    """Refuse to a test that is left out elsewhere what would differ there; the cache is emptied after that."""
    if not has_no_database(request.node):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CacheHandler, "__getitem__", _local_cache)
        _state["guarded"] = True
        try:
            yield
        finally:
            _state["guarded"] = False


class NeedsBoth(AssertionError):
    """A test without a fixture of a database uses what is different on PostgreSQL and Redis."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: ask for ``db`` or ``client``, so that make test-services runs this test too.")


_cache_of = CacheHandler.__getitem__


def _local_cache(self: CacheHandler, alias: str) -> Any:
    if alias != "pages":
        raise NeedsBoth(f"The cache {alias}")
    return _cache_of(self, alias)


def _watch(event: str, given: tuple[Any, ...]) -> None:
    if not _state["guarded"]:
        return
    if event in EVENTS:
        raise NeedsBoth(event)
    if event == "subprocess.Popen" and _is_python(given):
        raise NeedsBoth("A process of ours")


def _is_python(given: tuple[Any, ...]) -> bool:
    executable, arguments = given[0], given[1]
    return sys.executable in {str(executable), *map(str, arguments)}


sys.addaudithook(_watch)
