"""Rendering a page for an audience: no person's name, right or mark can enter it."""

from datetime import datetime
from typing import Any, NoReturn, cast

from django.http import HttpRequest

from concertation.viewer import Viewer

from .audience import Audience


class PersonOnSharedPage(RuntimeError):
    """Something on a page that many share has asked who looks at it."""


class _AnyViewer:
    """In the place of the user: it says whether its viewers are logged in, and nothing else."""

    is_active = False

    def __init__(self, *, is_authenticated: bool) -> None:
        self.is_authenticated = is_authenticated
        self.is_anonymous = not is_authenticated

    def __getattr__(self, name: str) -> NoReturn:
        raise PersonOnSharedPage(f"user.{name}")


def shared_request(request: HttpRequest, audience: Audience, now: datetime) -> HttpRequest:
    """Return a request for the same address whose viewer is ``audience``: without session, cookie or messages."""
    shared = HttpRequest()
    shared.method = "GET"
    shared.path, shared.path_info = request.path, request.path_info
    shared.META = {name: request.META[name] for name in ("SERVER_NAME", "SERVER_PORT") if name in request.META}
    user = _AnyViewer(is_authenticated=request.user.is_authenticated)
    shared.user = cast(Any, user)
    shared.viewer = Viewer(cast(Any, user), now, stands_for=audience)  # type: ignore[attr-defined]
    return shared
