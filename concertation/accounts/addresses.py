"""Addresses to which a person may be redirected after log-in: pages of this site only."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def is_path_of_this_site(address: str | None) -> bool:
    """Return whether ``path`` is a plain path: no scheme, no host, nothing that a browser might read as one."""
    if not address or not address.startswith("/") or "\\" in address:
        return False
    return url_has_allowed_host_and_scheme(address, allowed_hosts=None) and not urlsplit(address).netloc


def next_path(request: HttpRequest) -> str:
    """Return the page that the person wanted before log-in, or an empty string."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if is_path_of_this_site(wanted) else ""
