"""Emptying the cache of this run, and of no other: on Redis ``cache.clear()`` would empty the whole server."""

from typing import Any

from django.conf import settings
from django.core.cache import cache, caches


def empty_cache() -> None:
    caches["pages"].clear()
    if not settings.REDIS_URL:
        cache.clear()
        return
    redis: Any = cache._cache.get_client(write=True)  # type: ignore[attr-defined]
    if keys := list(redis.scan_iter(f"{settings.REDIS_PREFIX}:*")):
        redis.delete(*keys)
