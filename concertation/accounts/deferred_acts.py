"""Deferred acts: stored in the session before log-in, and done after it.

A view stores the act and redirects to the steps (identify, join); each step is a page whose query names the act as
``acte``. The app that registered the kind of act does it at the end and returns the next page.
"""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from concertation.slots import Items

from .drafts import remember_saved
from .http import NotSaved, SeeOther

if TYPE_CHECKING:
    from .http import AuthenticatedHttpRequest

ACTS, DONE = "acts", "acts_done"
MOST_ACTS, MOST_BYTES = 5, 64 * 1024
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class DeferredAct:
    """One act of this session. ``payload`` is JSON; ``author`` is the key of the user who was logged in, or None."""

    name: str
    kind: "ActKind"
    payload: Mapping[str, Any]
    shown: str = ""
    author: int | None = None

    @property
    def address(self) -> str:
        """The address of the page that shows the act and does it, for a logged-in person."""
        return reverse("accounts:act", args=[self.name])

    def step(self, page: str, *args: Any) -> str:
        """Return the address of a step before this act."""
        return f"{reverse(page, args=args)}?acte={self.name}"


@dataclass(frozen=True)
class Outcome:
    """The next page after an act.

    An act that is not done stays in the session. ``draft`` may be deleted by the browser.
    """

    location: str
    is_done: bool = True
    draft: str = ""


@dataclass(frozen=True, kw_only=True)
class ActKind:
    """How an app shows and does one kind of act. ``title`` is its name in the heading of the steps."""

    name: str
    title: str | Promise
    submit: str | Promise
    show: Callable[[HttpRequest, Mapping[str, Any]], str]
    perform: Callable[["AuthenticatedHttpRequest", DeferredAct], Outcome]


kinds: Items[ActKind] = Items()


def store(request: HttpRequest, kind: str, payload: Mapping[str, Any], *, name: str = "") -> DeferredAct:
    """Store an act in the session; it replaces the one of the same name, and the oldest are dropped."""
    name = _name(name) or str(uuid.uuid4())
    acts = {one: act for one, act in _fresh(request).items() if one != name}
    acts[name] = {"kind": kind, "payload": dict(payload), "at": timezone.now().timestamp(), "author": request.user.pk}
    while len(acts) > 1 and (len(acts) > MOST_ACTS or len(json.dumps(acts)) > MOST_BYTES):
        del acts[next(iter(acts))]
    request.session[ACTS] = acts
    return DeferredAct(name=name, kind=_kinds()[kind], payload=payload, author=request.user.pk)


def find(request: HttpRequest, name: str) -> DeferredAct | None:
    act = _fresh(request).get(_name(name))
    kind = _kinds().get(act["kind"]) if act else None
    if act is None or kind is None:
        return None
    shown = kind.show(request, act["payload"])
    return DeferredAct(name=_name(name), kind=kind, payload=act["payload"], shown=shown, author=act.get("author"))


def act_of(request: HttpRequest) -> DeferredAct | None:
    """Return the act named by the address of this page."""
    name = request.GET.get("acte", "")
    return find(request, name) if name else None


def go_on(request: "AuthenticatedHttpRequest", act: DeferredAct) -> HttpResponse:
    """Do the act, or redirect to the step before it."""
    outcome = act.kind.perform(request, act)
    answer = SeeOther(outcome.location) if outcome.is_done else NotSaved(outcome.location)
    if outcome.is_done:
        forget(request, act.name)
        done = {**request.session.get(DONE, {}), act.name: outcome.location}
        request.session[DONE] = dict(list(done.items())[-MOST_ACTS:])
    if outcome.draft:
        remember_saved(request, answer, outcome.draft)
    return answer


def forget(request: HttpRequest, name: str) -> None:
    """Remove an act that is done."""
    acts = request.session.get(ACTS) or {}
    if name in acts:
        request.session[ACTS] = {one: act for one, act in acts.items() if one != name}


def address_of_act(request: HttpRequest) -> str:
    """Return the page of the act named by this address, or its result page once done; empty without one."""
    act = act_of(request)
    return act.address if act else done_address(request, request.GET.get("acte", ""))


def done_address(request: HttpRequest, name: str) -> str:
    """Return the result page of an act that this session has done; empty for any other."""
    return str(request.session.get(DONE, {}).get(_name(name), "")) if name else ""


def _kinds() -> dict[str, ActKind]:
    return {kind.name: kind for kind in kinds}


def _fresh(request: HttpRequest, now: datetime | None = None) -> dict[str, Any]:
    since = ((now or timezone.now()) - KEPT_FOR).timestamp()
    return {name: act for name, act in (request.session.get(ACTS) or {}).items() if act["at"] > since}


def _name(name: str) -> str:
    try:
        return str(uuid.UUID(name))
    except ValueError:
        return ""
