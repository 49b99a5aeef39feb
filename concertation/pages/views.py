"""The home page: what can be taken part in now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from concertation import slots

from .gathering import concertations_at


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    gathered = concertations_at(request.user, now)
    shown = [one.consultation for one in gathered.every]
    ateliers = slots.html_for("home.ateliers", request.user, shown)
    context = {
        "gathered": gathered,
        "ateliers": [ateliers[one.pk] for one in shown if one.pk in ateliers],
        "now": now,
    }
    return render(request, "pages/home.html", context)
