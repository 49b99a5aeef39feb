"""Replays that many readers ask for alike, as after a restart of the server, are rendered and encoded once.

They stay a few seconds in the process that made them. The key holds the numbers that the readers' rooms have reached,
read from the database at each request, so an event ends all that was rendered before it; a moment at which an
audience sees something else without any event, such as the end of a phase, ends it too.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from time import monotonic

from . import registry
from .page_cache import one_at_a_time
from .transport import Frame

KEPT_FOR = 10.0
# Replays at once, each of ``limits.events_replayed`` rows at most.
MOST_KEPT = 32


@dataclass(frozen=True, slots=True)
class _Replay:
    frames: list[Frame]
    since: datetime
    until: datetime | None
    gone_at: float

    def is_good(self, now: datetime) -> bool:
        return monotonic() < self.gone_at and self.since <= now and (self.until is None or now < self.until)


_kept: OrderedDict[Hashable, _Replay] = OrderedDict()
_guard = Lock()


Rendering = Callable[[], tuple[list[Frame], bool]]


def find_or_render(key: Hashable, address: str, now: datetime, render: Rendering) -> list[Frame]:
    """Return the frames cached under ``key``, or ``render`` them: one thread, while the others wait for it.

    ``render`` also returns whether its frames depend on these rooms alone, and may be cached. Rooms of which nobody
    registered at which moments they change are rendered each time.
    """
    found = _find(key, now)
    if found is not None:
        return found
    moments = registry.moments_of(address)
    if moments is None:
        return render()[0]
    with one_at_a_time(f"replay {key!r}:"):
        found = _find(key, now)
        if found is None:
            found, may_be_shared = render()
            if not may_be_shared:
                return found
            until = min((moment for moment in moments if moment > now), default=None)
            _keep(key, _Replay(found, now, until, monotonic() + KEPT_FOR))
        return found


def clear() -> None:
    with _guard:
        _kept.clear()


def _find(key: Hashable, now: datetime) -> list[Frame] | None:
    with _guard:
        found = _kept.get(key)
    return found.frames if found is not None and found.is_good(now) else None


def _keep(key: Hashable, replay: _Replay) -> None:
    with _guard:
        _kept[key] = replay
        _kept.move_to_end(key)
        while len(_kept) > MOST_KEPT or next(iter(_kept.values())).gone_at < monotonic():
            _kept.popitem(last=False)
