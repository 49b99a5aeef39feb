"""Whole-page cache: reuse a rendered page until one of its rooms gets an event, one copy per audience.

A page is rendered for an audience, never for a person. What is a viewer's own (their name, a token, their cursor, the
marks of what they wrote) replaces a placeholder at each request.
Pages stay in the process that rendered them. Their key contains all that they depend on, above all the numbers that
their rooms have reached, which are read at each request: nothing has to be invalidated, and what a moderator hides is
in no page fetched after it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_hex
from threading import Lock
from weakref import WeakValueDictionary

from django.core.cache import caches
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

# Nobody can write it into a page: it is new in each process, as the pages are.
_MARK = token_hex(16)
_OWN = re.compile(rf"{_MARK}(?:-(\w+)-|\+(\w+)-(.*?){_MARK}\.)", re.DOTALL)
# Seconds for which a thread waits for the one that renders its page, before it renders the page itself.
RENDERED_WITHIN = 2.0
_rendering: WeakValueDictionary[str, Lock] = WeakValueDictionary()
_rendering_guard = Lock()
_ALWAYS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def placeholder(name: str, default: str | None = None) -> SafeString:
    """Return what a template gets in the place of a viewer's own ``name``.

    Without ``default``, each viewer has a value of their own; with it, only a few have one.
    """
    own = f"-{name}-" if default is None else f"+{name}-{default}{_MARK}."
    return SafeString(_MARK + own)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is for many: its bytes, and between them the names of what is each viewer's own.

    ``defaults`` has a value for each name, None where every viewer has one of their own. ``alternatives`` are values
    that only some viewers need, by name, rendered with the page.
    """

    parts: tuple[bytes, ...]
    names: tuple[str, ...]
    defaults: tuple[bytes | None, ...]
    since: datetime
    until: datetime
    alternatives: Mapping[str, str] = field(default_factory=dict)

    def filled(self, own: Mapping[str, str]) -> bytes:
        """Return the page for one viewer; what is not safe HTML already is escaped."""
        pieces = []
        for part, name, default in zip(self.parts, self.names, self.defaults, strict=False):
            pieces.append(part)
            is_default = default is not None and name not in own
            pieces.append(default or b"" if is_default else conditional_escape(own[name]).encode())
        return b"".join([*pieces, self.parts[-1]])


def page_from(
    html: str,
    *,
    now: datetime | None = None,
    changes_at: Iterable[datetime] = (),
    alternatives: Mapping[str, str] | None = None,
) -> Page:
    """Return the page made of a template's HTML with placeholders; it expires at the next of ``changes_at``."""
    since, until = _ALWAYS
    for moment in changes_at:
        if now is not None and moment > now:
            until = min(until, moment)
        else:
            since = max(since, moment)
    split = _OWN.split(html)
    names = tuple(always or sometimes for always, sometimes in zip(split[1::4], split[2::4], strict=True))
    defaults = tuple(None if default is None else default.encode() for default in split[3::4])
    parts = tuple(part.encode() for part in split[::4])
    return Page(parts, names, defaults, since, until, alternatives or {})


def store(key: str, page: Page) -> None:
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
