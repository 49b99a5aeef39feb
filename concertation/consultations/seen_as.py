"""« Voir comme »: show an organiser the pages of a consultation as somebody else gets them, at a date.

Its addresses are those of the pages behind ``/vu-comme/<who>/<when>``, so that it concerns the tab that shows them and
no other. The middleware checks at each request that the person may see this consultation so, then has the page made
for a stand-in: a person without a row in the database, to whom the ordinary rules apply. A stand-in has no text, no
notice and no role but the one that is looked as, so a page shows nobody's own things.

Only GET and HEAD are answered; what a request writes is rolled back; its session, cookies and messages are not the
organiser's; shared caches are neither read nor written; nothing is stored by a browser, and no socket is opened.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from concertation.accounts.models import User
from concertation.permissions import require
from concertation.viewer import Viewer, viewer_of

from .audiences import audience_of
from .fetch import consultation_at
from .models import Consultation, Membership, Participation, Role

NOW = "maintenant"
MOMENT = "%Y-%m-%dT%H:%M"
# A second slash or a backslash would make the rest the address of another site.
_ADDRESS = re.compile(r"/vu-comme/(?P<who>[a-z]+)/(?P<when>[^/]+)(?P<page>/(?![/\\]).*)")
_PAGE = re.compile(r"/c/(?P<slug>[-\w]+)/(?!organiser/)")
_LINK = re.compile(rb'\b(href|action|formaction)="(/[^"]*)"')
# Of a row that no table has.
_NO_KEY = 0


class Who(models.TextChoices):
    VISITOR = "visiteur", _("un visiteur sans compte")
    PARTICIPANT = "participant", _("une personne qui participe")
    COMMITTEE = "comite", _("un membre d’un comité")


@dataclass(frozen=True)
class SeenAs:
    """As whom a consultation is seen, and at which moment; None for the present one."""

    who: Who
    at: datetime | None
    consultation: Consultation

    @property
    def prefix(self) -> str:
        """The beginning of the addresses of its pages."""
        when = NOW if self.at is None else self.at.astimezone(self.consultation.tz).strftime(MOMENT)
        return f"/vu-comme/{self.who}/{when}"

    @property
    def change_address(self) -> str:
        return reverse("consultations:see_as", args=[self.consultation.slug])

    @property
    def leave_address(self) -> str:
        return reverse("consultations:organiser", args=[self.consultation.slug])

    @property
    def sees_it(self) -> bool:
        """Whether the consultation exists for this person at this moment."""
        return audience_of(self.viewer(), self.consultation) is not None

    @cached_property
    def user(self) -> User | AnonymousUser:
        if self.who == Who.VISITOR:
            return AnonymousUser()
        return User(pk=_NO_KEY, display_name=capfirst(str(self.who.label)))

    def viewer(self) -> Viewer:
        """Return the stand-in, with its participation and its role known in advance."""
        viewer = Viewer(self.user, self.at, is_stand_in=True)
        mine = Participation(pk=_NO_KEY, user_id=_NO_KEY, consultation=self.consultation)
        role = Membership(pk=_NO_KEY, user_id=_NO_KEY, consultation=self.consultation, role=Role.OPERATIONAL)
        viewer.know("participations", {_NO_KEY: {self.consultation.pk: mine}})
        viewer.know("memberships", {_NO_KEY: [role] if self.who == Who.COMMITTEE else []})
        return viewer


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer the addresses of « Voir comme »; after the middleware of sessions and log-in, before that of messages."""

    def answer(request: HttpRequest) -> HttpResponse:
        found = _ADDRESS.fullmatch(request.path_info)
        if found is None:
            return get_response(request)
        if request.method not in ("GET", "HEAD"):
            response = render(request, "405.html", {"leave": found["page"]}, status=405)
            response["Allow"] = "GET, HEAD"
            return response
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        page = _PAGE.match(found["page"])
        if page is None:
            return redirect(found["page"] + _query(request))
        seen_as = _allowed(request, page["slug"], found["who"], found["when"])
        response = _seen(request, seen_as, found["page"], get_response)
        response.cookies.clear()
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer


def _allowed(request: HttpRequest, slug: str, who: str, when: str) -> SeenAs:
    """Return as whom to show the consultation; 404 or 403 for those who may not see it so."""
    consultation = consultation_at(slug)
    if consultation is None or audience_of(viewer_of(request), consultation) is None or who not in Who.values:
        raise Http404(slug)
    require(viewer_of(request), "consultations.see_as", consultation)
    if when == NOW:
        return SeenAs(Who(who), None, consultation)
    try:
        at = datetime.strptime(when, MOMENT).replace(tzinfo=consultation.tz)
    except ValueError:
        raise Http404(when) from None
    return SeenAs(Who(who), at, consultation)


def _seen(
    request: HttpRequest, seen_as: SeenAs, page: str, get_response: Callable[[HttpRequest], HttpResponse]
) -> HttpResponse:
    with _stand_in(request, seen_as, page), _without_caches(), transaction.atomic():
        response = get_response(request) if seen_as.sees_it else render(request, "404.html", status=404)
        transaction.set_rollback(True)
    home = f"/c/{seen_as.consultation.slug}/"
    if response.has_header("Location") and response["Location"].startswith(home):
        response["Location"] = seen_as.prefix + response["Location"]
    if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
        response.content = _LINK.sub(lambda link: _leading(link, seen_as.prefix, home), response.content)
    return response


def _leading(link: "re.Match[bytes]", prefix: str, home: str) -> bytes:
    """Return a link that stays in « Voir comme », or leaves it; a form always stays, so that none is ever sent."""
    name, address = link.groups()
    is_page = address.startswith(home.encode()) and not address.startswith(f"{home}organiser/".encode())
    return b'%s="%s%s"' % (name, prefix.encode() if is_page or name != b"href" else b"", address)


@contextmanager
def _stand_in(request: HttpRequest, seen_as: SeenAs, page: str) -> Iterator[None]:
    """Give the request another person, an empty session, no cookie and the address of the page itself."""
    one: Any = request
    names = ("user", "session", "COOKIES", "path", "path_info")
    kept = {name: getattr(one, name) for name in names}
    one.user, one.session = seen_as.user, import_module(settings.SESSION_ENGINE).SessionStore()
    one.COOKIES, one.path, one.path_info = {}, page, page
    one.seen_as = seen_as
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(one, name, value)
        del one.viewer, one.seen_as
        request.META.pop("CSRF_COOKIE_NEEDS_UPDATE", None)


@contextmanager
def _without_caches() -> Iterator[None]:
    """Put caches that store nothing in the place of all shared ones, for the thread of this request."""
    kept = {alias: caches[alias] for alias in settings.CACHES}
    for alias in kept:
        caches[alias] = DummyCache("", {})
    try:
        yield
    finally:
        for alias, cache in kept.items():
            caches[alias] = cache


def _query(request: HttpRequest) -> str:
    query = request.META.get("QUERY_STRING", "")
    return f"?{query}" if query else ""
