"""The addresses of the site, and one whose answer fails when half of it has been sent."""

from collections.abc import Iterator

from django.http import HttpRequest, StreamingHttpResponse
from django.urls import include, path


def half(request: HttpRequest) -> StreamingHttpResponse:
    def pieces() -> Iterator[bytes]:
        yield b"x" * 1000
        raise OSError("the disk is gone")

    return StreamingHttpResponse(pieces(), headers={"Content-Length": "2000"})


urlpatterns = [path("moitie/", half), path("", include("concertation.urls"))]
