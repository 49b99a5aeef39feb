"""Publishing a synthesis, reading it, and taking it away in a file."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.consultations.fetch import fetch_consultation, form_on
from concertation.consultations.models import Consultation
from concertation.documents.downloads import rendered, told_to_wait
from concertation.documents.export import FORMATS
from concertation.journal.receipts import NAME
from concertation.live.cursor import cursor_for
from concertation.permissions import may
from concertation.viewer import viewer_of

from ..fetch import fetch_edited, fetch_synthesis
from ..models import Synthesis, SynthesisVersion
from ..writing.views.syntheses import page as edit_page
from .actions import Restricted, publish_synthesis, with_everything
from .document import build_document
from .page import laid_out, table_of_contents
from .reading import readable_document


@require_safe
def synthesis_list(request: HttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_consultation(request, slug)
    live_cursor = _cursor(request, consultation)
    rows = list(Synthesis.objects.visible_to(viewer_of(request), consultation).order_by("-number"))
    latest = {one.synthesis_id: one for one in SynthesisVersion.objects.latest_ones().filter(synthesis__in=rows)}
    pairs = [(synthesis, latest.get(synthesis.pk)) for synthesis in rows]
    context = {"consultation": consultation, "section": "synthese", "syntheses": pairs, "live_cursor": live_cursor}
    return render(request, "syntheses/list.html", context)


@require_safe
def read(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    synthesis = fetch_synthesis(request, slug, number)
    live_cursor = _cursor(request, synthesis.consultation)
    version = synthesis.versions.order_by("-number").first()
    if version is None or (request.GET.get("projet") and may(viewer_of(request), "syntheses.read_drafts", synthesis)):
        return _draft(request, synthesis, live_cursor)
    return _version(request, synthesis, version, live_cursor)


@require_safe
def read_version(request: HttpRequest, slug: str, number: int, version: int) -> HttpResponse:
    synthesis = fetch_synthesis(request, slug, number)
    live_cursor = _cursor(request, synthesis.consultation)
    return _version(request, synthesis, get_object_or_404(synthesis.versions, number=version), live_cursor)


@require_safe
@told_to_wait
def download(request: HttpRequest, slug: str, number: int, version: int, fmt: str) -> HttpResponse:
    synthesis = fetch_synthesis(request, slug, number)
    found = get_object_or_404(synthesis.versions, number=version)
    found.synthesis = synthesis
    if fmt not in FORMATS:
        raise Http404
    made = rendered(readable_document(found), fmt)
    name = f"synthese-{slug}-{number}-v{version}.{made.extension}"
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@form_on("syntheses:edit")
@login_required
def publish(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    synthesis = fetch_edited(request, slug, number)
    typed: dict[str, Any] = {name: request.POST.get(name, "")[:500] for name in ("note", "disclosure", NAME)}
    disclosing = [
        int(one) for one in request.POST.getlist("disclosing") if one.isascii() and one.isdecimal() and len(one) <= 9
    ]
    try:
        version = publish_synthesis(synthesis, **typed, disclosing=disclosing, by=request.user)
    except ValidationError as error:
        restricted = error.numbers if isinstance(error, Restricted) else None
        return edit_page(request, synthesis, publish_error=error.messages[0], typed=typed, restricted=restricted)
    messages.success(request, _("Version %(number)d publiée.") % {"number": version.number})
    return redirect("syntheses:read", slug, number)


def _cursor(request: HttpRequest, consultation: Consultation) -> str:
    """How far the readers of a consultation have heard, taken before any version is read."""
    return cursor_for(viewer_of(request), f"consultation:{consultation.pk}")


def _version(request: HttpRequest, synthesis: Synthesis, version: SynthesisVersion, live_cursor: str) -> HttpResponse:
    version.synthesis = synthesis
    versions = list(synthesis.versions.order_by("-number"))
    document = readable_document(version)
    context = {
        **_frame(synthesis, document),
        "live_cursor": live_cursor,
        "version": version,
        "versions": versions,
        "is_latest": version.number == versions[0].number,
        "formats": [(fmt, FORMAT_NAMES[fmt]) for fmt in FORMAT_NAMES],
    }
    return render(request, "syntheses/read.html", context)


def _draft(request: HttpRequest, synthesis: Synthesis, live_cursor: str) -> HttpResponse:
    request.is_for_few = True  # type: ignore[attr-defined]
    document = build_document(with_everything(synthesis), number=synthesis.versions.count() + 1, now=timezone.now())
    context = {**_frame(synthesis, document), "live_cursor": live_cursor, "is_draft": True}
    return render(request, "syntheses/read.html", context)


def _frame(synthesis: Synthesis, document: Any) -> dict[str, Any]:
    return {
        "consultation": synthesis.consultation,
        "section": "synthese",
        "synthesis": synthesis,
        "document": document,
        "parts": laid_out(document),
        "contents": table_of_contents(document),
    }


FORMAT_NAMES = {
    "pdf": _("PDF accessible"),
    "docx": _("Document Word"),
    "html": _("Page HTML"),
    "md": _("Markdown"),
    "json": _("Données JSON"),
}
