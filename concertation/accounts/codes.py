"""Six-digit codes that prove an address. Only digests of the code and of the address are stored.

The mail is sent within the request, without the outbox: until the code is typed, the server stores nothing about the
person, and a code must arrive at once even if the worker is down.
"""

import smtplib
from datetime import datetime, timedelta
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.utils.translation import gettext as _

from . import limits

PENDING = "code"
# Two clicks on one button are at most this many seconds apart.
DOUBLE_CLICK = 3


def send_code(request: HttpRequest, address: str, *, now: datetime) -> None:
    """Send a code to ``address``, known or not; an earlier code no longer works in this browser.

    After five mails to one address, no other is sent for a while: this browser then expects the code of the last
    mail, so that requests by others lock nobody out.
    """
    limits.count_code(address, limits.network_of(request))
    name = get_random_string(22)
    request.session[PENDING] = {"name": name, "address": _digest(name, address), **_sent(address, now)}


def _sent(address: str, now: datetime) -> dict[str, Any]:
    """Mail a code and return its name, digest and expiry; past the limit, return those of the last mail."""
    try:
        counted = limits.count_mail(address)
    except limits.TooMany:
        last: dict[str, Any] | None = cache.get(_last(address))
        if last is not None and now.timestamp() < last["until"]:
            return last
        counted = limits.Counted()
    code, mail = get_adapter().generate_login_code(), get_random_string(22)
    until = (now + timedelta(seconds=app_settings.LOGIN_BY_CODE_TIMEOUT)).timestamp()
    sent = {"mail": mail, "code": _digest(mail, code), "until": until}
    cache.set(_last(address), sent, app_settings.LOGIN_BY_CODE_TIMEOUT)
    try:
        _mail(address, code)
    except ValidationError:
        counted.give_back()
        cache.delete(_last(address))
        raise
    return sent


def _last(address: str) -> str:
    return "code.last:" + _digest("last", address)


def is_double_click(request: HttpRequest, address: str) -> bool:
    """Return whether this session requested a code for ``address`` a moment ago: a second would invalidate it.

    The button on the page of the code that requests another one is not a double click.
    """
    asks_again = bool(request.resolver_match and request.resolver_match.kwargs.get("step"))
    if asks_again or not request.session.session_key or cache.add(_sending(request, address), True, DOUBLE_CLICK):
        return False
    return is_being_sent(request, address)


def is_being_sent(request: HttpRequest, address: str) -> bool:
    """Return whether a code for ``address`` was requested a moment ago, and may not have been sent yet."""
    return bool(request.session.session_key) and cache.get(_sending(request, address)) is not None


def _sending(request: HttpRequest, address: str) -> str:
    return "code.sending:" + _digest(request.session.session_key or "", address)


def check_code(request: HttpRequest, address: str, code: str, *, now: datetime) -> None:
    """Accept the last code sent to ``address`` once, within fifteen minutes and five attempts."""
    if not awaits_code(request, address):
        raise _none_awaited()
    pending: dict[str, Any] = request.session[PENDING]
    if now.timestamp() >= pending["until"]:
        forget_code(request)
        raise ValidationError(_("Ce code a expiré. Demandez-en un nouveau."), "expired")
    # Counted outside the session: parallel requests with one cookie would each read the same count.
    try:
        limits.count_try_of_code(pending["name"])
    except limits.TooMany:
        forget_code(request)
        raise
    if not constant_time_compare(pending["code"], _digest(pending["mail"], _digits_of(code))):
        raise ValidationError(
            _("Ce code n’est pas le bon. Vérifiez les six chiffres du dernier courriel reçu."), "wrong"
        )
    forget_code(request)
    # Several browsers may expect the code of one mail; it works for the first one.
    if not cache.add(f"code.used:{pending['mail']}", True, app_settings.LOGIN_BY_CODE_TIMEOUT):
        raise _none_awaited()
    limits.forget_mails(address)


def awaits_code(request: HttpRequest, address: str) -> bool:
    """Return whether a code was sent to this address from this browser and has not been used."""
    pending: dict[str, Any] = request.session.get(PENDING) or {}
    return bool(pending) and constant_time_compare(pending["address"], _digest(pending["name"], address))


def _none_awaited() -> ValidationError:
    return ValidationError(_("Aucun code n’est en attente pour cette adresse. Demandez-en un nouveau."), "none")


def forget_code(request: HttpRequest) -> None:
    request.session.pop(PENDING, None)


def _digest(name: str, value: str) -> str:
    return salted_hmac(f"concertation.accounts.codes:{name}", value, algorithm="sha256").hexdigest()


def _digits_of(code: str) -> str:
    return "".join(character for character in code if character.isdecimal())


def _mail(address: str, code: str) -> None:
    mail = EmailMessage(
        subject=_("%(code)s est votre code") % {"code": code},
        body=_(
            "Bonjour,\n\n"
            "Voici le code à saisir sur la page que vous avez laissée ouverte :\n\n"
            "    %(code)s\n\n"
            "Il est valable quinze minutes et ne sert qu’une fois.\n\n"
            "Si vous n’avez rien demandé sur %(site)s, ne tenez pas compte de ce courriel : rien n’a été "
            "enregistré.\n"
        )
        % {"code": code, "site": settings.SITE_URL},
        to=[address],
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused:
        raise ValidationError(_("Cette adresse a refusé notre courriel. Vérifiez-la."), "refused") from None
    except OSError:
        raise ValidationError(
            _("Le courriel n’a pas pu partir. Rien n’est perdu : réessayez dans une minute."), "unsent"
        ) from None
