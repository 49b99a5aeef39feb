"""What every page says of the site itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from concertation.accounts.drafts import reader_key
from concertation.consultations.audiences import runs_any
from concertation.viewer import viewer_of


def site(request: HttpRequest) -> dict[str, Any]:
    return {"site": {"name": settings.SITE_NAME, "source_url": settings.SOURCE_URL}}


def account(request: HttpRequest) -> dict[str, Any]:
    """Whose drafts the browser gives back; what the account menu offers, asked of the database where it is shown."""
    if not hasattr(request, "user"):
        return {}
    return {
        "reader_key": lambda: reader_key(request.user),
        "runs_consultations": lambda: runs_any(viewer_of(request)),
    }
