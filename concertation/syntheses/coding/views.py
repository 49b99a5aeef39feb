"""The analyst's pages: the corpus, and one contribution to code."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.consultations.fetch import form_on
from concertation.permissions import may
from concertation.texts import sentences
from concertation.viewer import viewer_of
from contributions.models import Contribution, Revision

from ..fetch import fetch_coded, fetch_workshop
from ..models import Evidence, Extract
from . import actions
from .corpus import corpus_page, next_unread, progress
from .forms import CorpusFilterForm, ExtractForm, ReadingForm


@login_required
@require_safe
def corpus_list(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_workshop(request, slug, "syntheses.code", follows=["staff_pages"])
    filters = CorpusFilterForm(request.GET, consultation=consultation)
    filters.is_valid()
    chosen = {name: value for name, value in filters.cleaned_data.items() if value}
    after, before = (_number(request.GET.get(name, "")) for name in ("apres", "avant"))
    page = corpus_page(viewer_of(request), consultation, chosen, after=after, before=before)
    read, total = progress(consultation)
    context = {
        "consultation": consultation,
        "section": "corpus",
        "rows": page.rows,
        "previous": page.previous and _address(request, avant=page.previous),
        "next": page.next and _address(request, apres=page.next),
        "first": _address(request) if after or before else "",
        "filters": filters,
        "active": len(chosen),
        "read": read,
        "total": total,
    }
    return render(request, "syntheses/corpus.html", context)


def _number(typed: str) -> int | None:
    """Return a public number, or None for what is no number: a truncated address shows the first page."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else None


def _address(request: HttpRequest, **place: int) -> str:
    """Return the address of the list with the same filters, at another place."""
    query = request.GET.copy()
    for name in ("apres", "avant"):
        query.pop(name, None)
    query.update({name: str(number) for name, number in place.items()})
    return f"?{query.urlencode()}"


@login_required
@require_safe
def code(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    contribution = fetch_coded(request, slug, number)
    return render(request, "syntheses/code.html", _page(request, contribution))


@form_on("syntheses:code")
@login_required
def extract(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    contribution = fetch_coded(request, slug, number)
    form = _extract_form(contribution, request.POST)
    if form.is_valid():
        try:
            _take(contribution, form.cleaned_data, request)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Extrait ajouté."))
            return redirect("syntheses:code", slug, number)
    return render(request, "syntheses/code.html", _page(request, contribution, extract_form=form), status=422)


@form_on("syntheses:code")
@login_required
def read(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    contribution = fetch_coded(request, slug, number)
    form = ReadingForm(request.POST)
    if form.is_valid():
        try:
            actions.mark_read(contribution, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            following = next_unread(contribution)
            messages.success(request, _("%(ref)s est notée comme lue.") % {"ref": contribution.ref})
            return redirect("syntheses:code", slug, following.number if following else number)
    return render(request, "syntheses/code.html", _page(request, contribution, reading_form=form), status=422)


@login_required
@require_POST
def delete_extract(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = fetch_workshop(request, slug, "syntheses.code")
    found = get_object_or_404(Extract.objects.with_words(), pk=pk, contribution__consultation=consultation)
    try:
        actions.delete_extract(found, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Extrait supprimé."))
    return redirect("syntheses:code", slug, found.contribution.number)


def _take(contribution: Contribution, data: dict[str, Any], request: AuthenticatedHttpRequest) -> Extract:
    revision = get_object_or_404(Revision, contribution=contribution, pk=data["revision"])
    about = {"nature": data["nature"], "keywords": data["keywords"], "revision": revision, "by": request.user}
    if data["start"] is not None and data["end"] is not None:
        return actions.create_extract(contribution, start=data["start"], end=data["end"], **about)
    ticked = data["sentences"]
    return actions.extract_sentences(contribution, first=min(ticked), last=max(ticked), **about)


def _extract_form(contribution: Contribution, data: Any = None) -> ExtractForm:
    plain = contribution.current.plain if contribution.current else ""
    return ExtractForm(
        data,
        consultation=contribution.consultation,
        sentence_count=len(sentences.split(plain)),
        initial={"revision": contribution.current_id, "nature": contribution.nature_id},
    )


def _page(request: AuthenticatedHttpRequest, contribution: Contribution, **forms: Any) -> dict[str, Any]:
    plain = contribution.current.plain if contribution.current else ""
    spans = sentences.split(plain)
    return {
        "consultation": contribution.consultation,
        "section": "corpus",
        "contribution": contribution,
        "sentences": [(index, plain[start:end]) for index, (start, end) in enumerate(spans)],
        "extracts": contribution.extracts.select_related("nature", "revision").prefetch_related(
            "keywords", Prefetch("evidence", Evidence.objects.select_related("recommendation"))
        ),
        "extract_form": forms.get("extract_form") or _extract_form(contribution),
        "reading_form": forms.get("reading_form") or ReadingForm(),
        "reading": getattr(contribution, "reading", None),
        "following": next_unread(contribution),
        "may_write": may(viewer_of(request), "syntheses.write", contribution.consultation),
    }
