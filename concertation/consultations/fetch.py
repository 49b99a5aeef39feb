"""Fetch the consultation of an address if the viewer may see it; former addresses redirect."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, reverse
from django.views.decorators.http import require_http_methods

from concertation.live.follow import follow
from concertation.permissions import require
from concertation.prepared import Prepared
from concertation.viewer import viewer_of

from .audiences import audience_of
from .models import Consultation

P = TypeVar("P", bound=URLPattern | URLResolver)

# What the pages of the teams follow. A person counts as a reader of the first.
STAFF_PAGES = ("staff_pages", "consultation")

_at_slugs = Prepared[str, Consultation](
    lambda slugs: Consultation.objects.filter(slug__in=slugs).select_related("charter")
)
_keys_at_slugs = Prepared[str, tuple[int]](lambda slugs: Consultation.objects.filter(slug__in=slugs).values_list("pk"))


class MovedConsultation(Http404):
    """Raised for a former address; ``following_moves`` redirects to the present one."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__(old)
        self.old = old
        self.new = new


def fetch_consultation(request: HttpRequest, slug: str, *, follows: Sequence[str] = ()) -> Consultation:
    """Return the consultation at ``slug``; raise 404 if it does not exist for the viewer, whatever its state.

    A live page names the rooms that it ``follows``, such as ``consultation`` or ``moderation``.
    """
    if follows:
        follow(request, *(f"{room}:{pk}" for (pk,) in _keys_at_slugs([slug]) for room in follows))
    viewer = viewer_of(request)
    found = consultation_at(slug)
    if found is not None and audience_of(viewer, found) is not None:
        viewer.know("consultations", {found.pk: found})
        return found
    moved = Consultation.objects.visible_to(viewer).filter(old_slugs__slug=slug).first()
    if moved is not None:
        raise MovedConsultation(slug, moved.slug)
    raise Http404(slug)


def consultation_at(slug: str) -> Consultation | None:
    """Return the consultation at this address, without checking who may see it."""
    return next(iter(_at_slugs([slug])), None)


def following_moves(patterns: Sequence[P]) -> list[P]:
    """Redirect every view of a URL list that starts with ``c/<slug>/`` to the consultation's present address.

    The rest of the address and its query stay: 301 for a page, 308 for a form, which the browser then sends again.
    """
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = _follow(pattern.callback)
        else:
            following_moves(pattern.url_patterns)
    return list(patterns)


def _follow(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def followed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = view(request, *args, **kwargs)
        except MovedConsultation as moved:
            address = request.get_full_path().replace(f"/{moved.old}/", f"/{moved.new}/", 1)
            return HttpResponsePermanentRedirect(address, preserve_request=request.method not in ("GET", "HEAD"))
        return response

    return followed


def form_on(page: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Redirect a GET of a form's action to ``page``, which holds the form.

    So a refused form may be rendered at its action, and that page reloaded.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answer(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
            if request.method in ("GET", "HEAD"):
                return redirect(reverse(page, kwargs={"slug": fetch_consultation(request, slug).slug, **kwargs}))
            return view(request, slug, **kwargs)

        return require_http_methods(["GET", "HEAD", "POST"])(answer)

    return decorate


def fetch_to_manage(request: HttpRequest, slug: str, *, follows: Sequence[str] = ()) -> Consultation:
    """Return the consultation if the viewer is one of its organisers; raise 403 if they may only read it."""
    consultation = fetch_consultation(request, slug, follows=follows)
    require(viewer_of(request), "consultations.manage", consultation)
    return consultation
