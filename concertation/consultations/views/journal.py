"""The journal page of a consultation, for its staff."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.journal.models import JournalEntry
from concertation.permissions import require
from concertation.viewer import viewer_of

from ..fetch import fetch_consultation
from ..forms.journal import JournalFilter
from ..journal import read

PER_PAGE = 50


@never_cache
@login_required
@require_safe
def journal(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_consultation(request, slug)
    require(viewer_of(request), "consultations.read_journal", consultation)
    entries = JournalEntry.objects.of_consultation(consultation.pk)
    form = JournalFilter(request.GET, entries=entries)
    chosen = form.cleaned_data["acte"] if form.is_valid() else ""
    page = Paginator(entries.filter(verb=chosen) if chosen else entries, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "consultation": consultation,
        "section": "journal",
        "form": form,
        "query": f"acte={chosen}&" if chosen else "",
        "active": 1 if chosen else 0,
        "page": page,
        "lines": read(viewer_of(request), consultation, page.object_list),
    }
    return render(request, "organiser/journal.html", context)
