"""What every page says of the site itself."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from concertation.accounts.drafts import reader_key
from concertation.consultations.audiences import runs_any


def site(request: HttpRequest) -> dict[str, Any]:
    return {"site": {"name": settings.SITE_NAME, "source_url": settings.SOURCE_URL}}


def account(request: HttpRequest) -> dict[str, Any]:
    """Whose drafts the browser gives back; what the account menu offers, asked of the database where it is shown."""
    if not hasattr(request, "user"):
        return {}
    return {
        "reader_key": partial(reader_key, request.user),
        "runs_consultations": partial(runs_any, request.user, timezone.now()),
    }
