"""Context of every page about the site itself."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url

from concertation.accounts.drafts import reader_key
from concertation.consultations.audiences import runs_any
from concertation.viewer import viewer_of


def site(request: HttpRequest) -> dict[str, Any]:
    """Its name, its code, and the page of one's own, for the breadcrumbs of apps below accounts."""
    own_page = partial(resolve_url, settings.LOGIN_REDIRECT_URL)
    return {"site": {"name": settings.SITE_NAME, "source_url": settings.SOURCE_URL, "own_page": own_page}}


def account(request: HttpRequest) -> dict[str, Any]:
    """Return the viewer's key of drafts and their account menu, which queries the database where it is shown."""
    if not hasattr(request, "user"):
        return {}
    return {
        "reader_key": lambda: reader_key(request.user),
        "runs_consultations": lambda: runs_any(viewer_of(request)),
    }
