"""Publish a synthesis, read its versions, and download their files."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.consultations.fetch import fetch_consultation, form_on
from concertation.consultations.link_preview import preview_of
from concertation.documents.difference import difference
from concertation.documents.frozen import next_label
from concertation.documents.labels import Label
from concertation.documents.layout import files_of, laid_out, listed, table_of_contents
from concertation.journal.receipts import NAME
from concertation.permissions import may
from concertation.viewer import viewer_of

from ..fetch import addresses_of, fetch_edited, fetch_synthesis, fetch_version
from ..models import Synthesis, SynthesisVersion
from ..writing.views.syntheses import CORRECTION
from ..writing.views.syntheses import page as edit_page
from .actions import Restricted, publish_synthesis, with_everything
from .document import build_document
from .files import FILES
from .reading import linked_for, readable_document, with_latest


@require_safe
def synthesis_list(request: HttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_consultation(request, slug, follows=["consultation"])
    pairs = with_latest(Synthesis.objects.visible_to(viewer_of(request), consultation).order_by("-number"))
    context = {"consultation": consultation, "section": "synthese", "syntheses": pairs}
    return render(request, "syntheses/list.html", context)


@require_safe
def read(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    synthesis = fetch_synthesis(request, slug, number, follows=["consultation"])
    version = synthesis.versions.order_by("-number").first()
    if version is None or (request.GET.get("projet") and may(viewer_of(request), "syntheses.read_drafts", synthesis)):
        return _draft(request, synthesis)
    return _version(request, synthesis, version)


@require_safe
def read_version(request: HttpRequest, slug: str, number: int, label: Label) -> HttpResponse:
    synthesis = fetch_synthesis(request, slug, number, follows=["consultation"])
    return _version(request, synthesis, fetch_version(synthesis, label))


@require_safe
def by_order(request: HttpRequest, slug: str, number: int, order: int, rest: str = "") -> HttpResponse:
    """Redirect from the order number of a version, its former address, to the address of its label."""
    synthesis = fetch_synthesis(request, slug, number)
    version = get_object_or_404(synthesis.versions, number=order)
    page = reverse("syntheses:version", args=[slug, number, version.label])
    return redirect(f"{page}{rest}/" if rest else page, permanent=True)


@require_safe
def changes(request: HttpRequest, slug: str, number: int, label: Label) -> HttpResponse:
    """Show the changes of a version since the one before, or since an earlier one that was chosen."""
    synthesis = fetch_synthesis(request, slug, number, follows=["consultation"])
    version = fetch_version(synthesis, label)
    earlier = list(synthesis.versions.filter(number__lt=version.number).order_by("-number"))
    if not earlier:
        raise Http404
    asked = request.GET.get("depuis")
    before = next((one for one in earlier if one.label.address == asked), earlier[0])
    context = {"earlier": earlier, **_compared(synthesis, before, version)}
    return render(request, "syntheses/changes.html", context)


@require_safe
def download(request: HttpRequest, slug: str, number: int, label: Label, fmt: str) -> HttpResponseBase:
    synthesis = fetch_synthesis(request, slug, number)
    is_public = synthesis.consultation.is_public(timezone.now())
    return FILES.answer(request, fetch_version(synthesis, label), fmt, is_public=is_public)


@form_on("syntheses:edit")
@login_required
def publish(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    synthesis = fetch_edited(request, slug, number)
    typed: dict[str, Any] = {name: request.POST.get(name, "")[:500] for name in ("note", "disclosure", NAME)}
    disclosing = [
        int(one) for one in request.POST.getlist("disclosing") if one.isascii() and one.isdecimal() and len(one) <= 9
    ]
    correcting = request.POST.get("release") == CORRECTION
    try:
        version = publish_synthesis(
            synthesis, **typed, is_correction=correcting, disclosing=disclosing, by=request.user
        )
    except ValidationError as error:
        restricted = error.numbers if isinstance(error, Restricted) else None
        return edit_page(
            request,
            synthesis,
            publish_error=error.messages[0],
            typed=typed | {"release": CORRECTION if correcting else ""},
            restricted=restricted,
        )
    messages.success(request, _("Version %(label)s publiée.") % {"label": version.label})
    return redirect("syntheses:read", slug, number)


def _version(request: HttpRequest, synthesis: Synthesis, version: SynthesisVersion) -> HttpResponse:
    address = addresses_of(synthesis)
    rows = listed(synthesis.versions.all(), version, address)
    document = linked_for(readable_document(version), version, viewer_of(request))
    told = {"title": document.title, "description": document.subtitle}
    context = {
        **_frame(synthesis, document),
        "preview": preview_of(synthesis.consultation, viewer_of(request).now, path=request.path, **told),
        "version": version,
        "versions": rows,
        "is_latest": rows[0].is_shown,
        "files": files_of(version, address),
    }
    return render(request, "syntheses/read.html", context)


def _compared(synthesis: Synthesis, before: SynthesisVersion, version: SynthesisVersion) -> dict[str, Any]:
    address = addresses_of(synthesis)
    return {
        "consultation": synthesis.consultation,
        "section": "synthese",
        "synthesis": synthesis,
        "before": before,
        "version": version,
        "page": address("version", version),
        "changes_url": address("changes", version),
        "difference": difference(readable_document(before), readable_document(version)),
    }


def _draft(request: HttpRequest, synthesis: Synthesis) -> HttpResponse:
    request.is_for_few = True  # type: ignore[attr-defined]
    label = next_label(synthesis.versions.order_by("number").last())
    document = build_document(with_everything(synthesis), label=label, now=timezone.now())
    context = {**_frame(synthesis, document), "is_draft": True}
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
