"""Six-digit codes that prove an address. Only digests of the code and of the address are kept.

The mail leaves within the request and is not put in the outbox: until the code is typed, nothing about the person
is written on this server, and a code must come at once whatever the worker does.
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
# Two clicks on one button come within this many seconds.
DOUBLE_CLICK = 3


def send_code(request: HttpRequest, address: str, *, now: datetime) -> None:
    """Send a code to ``address``, known here or not; an earlier one stops working in this browser.

    Once five mails have left for an address, no further one does for a while: this browser then waits for the code of
    the last mail, so that requests made by others keep nobody out.
    """
    limits.count_code(address, limits.network_of(request))
    name = get_random_string(22)
    request.session[PENDING] = {"name": name, "address": _digest(name, address), **_sent(address, now)}


def _sent(address: str, now: datetime) -> dict[str, Any]:
    """Mail a code and return its name, digest and end; or return those of the last mail, once enough have left."""
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
    """Return whether this session asked for a code for ``address`` a moment ago: the second would undo the first.

    Asking again on the page of the code is not a double click.
    """
    asks_again = bool(request.resolver_match and request.resolver_match.kwargs)
    if asks_again or not request.session.session_key or cache.add(_sending(request, address), True, DOUBLE_CLICK):
        return False
    return is_being_sent(request, address)


def is_being_sent(request: HttpRequest, address: str) -> bool:
    """Return whether a code for ``address`` was asked for a moment ago, and may not have left yet."""
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
    # Counted outside the session: requests sent side by side with one cookie would each count from the same number.
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
    # Several browsers may wait for the code of one mail: the first to give it has used it.
    if not cache.add(f"code.used:{pending['mail']}", True, app_settings.LOGIN_BY_CODE_TIMEOUT):
        raise _none_awaited()
    limits.forget_mails(address)


def awaits_code(request: HttpRequest, address: str) -> bool:
    """Whether a code was sent to this address from this browser and has not been used."""
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
