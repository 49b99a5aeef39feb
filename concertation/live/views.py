"""Serve the replay over HTTP, for browsers without a socket, and the two probes."""

from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from concertation.viewer import viewer_of

from . import health
from .access import Reader, seats_for
from .cursor import read as read_cursor
from .limits import limits
from .replay import replay


@require_safe
@never_cache
def missed(request: HttpRequest) -> HttpResponse:
    """Return the frames after the cursor ``depuis`` at the addresses ``salon``, for this viewer."""
    now = timezone.now()
    addresses = request.GET.getlist("salon")[: limits.rooms_per_socket]
    seats = seats_for(Reader(), viewer_of(request), addresses)
    if not seats:
        raise Http404
    keys = {key: seat.audience for seat in seats for key in seat.keys}
    frames = replay(keys, read_cursor(" ".join(request.GET.getlist("depuis"))))
    body = f'{{"now":"{now.isoformat()}","frames":[{",".join(frame.text for frame in frames)}]}}'
    return HttpResponse(body, content_type="application/json")


@require_safe
def socket(request: HttpRequest) -> HttpResponse:
    """Answer plain HTTP at the socket's address with 426."""
    return HttpResponse(status=426, headers={"Upgrade": "websocket", "Connection": "Upgrade"})


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """Return 200 while the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Return 200 unless the process is stopping or its database does not answer."""
    if health.is_stopping():
        return HttpResponse("stopping\n", status=503, content_type="text/plain")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
