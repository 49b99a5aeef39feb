"""Readers who ask for a page at once just after an event cost one rendering, and nobody waits for one that fails."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client

from concertation.live import page_cache
from contributions.views import topic as topic_views
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures
from tests.live.test_states import at_topic, client_of  # noqa: F401 - fixture

pytestmark = pytest.mark.django_db(transaction=True)
READERS = 4
PATIENCE = 30


@pytest.fixture
def renderings(monkeypatch):
    """What is done in each rendering of a topic, first to last; the first begins once all readers have asked."""
    acts, done, asked, all_asked = [], [], set(), threading.Event()
    find, drawn = page_cache.find, topic_views._rendered

    def noted(*given):
        page = find(*given)
        asked.add(threading.get_ident())
        if len(asked) == READERS:
            all_asked.set()
        return page

    def interrupted(*given):
        number = len(done)
        done.append(given)
        assert all_asked.wait(PATIENCE)
        page = drawn(*given)
        if number < len(acts):
            acts[number]()
        return page

    monkeypatch.setattr(page_cache, "find", noted)
    monkeypatch.setattr(topic_views, "_rendered", interrupted)
    caches["pages"].clear()
    return acts, done


def at_once(address):
    """Ask as so many visitors, each in a thread of their own: the pages they get."""

    def ask(_number):
        try:
            return Client(raise_request_exception=False).get(address).content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(READERS) as threads:
        return list(threads.map(ask, range(READERS)))


def test_readers_who_ask_at_once_cost_one_rendering(contribution, at_topic, renderings):
    _acts, done = renderings

    pages = at_once(at_topic)

    assert len(done) == 1
    assert ["data-live-list" in page for page in pages] == [True] * READERS


def test_when_a_rendering_fails_another_reader_renders_the_page(contribution, at_topic, renderings):
    acts, done = renderings

    def fail():
        raise ValueError

    acts.append(fail)

    pages = at_once(at_topic)

    assert len(done) == 2
    assert sorted("data-live-list" in page for page in pages) == [False, *[True] * (READERS - 1)]


def test_an_event_during_a_rendering_costs_one_more_and_is_shown_to_those_who_waited(
    contribution, at_topic, renderings, post, topic, other_participant
):
    acts, done = renderings
    acts.append(lambda: post("Des bancs.", title="Des bancs", topic=topic, by=other_participant))

    pages = at_once(at_topic)

    assert len(done) == 2
    assert sorted("Des bancs." in page for page in pages) == [False, *[True] * (READERS - 1)]


def test_nobody_waits_longer_than_a_moment(contribution, at_topic, renderings, monkeypatch):
    acts, done = renderings
    others = threading.Semaphore(0)
    monkeypatch.setattr(page_cache, "RENDERED_WITHIN", 0.0)
    acts += [lambda: [others.acquire(timeout=PATIENCE) for _ in range(READERS - 1)], *[others.release] * (READERS - 1)]

    pages = at_once(at_topic)

    assert len(done) == READERS
    assert len({page.count("data-live-shell") for page in pages}) == 1
