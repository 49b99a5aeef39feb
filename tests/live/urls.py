"""The addresses of the site, one whose answer fails when half of it has been sent, and one that ends an access."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt


def half(request: HttpRequest) -> StreamingHttpResponse:
    def pieces() -> Iterator[bytes]:
        yield b"x" * 1000
        raise OSError("the disk is gone")

    return StreamingHttpResponse(pieces(), headers={"Content-Length": "2000"})


@csrf_exempt
def end(request: HttpRequest, act: str) -> HttpResponse:
    from .ends import ENDS

    ENDS[act](request)
    return HttpResponse("ok")


urlpatterns = [path("moitie/", half), path("fin/<str:act>/", end), path("", include("concertation.urls"))]
