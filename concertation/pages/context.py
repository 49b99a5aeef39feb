"""What every page says of the site itself."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, dict[str, str]]:
    return {"site": {"name": settings.SITE_NAME, "source_url": settings.SOURCE_URL}}
