"""The corpus as a file, for those who analyse it."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from concertation.accounts.http import AuthenticatedHttpRequest, SeeOther
from concertation.consultations.fetch import fetch_consultation
from concertation.consultations.models import Consultation, Topic
from concertation.documents.table_files import FORMATS, labels
from concertation.permissions import require
from concertation.viewer import viewer_of

from ..corpus_files import export_corpus
from ..figures.front_page import published_counts
from ..forms import NamesForm


def _fetch(request: AuthenticatedHttpRequest, slug: str) -> Consultation:
    consultation = fetch_consultation(request, slug)
    require(viewer_of(request), "contributions.export", consultation)
    return consultation


@login_required
@require_safe
def exports(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    return _page(request, _fetch(request, slug))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def corpus_file(request: AuthenticatedHttpRequest, slug: str, extension: str) -> HttpResponse:
    """Start the job that makes the file, and lead to its page; a former link leads to the page of exports."""
    consultation = _fetch(request, slug)
    if extension not in FORMATS:
        raise Http404(extension)
    if request.method != "POST":
        return SeeOther(reverse("contributions:exports", args=[consultation.slug]))
    form = NamesForm(request.POST) if "noms" in request.POST else None
    if form and not form.is_valid():
        return _page(request, consultation, form=form, status=422)
    try:
        purpose = form.cleaned_data["finalite"] if form else ""
        job = export_corpus(consultation, extension, names_for=purpose, by=request.user)
    except ValidationError as refusal:
        return _page(request, consultation, refusal=refusal.messages[0], status=429)
    return SeeOther(reverse("jobs:job", args=[job.pk]))


def _page(
    request: AuthenticatedHttpRequest,
    consultation: Consultation,
    *,
    form: NamesForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "consultation": consultation,
        "section": "exports",
        "said": published_counts(Topic.objects.filter(phase__consultation=consultation)),
        "formats": labels(),
        "form": form or NamesForm(),
        "refusal": refusal,
    }
    return render(request, "contributions/exports.html", context, status=status)
