"""Limit password hashing to two at a time in a process: each uses a core for most of a second."""

from threading import BoundedSemaphore

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils.translation import gettext as _

from concertation.texts.templatetags.french import duration

from .limits import TooMany

AT_ONCE = 2
# A waiting request holds one of the site's threads, hence few, for a short time.
WAITING = 2
WAIT_SECONDS = 3.0


class HashingGate:
    """Admit ``AT_ONCE`` callers, let ``WAITING`` more wait, refuse the others."""

    def __init__(self) -> None:
        self._places = BoundedSemaphore(AT_ONCE + WAITING)
        self._running = BoundedSemaphore(AT_ONCE)

    def __enter__(self) -> None:
        if not self._places.acquire(blocking=False):
            raise _refusal()
        if not self._running.acquire(timeout=WAIT_SECONDS):
            self._places.release()
            raise _refusal()

    def __exit__(self, *_error: object) -> None:
        self._running.release()
        self._places.release()


gate = HashingGate()


class GatedHasher(PBKDF2PasswordHasher):
    """Django's first hasher, behind the gate; all password checks go through it."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        with gate:
            return super().encode(password, salt, iterations)


def _refusal() -> TooMany:
    return TooMany(
        _("Beaucoup de personnes se connectent par mot de passe en ce moment. Réessayez dans %(wait)s."),
        code="busy",
        params={"wait": duration(10)},
    )
