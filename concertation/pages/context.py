"""Context of every page about the site itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from concertation.accounts.drafts import reader_key
from concertation.consultations.audiences import runs_any
from concertation.viewer import viewer_of


def site(request: HttpRequest) -> dict[str, Any]:
    return {"site": {"name": settings.SITE_NAME, "source_url": settings.SOURCE_URL}}


def account(request: HttpRequest) -> dict[str, Any]:
    """Return the viewer's key of drafts and their account menu, which queries the database where it is shown."""
    if not hasattr(request, "user"):
        return {}
    return {
        "reader_key": lambda: reader_key(request.user),
        "runs_consultations": lambda: runs_any(viewer_of(request)),
    }
