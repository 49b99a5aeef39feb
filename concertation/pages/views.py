"""The home page: the consultations that are open now."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from concertation.consultations.models import Consultation
from concertation.consultations.sections import on_home_page
from concertation.live import cursor
from concertation.live.registry import rooms_for
from concertation.viewer import viewer_of

from .gathering import changes_at, concertations_at, followed_by


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    followed = followed_by(viewer_of(request))
    # Taken before anything is read: what happens in between is told again, never lost.
    site, *others = _rooms(request, followed)
    gathered = concertations_at(viewer_of(request))
    shown = [one.consultation for one in gathered.every]
    ateliers = on_home_page.html_for(viewer_of(request), shown)
    context = {
        "gathered": gathered,
        "ateliers": [ateliers[one.pk] for one in shown if one.pk in ateliers],
        "site_room": site,
        "other_rooms": others,
        "followed": followed,
        "changes_at": changes_at(gathered, now),
        "now": now,
    }
    return render(request, "pages/home.html", context)


def _rooms(request: HttpRequest, followed: Sequence[Consultation]) -> list[tuple[str, str]]:
    """Return the rooms that the page follows, each with its cursor: the site's first, then those of consultations."""
    viewer_of(request).ask("consultations", [one.pk for one in followed], Consultation.objects.in_bulk)
    addresses = ["site:1", *(f"consultation:{one.pk}" for one in followed)]
    rooms = {address: rooms_for(viewer_of(request), address) for address in addresses}
    seqs = cursor.reached(key for keys in rooms.values() for key in keys)
    return [(address, cursor.write({key: seqs[key] for key in keys})) for address, keys in rooms.items()]
