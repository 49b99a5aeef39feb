"""The public pages of a consultation: what is open now, what is over, and what comes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from concertation.live import cursor
from concertation.live.audience import Audience
from concertation.permissions import may
from concertation.viewer import viewer_of

from .. import live, sections
from ..audiences import audience_of, participation_of, suspension_of
from ..fetch import fetch_consultation
from ..models import Consultation, Phase, Topic
from ..programme import Programme, programme_of
from ..theme import stylesheet
from ..topics import TopicCard, cards_of

# A changed colour may appear late, so that browsers need not fetch the sheet for every page.
THEME_SECONDS = 300


@require_safe
def home(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    consultation = fetch_consultation(request, slug)
    reader, live_cursor = _follow(request, consultation, now)
    programme = _programme(reader, consultation, now)
    context = {
        **_frame(request, consultation, now),
        "programme": programme,
        **live.figures_context(consultation, reader, now),
        "live_cursor": live_cursor,
        "section": "presentation",
        "featured": _with_topics(consultation, programme.featured),
        "ateliers": sections.ateliers_on_front.html_for(viewer_of(request), [consultation]).get(consultation.pk),
        "synthesis": sections.synthesis_on_front.html_for(viewer_of(request), [consultation]).get(consultation.pk),
        "partners": consultation.partners.all(),
        "documents": consultation.documents.all(),
    }
    return render(request, "consultations/home.html", context)


@require_safe
def presentation(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    consultation = fetch_consultation(request, slug)
    _reader, live_cursor = _follow(request, consultation, now)
    context = {
        **_frame(request, consultation, now),
        "live_cursor": live_cursor,
        "section": "presentation",
        "partners": consultation.partners.all(),
        "documents": consultation.documents.all(),
    }
    return render(request, "consultations/presentation.html", context)


@require_safe
def debate(request: HttpRequest, slug: str) -> HttpResponse:
    """List all the phases that the viewer may read, each with its topics."""
    now = timezone.now()
    consultation = fetch_consultation(request, slug)
    reader, live_cursor = _follow(request, consultation, now)
    programme = _programme(reader, consultation, now)
    topics = dict(_with_topics(consultation, programme.every))
    context = {
        **_frame(request, consultation, now),
        "programme": programme,
        "live_cursor": live_cursor,
        "section": "debat",
        "phases": [(one, topics[one.phase]) for one in programme.phases],
    }
    return render(request, "consultations/debate.html", context)


@require_safe
def phase(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    now = timezone.now()
    consultation = fetch_consultation(request, slug)
    reader, live_cursor = _follow(request, consultation, now)
    found = get_object_or_404(Phase.objects.open_to(reader, consultation).select_related("consultation"), pk=pk)
    [(_phase, cards)] = _with_topics(consultation, [found])
    context = {
        **_frame(request, consultation, now),
        **live.phase_context(found, now),
        "live_cursor": live_cursor,
        "section": "debat",
        "natures": found.natures.all(),
        "cards": cards,
        "ateliers": sections.ateliers_of_phase.html_for(viewer_of(request), [found]).get(found.pk),
    }
    return render(request, "consultations/phase.html", context)


@require_safe
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_consultation(request, slug)
    response = HttpResponse(stylesheet(consultation, consultation.natures.all()), content_type="text/css")
    scope = "public" if consultation.is_public(timezone.now()) else "private"
    response["Cache-Control"] = f"{scope}, max-age={THEME_SECONDS}"
    return response


def _follow(request: HttpRequest, consultation: Consultation, now: datetime) -> tuple[Audience, str]:
    """Return the viewer's audience and the cursor of the page's rooms; take the cursor before any read."""
    reader = audience_of(viewer_of(request), consultation)
    assert reader is not None, "pages fetch the consultation by what this reader may see"
    live_cursor = cursor.write(cursor.reached(live.keys_for(consultation.pk, reader)))
    consultation.refresh_from_db()
    return reader, live_cursor


def _programme(reader: Audience, consultation: Consultation, now: datetime) -> Programme:
    return programme_of(consultation, Phase.objects.open_to(reader, consultation).in_order(), now)


def _frame(request: HttpRequest, consultation: Consultation, now: datetime) -> dict[str, Any]:
    """Return the context that all public pages of a consultation share."""
    mine = participation_of(viewer_of(request), consultation)
    return {
        "consultation": consultation,
        "now": now,
        "is_public": consultation.is_public(now),
        "participation": mine,
        "suspension": suspension_of(viewer_of(request), consultation),
        "may_join": mine is None and not consultation.archived,
        "may_organise": may(viewer_of(request), "consultations.enter_organiser_space", consultation),
    }


def _with_topics(consultation: Consultation, phases: Sequence[Phase]) -> list[tuple[Phase, list[TopicCard]]]:
    """Return the phases, each with the cards of its topics; sub-topics follow their topic."""
    topics = list(Topic.objects.filter(phase__in=phases).select_related("parent").in_order())
    topics.sort(key=lambda one: (_place(one.parent or one), one.parent is not None))
    cards = cards_of(consultation, topics)
    return [(phase, [card for card in cards if card.topic.phase_id == phase.pk]) for phase in phases]


def _place(topic: Topic) -> tuple[int, int]:
    return topic.position, topic.pk
