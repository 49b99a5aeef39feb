"""Compress responses where no proxy does: pages, public files that are texts, uncompressed static files.

Compression lets an attacker guess a secret of a page from its length, if they can put text of their own into that
page and have another person's browser fetch it again and again (BREACH). This is safe here: CSRF tokens are masked
anew in each response, a browser sends no session to a page embedded by another site, and the length is padded at
random. As a second defence, nothing is compressed that may contain both: pages that may not be stored (those of the
teams and one's own, with their links and codes), responses to a POST, and responses to an address with parameters for
someone with a session. A published file has no secret and nothing of the person who asks for it.
"""

from collections.abc import Callable
from gzip import GzipFile
from io import BytesIO
from secrets import randbelow
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from whitenoise.middleware import WhiteNoiseFileResponse

# A page of 170 kB costs half a millisecond at level 1, and two at level 6 for a fifth less. A browser asks for a static
# file once.
PAGE_LEVEL, FILE_LEVEL = 1, 6
LEAST_BYTES = 500
MOST_PADDING = 100
TEXTS = ("text/", "image/svg+xml", "application/json", "application/javascript")


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Outermost middleware, so that it sees whether the response may be stored."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if _may_be_compressed(request, response):
            patch_vary_headers(response, ("Accept-Encoding",))
            if "gzip" in request.headers.get("Accept-Encoding", ""):
                _compress(response)
        return response

    return answer


def _may_be_compressed(request: HttpRequest, response: Any) -> bool:
    headers = response.headers
    if response.status_code != 200 or "Content-Encoding" in headers or request.method not in ("GET", "HEAD"):
        return False
    if not headers.get("Content-Type", "").startswith(TEXTS):
        return False
    if isinstance(response, WhiteNoiseFileResponse):
        return True
    is_stored = not {"no-store", "private"} & {one.strip() for one in headers.get("Cache-Control", "").split(",")}
    is_asked_by_someone = bool(request.GET) and settings.SESSION_COOKIE_NAME in request.COOKIES
    return is_stored and _size_of(response) >= LEAST_BYTES and not is_asked_by_someone


def _size_of(response: Any) -> int:
    """Return the bytes of a page or of a file; zero for a stream, which is never read whole."""
    if isinstance(response, FileResponse):
        return int(response.headers.get("Content-Length", 0))
    return 0 if response.streaming else len(response.content)


def _compress(response: Any) -> None:
    """Replace the content; a file is read whole: texts of published versions, small files without ``collectstatic``."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    buffer = BytesIO()
    # The file name that gzip allows is the padding.
    level = FILE_LEVEL if isinstance(response, WhiteNoiseFileResponse) else PAGE_LEVEL
    with GzipFile("a" * (1 + randbelow(MOST_PADDING)), "wb", level, buffer, mtime=0) as file:
        file.write(content)
    compressed = buffer.getvalue()
    if response.streaming:
        # A server that sends files itself would send the uncompressed one.
        response.file_to_stream = None
        response.streaming_content = [compressed]
    else:
        response.content = compressed
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(compressed))
