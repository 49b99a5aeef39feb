"""The two ways a write is answered: a page that moves on, or a fragment for the script that asked."""

from django.http import HttpRequest, HttpResponseRedirect


class SeeOther(HttpResponseRedirect):
    """After a write the browser reads another page, and going back never writes again."""

    status_code = 303


def is_fetch(request: HttpRequest) -> bool:
    """Whether our script asked, and wants a fragment."""
    return request.headers.get("X-Requested-With") == "fetch"
