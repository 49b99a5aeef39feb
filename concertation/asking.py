"""A page asks many times who its reader is; the database is asked once.

The answers are kept while one page is read, by GET or HEAD, and no longer. What changes something never uses them:
``require``, through which every verb passes, asks anew; a verb that asks several things makes one moment of them.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Answers(dict[tuple[Hashable, Hashable], Any]):
    """What was answered; ``is_fresh`` when a verb asked."""

    is_fresh = False


_known: ContextVar[_Answers | None] = ContextVar("known", default=None)


@contextmanager
def once() -> Iterator[None]:
    """Within, no answer is asked for twice."""
    before = _known.set(_Answers())
    try:
        yield
    finally:
        _known.reset(before)


@contextmanager
def anew() -> Iterator[None]:
    """Within, every answer is asked for again, even on a page, and once; a moment within a moment is the same one."""
    known = _known.get()
    if known is not None and known.is_fresh:
        yield
        return
    fresh = _Answers()
    fresh.is_fresh = True
    before = _known.set(fresh)
    try:
        yield
    finally:
        _known.reset(before)


def answers(question: Hashable, keys: Collection[K], fetch: Callable[[list[K]], Mapping[K, V]]) -> dict[K, V]:
    """The answer to ``question`` about each key; ``fetch`` is given the keys whose answer is not known yet."""
    known = _known.get()
    if known is None:
        return dict(fetch(list(keys)))
    missing = [key for key in keys if (question, key) not in known]
    if missing:
        known.update({(question, key): answer for key, answer in fetch(missing).items()})
    return {key: known[question, key] for key in keys if (question, key) in known}


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """One page is one moment: ``once`` around each page that is only read."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return get_response(request)
        with once():
            return get_response(request)

    return answer
