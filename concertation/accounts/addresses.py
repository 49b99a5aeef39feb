"""Where a person may be sent after identifying: a page of this site and nothing else."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def is_path_of_this_site(address: str | None) -> bool:
    """Only a plain path is followed: no scheme, no host, nothing a browser might read as one."""
    if not address or not address.startswith("/") or "\\" in address:
        return False
    return url_has_allowed_host_and_scheme(address, allowed_hosts=None) and not urlsplit(address).netloc


def next_path(request: HttpRequest) -> str:
    """The page asked for before identifying, or an empty string."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if is_path_of_this_site(wanted) else ""
