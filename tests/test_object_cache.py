"""The cache of pages gives back the object itself, until its time is over."""

import pytest

from concertation.object_cache import ObjectCache


@pytest.fixture
def cache():
    made = ObjectCache("test_object_cache", {"TIMEOUT": 60, "OPTIONS": {"MAX_ENTRIES": 3}})
    yield made
    made.clear()


def test_the_object_itself_is_returned(cache):
    page = object()

    cache.set("topic:1", page)

    assert cache.get("topic:1") is page
    assert cache.get("topic:2", "none") == "none"


def test_nothing_is_returned_after_its_time(cache):
    cache.set("topic:1", object(), timeout=0)

    assert cache.get("topic:1") is None


def test_no_more_is_stored_than_the_most_entries(cache):
    for number in range(9):
        cache.set(f"topic:{number}", object())

    assert len(cache._cache) <= 3
    assert cache.get("topic:8") is not None
