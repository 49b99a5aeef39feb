"""Hash passwords one at a time in a process, in a thread of low priority: each uses a core for half a second.

Hashing releases the interpreter's lock, so that pages are rendered beside it; the low priority gives them the core.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import BoundedSemaphore, Lock, get_native_id

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils.translation import gettext as _

from concertation.texts.templatetags.french import duration

from .limits import Counted, TooMany, count_password

# A waiting request holds one of the site's threads, hence few, for a short time.
PLACES = 4
PLACES_OF_NETWORK = 2
WAIT_SECONDS = 3.0
NICENESS = 5


def _lower_priority() -> None:
    """Linux has a priority for each thread; elsewhere this one keeps that of the process."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, get_native_id(), NICENESS)


class HashingGate:
    """Hash for one caller, let the others of ``PLACES`` wait for their turn, refuse all beyond."""

    def __init__(self) -> None:
        self._places = BoundedSemaphore(PLACES)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hashing", initializer=_lower_priority)
        self._networks: Counter[str] = Counter()
        self._lock = Lock()

    def run(self, encode: Callable[[], str]) -> str:
        if not self._places.acquire(blocking=False):
            raise _refusal()
        try:
            turn = self._thread.submit(encode)
            with suppress(TimeoutError):
                return turn.result(WAIT_SECONDS)
            if turn.cancel():
                raise _refusal()
            return turn.result()  # it has begun
        finally:
            self._places.release()

    @contextmanager
    def place_of(self, network: str) -> Iterator[None]:
        """Refuse more than ``PLACES_OF_NETWORK`` attempts at once of one network: others log in meanwhile."""
        with self._lock:
            if self._networks[network] >= PLACES_OF_NETWORK:
                raise _refusal_of_network()
            self._networks[network] += 1
        try:
            yield
        finally:
            with self._lock:
                self._networks[network] -= 1
                self._networks += Counter()  # forget networks without attempts


gate = HashingGate()


class GatedHasher(PBKDF2PasswordHasher):
    """Django's first hasher, behind the gate; all password checks go through it."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        plainly = super().encode
        return gate.run(lambda: plainly(password, salt, iterations))


@contextmanager
def password_attempt(address: str, network: str) -> Iterator[Counted]:
    """Count one attempt and take its place; the caller calls ``give_back`` if it was right.

    An attempt that is refused because others are running does not count.
    """
    counted = count_password(address, network)
    try:
        with gate.place_of(network):
            yield counted
    except TooMany:
        counted.give_back()
        raise


def _refusal() -> TooMany:
    return TooMany(
        _("Beaucoup de personnes se connectent par mot de passe en ce moment. Réessayez dans %(wait)s."),
        code="busy",
        params={"wait": duration(10)},
    )


def _refusal_of_network() -> TooMany:
    return TooMany(
        _(
            "Plusieurs essais de mot de passe sont déjà en cours depuis cet accès à internet. "
            "Réessayez dans %(wait)s, ou recevez un code par courriel."
        ),
        code="busy",
        params={"wait": duration(10)},
    )
