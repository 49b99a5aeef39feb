"""Headers of every response: pages, files, static files, probes, errors, redirects."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

# None of these features is used; an injected script could not use them either.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
        "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi",
        "payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial", "usb",
        "xr-spatial-tracking",
    )
)  # fmt: skip

ALWAYS = {
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    # The policy of what is no page: nothing is allowed.
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}


class Headers:
    """Outermost middleware but for compression, so that every response gets ``ALWAYS``.

    Pages that need an account, those of the teams and one's own, are stored by no cache and no browser, nor is what a
    fetcher found to be for some viewers only (``is_for_few``).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if _asks_for_account(request) or getattr(request, "is_for_few", False):
            add_never_cache_headers(response)
        if _gives_the_form_back(request, response):
            # The browser must store it for its Back button; without it, it shows an error.
            response.headers["Cache-Control"] = "private, no-cache"
        return response


def _gives_the_form_back(request: HttpRequest, response: HttpResponse) -> bool:
    """Return whether this page answers a POST itself: a refused form, or an intermediate step."""
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return request.method == "POST" and is_page and (response.status_code == 200 or 400 <= response.status_code < 500)


def _asks_for_account(request: HttpRequest) -> bool:
    """Return whether the view of this address has ``login_required``, which sets this attribute."""
    return request.resolver_match is not None and hasattr(request.resolver_match.func, "redirect_field_name")
