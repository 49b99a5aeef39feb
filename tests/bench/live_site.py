"""The site's settings with ``/burst/``, which announces events, and the renderer of a row of 600 bytes."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from concertation.settings import *  # noqa: F403
from concertation.settings import INSTALLED_APPS

ROOT_URLCONF = "tests.bench.live_site"
INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench"]
LOGGING: dict[str, Any] = {}

SENT: dict[int, float] = {}


@dataclass(frozen=True)
class Thing:
    pk: int
    version: int = 1


def render(pks: Sequence[int], audience: Any) -> dict[int, Any]:
    from concertation.live import row_cache
    from concertation.live.registry import Rendered

    things = [Thing(pk) for pk in pks]
    htmls = row_cache.html_for("thing", things, audience, lambda missing: ["x" * 440 for _ in missing])
    return {one.pk: Rendered(1, html, {"t": SENT.get(one.pk, 0)}) for one, html in zip(things, htmls, strict=True)}


def rooms(viewer: Any, pk: int) -> Sequence[str]:
    return [f"bench:{pk}:public"]


def burst(request: Any) -> Any:
    """So many events in one room, each of another object, in one transaction."""
    from django.db import transaction
    from django.http import HttpResponse

    from concertation.live.actions import announce
    from concertation.live.models import Kind
    from tests.live.things import event

    numbers = range(int(request.GET["n"]))
    with transaction.atomic():
        SENT.update(dict.fromkeys(numbers, time.time()))
        announce(*[event(f"{request.GET['room']}:public", Kind.CHANGED, f"thing:{n}") for n in numbers])
    return HttpResponse("ok")


def end(request: Any) -> Any:
    """The session of who asks is over, as after a log-out."""
    from django.contrib.auth import logout
    from django.http import HttpResponse

    from concertation.live.actions import access_changed

    logout(request)
    access_changed()
    return HttpResponse("ok")


def __getattr__(name: str) -> Any:
    """Routes are asked for after the applications are ready, settings before."""
    if name != "urlpatterns":
        raise AttributeError(name)
    from django.urls import include, path

    from concertation.live import registry
    from tests.live.things import declared

    registry.register_room("bench", rooms)
    registry._followed["thing"] = declared("thing", render)
    return [path("burst/", burst), path("fin/", end), path("", include("concertation.live.urls"))]
