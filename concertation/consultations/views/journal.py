"""The pages of a consultation's journal, for its staff: activity, and decisions of moderation."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.permissions import require
from concertation.viewer import viewer_of

from ..fetch import fetch_consultation
from ..forms.journal import JournalFilter
from ..journal import part_of_journal, read
from ..models import Consultation

PER_PAGE = 50


@never_cache
@login_required
@require_safe
def activity(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    """Show what was done, but for the decisions of moderation."""
    return _page(request, slug, decisions=False)


@never_cache
@login_required
@require_safe
def decisions(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    """Show the decisions of moderation, with their reasons."""
    return _page(request, slug, decisions=True)


def _page(request: AuthenticatedHttpRequest, slug: str, *, decisions: bool) -> HttpResponse:
    consultation = fetch_consultation(request, slug)
    require(viewer_of(request), "consultations.read_journal", consultation)
    entries = part_of_journal(consultation, decisions=decisions)
    form = JournalFilter(request.GET, entries=entries)
    chosen = form.cleaned_data["acte"] if form.is_valid() else ""
    page = Paginator(entries.filter(verb=chosen) if chosen else entries, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "consultation": consultation,
        "section": "journal",
        "decisions": decisions,
        "tabs": _tabs(consultation, decisions=decisions),
        "form": form,
        "query": f"acte={chosen}&" if chosen else "",
        "active": 1 if chosen else 0,
        "page": page,
        "lines": read(viewer_of(request), consultation, page.object_list),
    }
    return render(request, "organiser/journal.html", context)


def _tabs(consultation: Consultation, *, decisions: bool) -> list[dict[str, object]]:
    def tab(name: str, label: str, *, current: bool) -> dict[str, object]:
        return {"label": label, "href": reverse(f"consultations:{name}", args=[consultation.slug]), "current": current}

    return [
        tab("journal", _("Activité"), current=not decisions),
        tab("journal_decisions", _("Décisions de modération"), current=decisions),
    ]
