"""The public pages of a consultation: what is open now, what is over, and what comes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from concertation.live.audience import Audience
from concertation.permissions import may
from concertation.viewer import viewer_of

from .. import live, sections
from ..audiences import audience_of, participation_of, suspension_of
from ..fetch import fetch_consultation
from ..link_preview import LinkPreview, preview_of
from ..models import Consultation, Phase
from ..programme import Programme, programme_of
from ..sections import FrontPage
from ..theme import stylesheet
from ..way_in import WayIn, way_in

# A changed colour may appear late, so that browsers need not fetch the sheet for every page.
THEME_SECONDS = 300


@require_safe
def home(request: HttpRequest, slug: str) -> HttpResponse:
    consultation, reader = _followed(request, slug)
    now = viewer_of(request).now
    programme = _programme(reader, consultation, now)
    context = {
        **_frame(request, consultation, now),
        "programme": programme,
        "way_in": _way_in(request, consultation, programme.running),
        **live.figures_context(consultation, reader, now),
        "section": "presentation",
        "parts": sections.parts_of(FrontPage(consultation, reader, now, programme)),
    }
    return render(request, "consultations/home.html", context)


@require_safe
def presentation(request: HttpRequest, slug: str) -> HttpResponse:
    consultation, _reader = _followed(request, slug)
    now = viewer_of(request).now
    context = {
        **_frame(request, consultation, now),
        "section": "presentation",
        "partners": consultation.partners.all(),
        "documents": consultation.documents.all(),
    }
    return render(request, "consultations/presentation.html", context)


@require_safe
def debate(request: HttpRequest, slug: str) -> HttpResponse:
    """List the phases that the viewer may read: those that run, then those that are over, then those to come."""
    consultation, reader = _followed(request, slug)
    now = viewer_of(request).now
    programme = _programme(reader, consultation, now)
    contents = sections.contents_of(consultation, programme.every, reader, now, listed=True)
    came = sections.outcomes_of(consultation, programme.over, reader)
    context = {
        **_frame(request, consultation, now),
        "programme": programme,
        "section": "debat",
        "phases": [(one, contents[one.phase.pk], came.get(one.phase.pk)) for one in programme.by_turn],
    }
    return render(request, "consultations/debate.html", context)


@require_safe
def phase(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation, reader = _followed(request, slug)
    now = viewer_of(request).now
    found = get_object_or_404(Phase.objects.open_to(reader, consultation).select_related("consultation"), pk=pk)
    context = {
        **_frame(request, consultation, now),
        **live.phase_context(found, now),
        "way_in": way_in(viewer_of(request), consultation, [found], anchor="#thematiques"),
        "section": "debat",
        "preview": _preview_of_phase(request, found, now),
        "natures": found.natures.all(),
        "parts": sections.contents_of(consultation, [found], reader, now)[found.pk],
    }
    return render(request, "consultations/phase.html", context)


@require_safe
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_consultation(request, slug)
    response = HttpResponse(stylesheet(consultation, consultation.natures.all()), content_type="text/css")
    scope = "public" if consultation.is_public(viewer_of(request).now) else "private"
    response["Cache-Control"] = f"{scope}, max-age={THEME_SECONDS}"
    return response


def _followed(request: HttpRequest, slug: str) -> tuple[Consultation, Audience]:
    """Return the consultation that the page follows, and the viewer's audience."""
    consultation = fetch_consultation(request, slug, follows=["consultation"])
    reader = audience_of(viewer_of(request), consultation)
    assert reader is not None, "pages fetch the consultation by what this reader may see"
    return consultation, reader


def _programme(reader: Audience, consultation: Consultation, now: datetime) -> Programme:
    return programme_of(consultation, Phase.objects.open_to(reader, consultation).in_order(), now)


def _preview_of_phase(request: HttpRequest, phase: Phase, now: datetime) -> LinkPreview | None:
    if phase.access != Phase.Access.PUBLIC:
        return None
    return preview_of(phase.consultation, now, path=request.path, title=phase.title, description=phase.goal)


def _way_in(request: HttpRequest, consultation: Consultation, running: Sequence[Phase]) -> WayIn | None:
    """Return the way in from the front page, which shows the topics of the phases that run."""
    anchor = f"#phase-{running[0].pk}" if running else ""
    return way_in(viewer_of(request), consultation, running, anchor=anchor)


def _frame(request: HttpRequest, consultation: Consultation, now: datetime) -> dict[str, Any]:
    """Return the context that all public pages of a consultation share."""
    mine = participation_of(viewer_of(request), consultation)
    return {
        "consultation": consultation,
        "preview": preview_of(consultation, now, path=request.path),
        "now": now,
        "is_public": consultation.is_public(now),
        "participation": mine,
        "suspension": suspension_of(viewer_of(request), consultation),
        "may_join": mine is None and not consultation.archived,
        "may_organise": may(viewer_of(request), "consultations.enter_organiser_space", consultation),
    }
