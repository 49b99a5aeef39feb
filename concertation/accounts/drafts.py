"""Drafts in the browser: their owner's key, and removal after a successful write."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.crypto import salted_hmac

from .http import NotSaved

SAVED_COOKIE = "saved_drafts"
SAVED_COOKIE_AGE = 600
SAVED_COOKIE_LENGTH = 2_000
REDIRECTS = (302, 303)


def reader_key(user: Any) -> str:
    """Return the key of a person's drafts in a browser: it does not identify them; a visitor has none."""
    return salted_hmac("concertation.drafts", str(user.pk)).hexdigest()[:16] if user.is_authenticated else ""


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Have the browser remove the draft of each form that was just saved (``static/js/drafts.js``)."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if has_saved(request, response):
            remember_saved(request, response, request.get_full_path())
        return response

    return answer


def has_saved(request: HttpRequest, response: HttpResponse) -> bool:
    """Return whether a form was accepted: a redirect, but not to log-in, and without a warning."""
    if request.method != "POST" or response.status_code not in REDIRECTS or isinstance(response, NotSaved):
        return False
    goes_to_log_in = response["Location"].partition("?")[0] == resolve_url(settings.LOGIN_URL)
    # Django has no public way to list the messages that this request added.
    added = getattr(messages.get_messages(request), "_queued_messages", [])
    return not goes_to_log_in and all(one.level < messages.WARNING for one in added)


def remember_saved(request: HttpRequest, response: HttpResponse, draft: str) -> None:
    """Add a draft to the cookie of saved ones; drafts of the form's copies, with another uuid, stay."""
    client_uuid = request.POST.get("client_uuid", "")[:36]
    name = quote(f"{draft}#{client_uuid}" if client_uuid else draft, safe="")
    cookie = response.cookies.get(SAVED_COOKIE)
    before = cookie.value if cookie else request.COOKIES.get(SAVED_COOKIE)
    names = f"{before}|{name}" if before and len(before) + len(name) < SAVED_COOKIE_LENGTH else name
    response.set_cookie(
        SAVED_COOKIE, names, max_age=SAVED_COOKIE_AGE, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
