"""What the caches of this run hold, and no other's: on Redis ``cache.clear()`` would empty the whole server."""

import pickle
from typing import Any

from django.conf import settings
from django.core.cache import cache, caches

from concertation.live import replay_cache


def empty_cache() -> None:
    caches["pages"].clear()
    replay_cache.clear()
    if not settings.REDIS_URL:
        cache.clear()
    elif keys := _keys():
        _redis().delete(*keys)


def all_that_is_cached() -> list[bytes]:
    """Every value, as bytes."""
    here: Any = [caches["pages"]] if settings.REDIS_URL else [caches["pages"], cache]
    objects = [value for one in here for value in one._cache.values()]
    values = [one if isinstance(one, bytes) else pickle.dumps(one) for one in objects]
    values += [frame.wire for replay in replay_cache._kept.values() for frame in replay.frames]
    return values + (_redis().mget(keys) if settings.REDIS_URL and (keys := _keys()) else [])


def _keys() -> list[bytes]:
    return list(_redis().scan_iter(f"{settings.REDIS_PREFIX}:*"))


def _redis() -> Any:
    return cache._cache.get_client(write=True)  # type: ignore[attr-defined]
