"""What every page says of the site itself."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from concertation.consultations.audiences import runs_any


def site(request: HttpRequest) -> dict[str, Any]:
    return {"site": {"name": settings.SITE_NAME, "source_url": settings.SOURCE_URL}}


def account(request: HttpRequest) -> dict[str, Any]:
    """What the account menu offers; asked of the database by the pages that show it, and by no other."""
    return {"runs_consultations": partial(runs_any, request.user, timezone.now())} if hasattr(request, "user") else {}
