"""The home page: the consultations that are open now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from concertation.consultations.sections import on_home_page
from concertation.live.follow import follow
from concertation.viewer import viewer_of

from .gathering import changes_at, concertations_at, followed_by
from .legal.declaration import declaration


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    followed = followed_by(viewer_of(request))
    follow(request, "site:1", *(f"consultation:{one.pk}" for one in followed))
    viewer_of(request).know("consultations", {one.pk: one for one in followed})
    gathered = concertations_at(viewer_of(request))
    shown = [one.consultation for one in gathered.every]
    ateliers = on_home_page.html_for(viewer_of(request), shown)
    context = {
        "gathered": gathered,
        "ateliers": [ateliers[one.pk] for one in shown if one.pk in ateliers],
        "changes_at": changes_at(gathered, now),
        "accessibility": declaration().state,
        "now": now,
    }
    return render(request, "pages/home.html", context)
