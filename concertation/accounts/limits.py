"""Rate limits on codes and password attempts, counted in the cache, which all processes share.

A limit on an account always counts *one network*: requests by others to an address never lock its holder out. The
limit of a network is wide (an atelier is forty people behind one), that of an account within it narrow. The one
exception, mails with a code to one address, refuses nobody: beyond it, the code of the last mail stays valid.
"""

import time
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from concertation.proxies import client_address
from concertation.texts.templatetags.french import duration


class TooMany(ValidationError):
    """A refusal that ends with time; status 429."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``most`` times in ``seconds``, from the first time on."""

    most: int
    seconds: int


CODES_OF_NETWORK = (Rate(80, 60), Rate(400, 3600))
CODES_OF_ADDRESS = (Rate(3, 60), Rate(10, 3600))
MAILS_TO_ADDRESS = (Rate(5, 900),)
TRIES_OF_CODE = (Rate(5, 900),)
PASSWORDS_OF_NETWORK = (Rate(60, 60),)
PASSWORDS_OF_ADDRESS = (Rate(5, 300),)
KEPT_FORMS_OF_NETWORK = (Rate(60, 60),)
CHANGES_OF_SUBSCRIPTION = (Rate(20, 3600),)


class Counted:
    """One counted use; ``give_back`` uncounts it."""

    def __init__(self) -> None:
        self.slots: list[str] = []

    def joined(self, other: "Counted") -> "Counted":
        self.slots += other.slots
        return self

    def give_back(self) -> None:
        for slot in self.slots:
            try:
                cache.decr(slot)
            except ValueError:
                continue


def network_of(request: HttpRequest) -> str:
    return client_address(request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", ""))


def count_code(address: str, network: str) -> None:
    """Count one code sent to ``address``."""
    refusal = _(
        "Plusieurs codes viennent déjà d’être demandés. Vérifiez vos courriels indésirables, ou recommencez dans "
        "%(wait)s."
    )
    _count("code.asked", network, CODES_OF_NETWORK, refusal)
    _count("code.asked", f"{address} {network}", CODES_OF_ADDRESS, refusal)


def count_mail(address: str) -> Counted:
    """Count one mail with a code to ``address``, from any network."""
    return _count("code.mailed", address, MAILS_TO_ADDRESS, "")


def forget_mails(address: str) -> None:
    """Reset the count of mails to ``address``, which its owner has just proved."""
    cache.delete_many([_name_of("code.mailed", address, rate) for rate in MAILS_TO_ADDRESS])


def count_try_of_code(name: str) -> None:
    """Count one attempt at the code of this name; a code has five."""
    _count("code.tried", name, TRIES_OF_CODE, _("Trop d’essais : ce code ne peut plus servir. Demandez-en un nouveau."))


def count_password(address: str, network: str) -> Counted:
    """Count one attempt at a password before it is checked; the caller calls ``give_back`` if it was right."""
    refusal = _("Trop d’essais depuis cet accès à internet. Réessayez dans %(wait)s, ou recevez un code par courriel.")
    counted = _count("password", network, PASSWORDS_OF_NETWORK, refusal)
    refusal = _("Trop d’essais avec ce mot de passe. Réessayez dans %(wait)s, ou recevez un code par courriel.")
    return counted.joined(_count("password", f"{address} {network}", PASSWORDS_OF_ADDRESS, refusal))


def count_saved_form(network: str) -> None:
    """Count one saved form of a person whose session is gone (``saved_forms.py``)."""
    refusal = _("Trop d’envois sans session depuis cet accès à internet. Réessayez dans %(wait)s.")
    _count("form.kept", network, KEPT_FORMS_OF_NETWORK, refusal)


def count_subscription(key: str) -> None:
    """Count one act by the link of a mail that ends or resumes letters; the link needs no account."""
    refusal = _("Vous venez de changer d’avis plusieurs fois. Recommencez dans %(wait)s.")
    _count("subscription", key, CHANGES_OF_SUBSCRIPTION, refusal)


def _count(what: str, key: str, rates: tuple[Rate, ...], refusal: str) -> Counted:
    """Count one use under each rate, or raise ``refusal``; its ``%(wait)s`` is the time to wait."""
    counted = Counted()
    for rate in rates:
        wait = _wait_for(what, key, rate, counted)
        if wait:
            raise TooMany(refusal, code="too_many", params={"wait": duration(wait)})
    return counted


def _wait_for(what: str, key: str, rate: Rate, counted: Counted) -> float:
    """Return the seconds to wait, 0 for none; without a working cache, refuse."""
    now = time.time()
    name = _name_of(what, key, rate)
    cache.add(name, now, rate.seconds)
    since = cache.get(name)
    if since is None:
        return rate.seconds
    if since + rate.seconds <= now:  # expired by this clock, though not yet in the cache
        cache.set(name, now, rate.seconds)
        since = now
    slot = f"{name}:{since}"
    cache.add(slot, 0, rate.seconds)
    try:
        uses = cache.incr(slot)
    except ValueError:
        return rate.seconds
    counted.slots.append(slot)
    return max(since + rate.seconds - now, 1) if uses > rate.most else 0


def _name_of(what: str, key: str, rate: Rate) -> str:
    return f"limit:{what}:{sha256(key.encode()).hexdigest()}:{rate.most}/{rate.seconds}"
