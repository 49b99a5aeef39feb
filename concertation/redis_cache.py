"""The cache on Redis; without Redis the site is slower and otherwise the same."""

import logging
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from django.core.cache.backends import redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
SAID_EVERY = 60


class _Missed:
    """Treat a Redis error as a cache miss; log it at most once a minute."""

    def __init__(self) -> None:
        self.said_at: float | None = None

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, RedisError):
            return False
        now = time.monotonic()
        if self.said_at is None or now - self.said_at >= SAID_EVERY:
            self.said_at = now
            logger.warning("Redis does not answer; what it keeps is made anew meanwhile: %s", error)
        return True


_missed = _Missed()


class RedisCache(redis.RedisCache):
    """Django's Redis cache, for which a Redis that fails is empty.

    Rows and pages are then rendered each time. The counts of codes sent and typed are only there: they fail closed,
    with "too many", lest a code of six digits allow any number of attempts.
    """

    def add(self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        with _missed:
            return super().add(key, value, timeout, version)
        return False

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        with _missed:
            return super().get(key, default, version)
        return default

    def set(self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        with _missed:
            super().set(key, value, timeout, version)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        with _missed:
            return super().incr(key, delta, version)
        raise ValueError("Redis does not count.")

    def touch(self, key: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        with _missed:
            return super().touch(key, timeout, version)
        return False

    def delete(self, key: Any, version: int | None = None) -> bool:
        with _missed:
            return super().delete(key, version)
        return False

    def has_key(self, key: Any, version: int | None = None) -> bool:
        with _missed:
            return super().has_key(key, version)
        return False

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        with _missed:
            return super().get_many(keys, version)
        return {}

    def set_many(
        self, data: dict[Any, Any], timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[Any]:
        with _missed:
            return super().set_many(data, timeout, version)
        return list(data)

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        with _missed:
            super().delete_many(keys, version)
