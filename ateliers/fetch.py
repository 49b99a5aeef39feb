"""Fetch the atelier of an address if this viewer may see it; otherwise raise 404."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest

from concertation.consultations.fetch import fetch_consultation
from concertation.live.follow import follow
from concertation.permissions import require
from concertation.viewer import viewer_of

from .models import Atelier


def fetch_atelier(request: HttpRequest, slug: str, number: int, *, follows: Sequence[str] = ()) -> Atelier:
    """Return the atelier; a live page names the rooms that it ``follows``: ``atelier``, ``consultation``."""
    if follows:
        _follow(request, slug, number, follows)
    consultation = fetch_consultation(request, slug)
    seen = Atelier.objects.visible_to(viewer_of(request), consultation)
    found = seen.filter(number=number).first() if number < 2**31 else None
    if found is None:
        raise Http404(number)
    found.consultation = consultation
    viewer_of(request).know("ateliers", {found.pk: found})
    return found


def fetch_to(request: HttpRequest, slug: str, number: int, permission: str, *, follows: Sequence[str] = ()) -> Atelier:
    """Fetch an atelier for a viewer with ``permission`` on it; 403 for those who may only read it."""
    atelier = fetch_atelier(request, slug, number, follows=follows)
    require(viewer_of(request), permission, atelier)
    return atelier


def _follow(request: HttpRequest, slug: str, number: int, follows: Sequence[str]) -> None:
    found = Atelier.objects.filter(consultation__slug=slug, number=number)
    for pk, consultation in found.values_list("pk", "consultation"):
        follow(request, *(f"{room}:{consultation if room == 'consultation' else pk}" for room in follows))
