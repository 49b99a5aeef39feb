"""Requests with a logged-in user, and responses that all apps share."""

from django.http import HttpRequest, HttpResponseRedirect

from .models import User


class AuthenticatedHttpRequest(HttpRequest):
    user: User


class SeeOther(HttpResponseRedirect):
    """Redirect after a write, so that Back and reload do not write again (303)."""

    status_code = 303


class NotSaved(SeeOther):
    """Redirect a form that has not written yet to its next step; drafts in the browser stay."""


def is_fetch(request: HttpRequest) -> bool:
    """Return whether a script of ours sent the request, and wants a fragment."""
    return request.headers.get("X-Requested-With") == "fetch"


def comes_from_elsewhere(request: HttpRequest) -> bool:
    """Return whether the browser says that a page of another site sent this form."""
    origin = request.headers.get("Origin")
    return origin is not None and origin != f"{request.scheme}://{request.get_host()}"
