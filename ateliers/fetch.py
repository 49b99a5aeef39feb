"""Fetch the atelier of an address if this viewer may see it; otherwise raise 404."""

from datetime import datetime

from django.http import Http404, HttpRequest

from concertation.consultations.fetch import fetch_consultation
from concertation.permissions import require
from concertation.viewer import viewer_of

from .models import Atelier


def fetch_atelier(request: HttpRequest, slug: str, number: int, now: datetime) -> Atelier:
    consultation = fetch_consultation(request, slug)
    seen = Atelier.objects.visible_to(viewer_of(request), consultation)
    found = seen.filter(number=number).first() if number < 2**31 else None
    if found is None:
        raise Http404(number)
    found.consultation = consultation
    return found


def fetch_to(request: HttpRequest, slug: str, number: int, now: datetime, permission: str) -> Atelier:
    """Fetch an atelier for a viewer with ``permission`` on it; 403 for those who may only read it."""
    atelier = fetch_atelier(request, slug, number, now)
    require(viewer_of(request), permission, atelier)
    return atelier
