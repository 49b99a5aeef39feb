"""The figures of a consultation, for its organisers: totals, one table at a time, who is silent, and the file."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from concertation.accounts.http import AuthenticatedHttpRequest, SeeOther
from concertation.consultations.fetch import STAFF_PAGES, fetch_consultation
from concertation.consultations.models import Consultation
from concertation.documents.table_files import FORMATS
from concertation.keyset import page_of
from concertation.live.audience import Audience
from concertation.permissions import require
from concertation.viewer import viewer_of

from ..addressees import SILENT
from ..figures import page
from ..figures.divisions import Division
from ..figures.files import export_figures
from ..figures.people import silent_people
from ..figures.tables import people_of, table_of, totals
from ..figures.voices import loudest, unanswered

PER_PAGE = 50


def _fetch(request: HttpRequest, slug: str) -> Consultation:
    consultation = fetch_consultation(request, slug, follows=STAFF_PAGES)
    require(viewer_of(request), "contributions.read_figures", consultation)
    return consultation


@never_cache
@login_required
@require_safe
def figures(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = _fetch(request, slug)
    return render(request, "contributions/figures.html", _context(request, consultation))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def figures_file(request: AuthenticatedHttpRequest, slug: str, extension: str) -> HttpResponse:
    """Start the job that makes the file, and lead to its page; the address alone leads to the page of figures."""
    consultation = _fetch(request, slug)
    if extension not in FORMATS:
        raise Http404(extension)
    if request.method != "POST":
        return SeeOther(reverse("contributions:figures", args=[consultation.slug]))
    to_publish = request.POST.get("contenu") != page.FOR_TEAM
    try:
        job = export_figures(consultation, extension, to_publish=to_publish, by=request.user)
    except ValidationError as refusal:
        context = _context(request, consultation) | {"refusal": refusal.messages[0]}
        return render(request, "contributions/figures.html", context, status=429)
    return SeeOther(reverse("jobs:job", args=[job.pk]))


@never_cache
@login_required
@require_safe
def silent(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = _fetch(request, slug)
    rows = silent_people(consultation)
    context = {
        "consultation": consultation,
        "section": "figures",
        "number": rows.count(),
        "silent_group": SILENT,
        "table": page.shown(people_of(table_of(consultation, Division.KIND, Audience.STAFF))),
        "page": page_of(rows, ("joined_at", "pk"), request.GET, PER_PAGE),
    }
    return render(request, "contributions/silent.html", context)


def _context(request: AuthenticatedHttpRequest, consultation: Consultation) -> dict[str, Any]:
    now = viewer_of(request).now
    division = page.division_asked(request.GET.get("par", ""))
    in_all = totals(consultation)
    return {
        "consultation": consultation,
        "section": "figures",
        "changes_at": page.next_fetch(consultation, now),
        "files": page.files(),
        "totals": page.stats_of(in_all, silent=reverse("contributions:silent", args=[consultation.slug])),
        "definitions": [measure for measure, _number in in_all],
        "tabs": page.tabs_of(request.path, division),
        "table": page.shown(table_of(consultation, division, Audience.STAFF)),
        "loudest": loudest(consultation, page.texts_in(in_all)),
        "unanswered": unanswered(consultation, now),
    }
