"""Edit a synthesis: its introduction, its sections and the order of recommendations."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.consultations.fetch import form_on
from concertation.consultations.models import Consultation
from concertation.consultations.views.refusals import add_saved_message, add_to_form, status_of
from concertation.documents.frozen import next_label
from concertation.documents.layout import listed
from concertation.documents.models import FrozenVersion
from concertation.texts.templatetags.french import quoted

from ...fetch import addresses_of, fetch_edited, fetch_section, fetch_workshop
from ...models import Placement, Recommendation, Synthesis
from ...publishing.reading import with_latest
from .. import actions
from ..forms import PlacementForm, SectionForm, SynthesisForm

CORRECTION = "correction"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def synthesis_list(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_workshop(request, slug, "syntheses.write")
    form = SynthesisForm(request.POST or None, consultation=consultation, initial={"kind": Synthesis.Kind.STAGE})
    if form.is_valid():
        try:
            made = actions.create_synthesis(consultation, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("syntheses:edit", slug, made.number)
    context = {
        "consultation": consultation,
        "section": "syntheses",
        "form": form,
        "syntheses": with_latest(Synthesis.objects.filter(consultation=consultation)),
    }
    return render(request, "syntheses/manage.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    synthesis = fetch_edited(request, slug, number)
    form = _frame_form(synthesis, request.POST or None)
    if form.is_valid():
        try:
            actions.edit_synthesis(synthesis, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            add_to_form(form, error)
        else:
            add_saved_message(request, form, _("Synthèse enregistrée."))
            return redirect("syntheses:edit", slug, number)
    return page(request, fetch_edited(request, slug, number), form=form)


@form_on("syntheses:edit")
@login_required
def add_section(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    synthesis = fetch_edited(request, slug, number)
    form = SectionForm(request.POST)
    if form.is_valid():
        try:
            added = actions.add_section(synthesis, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("La section %(title)s est ajoutée.") % {"title": quoted(added.title)})
            return redirect("syntheses:edit", slug, number)
    return page(request, synthesis, section_form=form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    found = fetch_section(request, slug, pk)
    form = SectionForm(request.POST or None, instance=found)
    if form.is_valid():
        try:
            actions.edit_section(found, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            add_to_form(form, error)
        else:
            add_saved_message(request, form, _("Section enregistrée."))
            return redirect("syntheses:edit", slug, found.synthesis.number)
    context = {"consultation": found.synthesis.consultation, "section": "syntheses", "part": found, "form": form}
    return render(request, "syntheses/section.html", context, status=status_of(form))


@login_required
@require_POST
def arrange(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    """Do the act of one button of a section: up, down, remove, place a recommendation, move or take one out."""
    found = fetch_section(request, slug, pk)
    act, _colon, target = request.POST.get("acte", "").partition(":")
    if act in ("monter", "descendre"):
        actions.move_section(found, up=act == "monter", by=request.user)
    elif act == "supprimer":
        actions.remove_section(found, by=request.user)
        messages.success(request, _("Section supprimée. Ses recommandations restent, sans place."))
    elif act == "placer":
        _place(request, found)
    elif act in ("hausser", "baisser", "sortir"):
        placement = get_object_or_404(
            Placement, pk=target if target.isdecimal() and len(target) <= 18 else 0, section=found
        )
        if act == "sortir":
            actions.unplace_recommendation(placement, by=request.user)
        else:
            actions.move_placement(placement, up=act == "hausser", by=request.user)
    return redirect("syntheses:edit", slug, found.synthesis.number)


def _place(request: AuthenticatedHttpRequest, section: Any) -> None:
    form = PlacementForm(request.POST, consultation=section.synthesis.consultation)
    if not form.is_valid():
        messages.error(request, _("Choisissez une recommandation à placer."))
        return
    actions.place_recommendation(section, recommendation=form.cleaned_data["recommendation"], by=request.user)


def page(request: AuthenticatedHttpRequest, synthesis: Synthesis, **forms: Any) -> HttpResponse:
    """Render the page of a synthesis that is being written, with the form that has an error."""
    consultation: Consultation = synthesis.consultation
    placements = Placement.objects.select_related("recommendation")
    sections = list(synthesis.sections.prefetch_related(Prefetch("placements", placements)))
    rows = listed(synthesis.versions.all(), None, addresses_of(synthesis))
    placed = {one.recommendation_id for part in sections for one in part.placements.all()}
    context = {
        "consultation": consultation,
        "section": "syntheses",
        "synthesis": synthesis,
        "form": forms.get("form") or _frame_form(synthesis),
        "section_form": forms.get("section_form") or SectionForm(prefix=None),
        "sections": sections,
        "unplaced": Recommendation.objects.filter(consultation=consultation).exclude(pk__in=placed),
        "bare": Recommendation.objects.filter(pk__in=placed).without_support(),
        "versions": rows,
        "releases": _releases(rows[0].version if rows else None, forms.get("typed") or {}),
        "publish_uuid": uuid.uuid4(),
        "publish_error": forms.get("publish_error"),
        "typed": forms.get("typed"),
        "restricted": forms.get("restricted"),
    }
    refused = [status_of(form) if isinstance(form, BaseForm) else 422 for form in forms.values()]
    return render(request, "syntheses/edit.html", context, status=max(refused, default=200, key=(200, 422, 409).index))


def _releases(last: FrozenVersion | None, typed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the choice between a new version and a correction, if there is a version to correct."""
    if last is None:
        return []
    corrects = typed.get("release") == CORRECTION
    new, corrected = (next_label(last, is_correction=one) for one in (False, True))
    return [
        {
            "value": "version",
            "label": _("Nouvelle version"),
            "hint": _("Le fond a changé. Elle s’appellera version %(label)s.") % {"label": new},
            "checked": not corrects,
        },
        {
            "value": CORRECTION,
            "label": _("Correction"),
            "hint": _("Une faute, une date, un lien\u00a0: le fond reste. Elle s’appellera version %(label)s.")
            % {"label": corrected},
            "checked": corrects,
        },
    ]


def _frame_form(synthesis: Synthesis, data: Any = None) -> SynthesisForm:
    return SynthesisForm(data, instance=synthesis, consultation=synthesis.consultation)
