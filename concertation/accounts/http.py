"""Requests whose user is known, and the answers that every app gives alike."""

from django.http import HttpRequest, HttpResponseRedirect

from .models import User


class AuthenticatedHttpRequest(HttpRequest):
    user: User


class SeeOther(HttpResponseRedirect):
    """After a write the browser reads another page, and going back never writes again."""

    status_code = 303


class NotSaved(SeeOther):
    """Lead a form that has written nothing yet to its next step; drafts in the browser stay."""


def is_fetch(request: HttpRequest) -> bool:
    """Whether our script asked, and wants a fragment."""
    return request.headers.get("X-Requested-With") == "fetch"


def comes_from_elsewhere(request: HttpRequest) -> bool:
    """Return whether the browser says that a page of another site sends this form."""
    origin = request.headers.get("Origin")
    return origin is not None and origin != f"{request.scheme}://{request.get_host()}"
