"""The corpus as a file, for those who analyse it."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.consultations.fetch import fetch_consultation
from concertation.consultations.models import Consultation, Topic
from concertation.documents import spreadsheets
from concertation.documents.downloads import one_at_a_time, told_to_wait
from concertation.permissions import require
from concertation.viewer import viewer_of

from .. import corpus
from ..figures import published_counts

WRITERS = {
    "csv": (spreadsheets.write_csv, spreadsheets.CSV_TYPE),
    "xlsx": (spreadsheets.write_xlsx, spreadsheets.XLSX_TYPE),
}


def _fetch(request: AuthenticatedHttpRequest, slug: str) -> Consultation:
    consultation = fetch_consultation(request, slug)
    require(viewer_of(request), "contributions.export", consultation)
    return consultation


@login_required
@require_safe
def exports(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = _fetch(request, slug)
    labels = {"csv": _("Corpus pour tableur ou pour import"), "xlsx": _("Corpus pour Excel")}
    context = {
        "consultation": consultation,
        "section": "exports",
        "said": published_counts(Topic.objects.filter(phase__consultation=consultation)),
        "files": [
            {"label": labels[kind], "href": reverse("contributions:corpus", args=[slug, kind]), "format": kind.upper()}
            for kind in WRITERS
        ],
    }
    return render(request, "contributions/exports.html", context)


@login_required
@require_safe
@told_to_wait
def corpus_file(request: AuthenticatedHttpRequest, slug: str, extension: str) -> HttpResponse:
    consultation = _fetch(request, slug)
    if extension not in WRITERS:
        raise Http404(extension)
    write, content_type = WRITERS[extension]
    with one_at_a_time():
        data = write(corpus.COLUMNS, corpus.lines_of(consultation))
    name = f"corpus-{consultation.slug}.{extension}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(data, content_type=content_type, headers=headers)
