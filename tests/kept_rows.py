"""Rows of the personas that unit tests share: built once, outside the transaction of each test.

Fixtures marked ``kept`` are built in the order of their declaration, each in a savepoint within that of the one before.
The next test keeps those that it asks for too, from the first on, and rolls back the rest. Each test gets fresh copies
of the objects, as they were when they had been built.
"""

import inspect
import pickle
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.db.transaction import Atomic

from tests.announcing import watched_verbs
from tests.groups import group_of

# Seconds after which all is built again: rules of time read the clock, and these rows were made before.
FRESH = 30.0

Build = Callable[..., Any]
_numbers: dict[Build, int] = {}


def kept(build: Build) -> Any:
    """Declare a fixture of rows that unit tests share; to a test that commits it is an ordinary fixture.

    It takes fixtures of our tests alone, returns what can be pickled, and leaves nothing behind but rows.
    """
    _numbers[build] = len(_numbers)
    return pytest.fixture(build)


@dataclass
class Level:
    """A fixture that was built, in its savepoint, and the values of all that are built so far."""

    build: Build
    block: Atomic
    values: bytes


class KeptRows:
    """What is built now, and the copies of its values that the present test gets."""

    def __init__(self) -> None:
        self.levels: list[Level] = []
        self.values: dict[int, Any] = {}
        self.item: pytest.Item | None = None
        self.is_paused = False
        self._outer: Atomic | None = None
        self.built_at = 0.0

    def bring_to(self, item: pytest.Item) -> None:
        """Drop what this test does not ask for, then build what it misses."""
        wanted = [] if self.is_paused else kept_fixtures_of(item)
        if not wanted or abs(time.time() - self.built_at) > FRESH:
            self.drop_all()
        while [level.build for level in self.levels] != wanted[: len(self.levels)]:
            _roll_back(self.levels.pop().block)
        if wanted and self._outer is None:
            self._outer, self.built_at = _enter(), time.time()
        self._copy(item)
        if missing := wanted[len(self.levels) :]:
            with watched_verbs() as silent:
                for build in missing:
                    self._build(build, item)
            assert not silent, f"written without announcing, by verb and model: {sorted(silent)}"
            self._copy(item)

    def drop_all(self) -> None:
        self.item = None
        while self.levels:
            _roll_back(self.levels.pop().block)
        if self._outer is not None:
            _roll_back(self._outer)
            self._outer = None

    def _copy(self, item: pytest.Item) -> None:
        self.values = pickle.loads(self.levels[-1].values) if self.levels else {}
        self.item = item

    def _build(self, build: Build, item: pytest.Item) -> None:
        block = _enter()
        try:
            self.values[_numbers[build]] = self._call(build, item)
            self.levels.append(Level(build, block, pickle.dumps(self.values)))
        except BaseException:
            _roll_back(block)
            self.drop_all()
            raise

    def _call(self, build: Build, item: pytest.Item) -> Any:
        return build(**{name: self._value_of(name, item) for name in _parameters(build)})

    def _value_of(self, name: str, item: pytest.Item) -> Any:
        build = _function(name, item)
        if build is None:
            return None  # ``db``
        number = _numbers.get(build)
        return self._call(build, item) if number is None else self.values[number]


def kept_fixtures_of(item: pytest.Item) -> list[Build]:
    """Return those that a test asks for, in the order of their declaration, each after those that it takes."""
    if item.get_closest_marker("travels"):
        return []
    names = item.fixturenames  # type: ignore[attr-defined]
    asked = {build for name in names if (build := _function(name, item)) in _numbers and _can_be_kept(name, item)}
    found: dict[Build, None] = {}

    def add(build: Build) -> None:
        for name in _parameters(build):
            if taken := _function(name, item):
                add(taken)
        if build in _numbers:
            found[build] = None

    for build in sorted(asked, key=lambda one: _numbers[one]):
        add(build)
    return list(found)


def _can_be_kept(name: str, item: pytest.Item) -> bool:
    """Check that a fixture takes, in this test, nothing but fixtures of our tests that are plain functions."""
    build = _function(name, item)
    if build is None:
        return name == "db"
    is_plain = not inspect.isgeneratorfunction(build) and not inspect.iscoroutinefunction(build)
    return is_plain and all(_can_be_kept(taken, item) for taken in _parameters(build))


def _parameters(build: Build) -> list[str]:
    return list(inspect.signature(build).parameters)


def _function(name: str, item: pytest.Item) -> Build | None:
    """Return the function of the fixture that a test gets under this name, if it is one of our tests' for one test."""
    found = item._fixtureinfo.name2fixturedefs.get(name)  # type: ignore[attr-defined]
    is_ours = found and found[-1].func.__module__.startswith("tests.")
    return found[-1].func if is_ours and found[-1].scope == "function" and not found[-1].params else None


def _enter() -> Atomic:
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # as Django's own: a durable block may be opened within
    block.__enter__()
    return block


def _roll_back(block: Atomic) -> None:
    transaction.set_rollback(True)
    block.__exit__(None, None, None)


_rows = KeptRows()


@pytest.fixture(scope="session")
def _kept_rows_end(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Roll back before the database is deleted."""
    yield
    with django_db_blocker.unblock():
        _rows.drop_all()


@pytest.fixture(scope="module")
def no_kept_rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Keep none for the tests of a file: asked for by a fixture of it that opens a transaction of its own."""
    with django_db_blocker.unblock():
        _rows.drop_all()
    _rows.is_paused = True
    yield
    _rows.is_paused = False


@pytest.fixture
def _kept_rows(request: pytest.FixtureRequest, _kept_rows_end: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        if group_of(request.node) == "unit":
            _rows.bring_to(request.node)
        else:
            _rows.drop_all()


@pytest.fixture
def _django_db_helper(_kept_rows: None, _django_db_helper: None) -> None:
    """Open the transaction of a test, of pytest-django, within that of the kept rows."""


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Any:
    """Give a kept fixture its value; None leaves any other to pytest."""
    number = _numbers.get(fixturedef.func)
    if number is None or _rows.item is not request.node or number not in _rows.values:
        return None
    assert abs(time.time() - _rows.built_at) < 600, "This test sets the clock before its people: mark it `travels`."
    value = _rows.values[number]
    fixturedef.cached_result = (value, fixturedef.cache_key(request), None)  # type: ignore[arg-type]
    return value
