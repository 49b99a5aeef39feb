"""A page whose rooms stand where they stood is the page it was: it is drawn once for all who see it alike.

Where a reader's own words go (their name, a token, how far they have heard) it is drawn with a stand-in, and filled in
for each of them. Pages are kept in the process that drew them, under all that they depend on, the numbers their rooms
have reached above all: these are read from the database at each request, so that nothing ever has to be forgotten, and
what a moderator hides is in no page asked for after it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from threading import Lock
from weakref import WeakValueDictionary

from django.core.cache import caches
from django.utils.html import conditional_escape

# Nobody can write it into a page: it is new in each process, as the pages are.
_MARK = token_hex(16)
_STAND_IN = re.compile(rf"{_MARK}-(\w+)-")
# Seconds for which a thread waits for the one that renders its page, before it renders the page itself.
RENDERED_WITHIN = 2.0
_rendering: WeakValueDictionary[str, Lock] = WeakValueDictionary()
_rendering_guard = Lock()
_ALWAYS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def stand_in(name: str) -> str:
    """What a template is given in the place of a reader's own ``name``."""
    return f"{_MARK}-{name}-"


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is for many: its bytes, and between them the names of what is each reader's own."""

    parts: tuple[bytes, ...]
    names: tuple[str, ...]
    since: datetime
    until: datetime

    def filled(self, own: Mapping[str, str]) -> bytes:
        """The page for one reader; what is not safe HTML already is escaped."""
        words = [conditional_escape(own[name]).encode() for name in self.names]
        pieces = [piece for pair in zip(self.parts, words, strict=False) for piece in pair]
        return b"".join([*pieces, self.parts[-1]])


def drawn(html: str, *, now: datetime | None = None, changes_at: Iterable[datetime] = ()) -> Page:
    """What a template made with stand-ins, at ``now``; it is another page from each moment of ``changes_at`` on."""
    since, until = _ALWAYS
    for moment in changes_at:
        if now is not None and moment > now:
            until = min(until, moment)
        else:
            since = max(since, moment)
    split = _STAND_IN.split(html)
    return Page(tuple(part.encode() for part in split[::2]), tuple(split[1::2]), since, until)


def keep(key: str, page: Page) -> None:
    caches["pages"].set(key, page)


def find(key: str, now: datetime) -> Page | None:
    """The page kept under ``key``, if it is still that page at ``now``."""
    page: Page | None = caches["pages"].get(key)
    return page if page is not None and page.since <= now < page.until else None


@contextmanager
def one_at_a_time(key: str) -> Iterator[None]:
    """Let one thread at a time render the page of a place: ``key`` up to its last colon, what follows being its state.

    Within, look for the page again: another thread may have rendered it meanwhile, or an event may have changed its
    key. A thread that has waited ``RENDERED_WITHIN`` seconds goes on beside the first, so nobody waits for ever.
    """
    with _rendering_guard:
        turn = _rendering.setdefault(key.rpartition(":")[0], Lock())
    is_ours = turn.acquire(timeout=RENDERED_WITHIN)
    try:
        yield
    finally:
        if is_ours:
            turn.release()
