"""Report whether this process answers and whether it is stopping, to probes and load balancers."""

from collections.abc import Callable
from threading import Event

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

_stopping = Event()

Answer = Callable[[HttpRequest], HttpResponse]


def begin_to_stop() -> None:
    _stopping.set()


def is_stopping() -> bool:
    return _stopping.is_set()


def probes_first(get_response: Answer) -> Answer:
    """Answer probes before other middleware: they use an IP address as host, and must not be redirected."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/sante/"):
            try:
                found = resolve(request.path_info)
            except Resolver404:
                return get_response(request)
            response: HttpResponse = found.func(request)
            return response
        return get_response(request)

    return answer
