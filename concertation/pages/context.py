"""Context of every page about the site itself."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse

from concertation.accounts.drafts import reader_key
from concertation.consultations.audiences import runs_any
from concertation.notices.unread import unread_count
from concertation.viewer import viewer_of

from .legal.texts import PAGES


def site(request: HttpRequest) -> dict[str, Any]:
    """Its name, its code, its legal pages, and the page of one's own, for breadcrumbs of apps below accounts."""
    own_page = partial(resolve_url, settings.LOGIN_REDIRECT_URL)
    legal = [
        {"slug": one.slug, "title": one.title, "href": reverse("pages:legal", args=[one])} for one in PAGES.values()
    ]
    named = {"name": settings.SITE_NAME, "source_url": settings.SOURCE_URL}
    return {"site": {**named, "own_page": own_page, "legal_pages": legal}}


def account(request: HttpRequest) -> dict[str, Any]:
    """Return the viewer's key of drafts, and what their account menu shows, which is queried where it is shown."""
    if not hasattr(request, "user"):
        return {}
    return {
        "reader_key": lambda: reader_key(request.user),
        "runs_consultations": lambda: runs_any(viewer_of(request)),
        "unread_notices": lambda: unread_count(viewer_of(request)),
    }
