"""The page of a topic: what is asked, what one must know, the composer, the threads."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from concertation import slots
from concertation.consultations.models import Phase, Topic
from concertation.consultations.programme import state_of
from concertation.live.cursor import cursor_for

from ..fetch import fetch_topic
from ..forms import ComposerForm, FiltersForm
from ..listing import SORTS, Filters, filters_from, on_page, replies_count, replies_under, roots_page
from ..models import Contribution, ContributionQuerySet
from ..rows import said_in
from ..shells import Reader, Shell, reader_of, shells_for, threads_html

AWAITING_SHOWN = 50


@require_safe
def topic(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    now = timezone.now()
    # Taken before the topic or any row is read: what happens in between is sent again, never lost.
    live_cursor = cursor_for(request.user, f"topic:{pk}", now=now)
    return topic_page(request, fetch_topic(request, slug, pk, now), now, live_cursor=live_cursor)


def topic_page(
    request: HttpRequest,
    topic: Topic,
    now: datetime,
    *,
    live_cursor: str = "",
    composer: ComposerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with the composer as it was sent when something in it must be mended."""
    live_cursor = live_cursor or cursor_for(request.user, topic.room, now=now)
    consultation = topic.phase.consultation
    reader = reader_of(request.user, consultation, now)
    filters = filters_from(request.GET, topic)
    context = {
        **frame_of(topic, reader),
        **_threads(request, topic, reader, filters),
        "topics": list(topic.phase.topics.in_order()),
        "composer": composer or _composer(topic, reader),
        "live_cursor": live_cursor,
        "filters": filters,
        "filters_form": FiltersForm(topic=topic, filters=filters),
        "sorts": _sorts(filters),
        "saved_draft": request.session.pop("saved_draft", "") if request.user.is_authenticated else "",
    }
    return render(request, "contributions/topic.html", context, status=status)


def frame_of(topic: Topic, reader: Reader) -> dict[str, Any]:
    """What the pages of a topic and of its threads say of the place where they are."""
    phase = topic.phase
    return {
        "consultation": phase.consultation,
        "section": "debat",
        "topic": topic,
        "phase": phase,
        "state": state_of(phase, reader.now),
        "phase_takes_replies": phase.takes_replies(reader.now) and not phase.consultation.archived,
        "next_phase": _next_phase(phase, reader),
        "reader": reader,
        "now": reader.now,
    }


def _threads(request: HttpRequest, topic: Topic, reader: Reader, filters: Filters) -> dict[str, Any]:
    seen = Contribution.objects.visible_to(request.user, topic.phase.consultation, reader.now).filter(topic=topic)
    page = roots_page(seen, filters, request.GET)
    unfolded = _unfolded(seen, request.GET.get("fil", ""))
    waiting = on_page(seen).awaiting().roots().order_by("number")
    awaiting = list(waiting[:AWAITING_SHOWN]) if reader.user.is_authenticated else []
    for one in (*page.roots, *awaiting):
        one.topic = topic
    shells = _shells(reader, seen, page.roots, unfolded)
    return {
        "page": page,
        "shells": shells,
        "threads": threads_html(shells, topic.phase.consultation.slug),
        "awaiting": shells_for(reader, awaiting, {}) if awaiting else [],
        "first_page": "" if page.is_first else request.path + filters.query(),
        "said": said_in([topic])[topic.pk],
        "above": slots.html_for("topic.above", request.user, [topic]).get(topic.pk, ""),
    }


def _shells(reader: Reader, seen: ContributionQuerySet, roots: Any, unfolded: list[int]) -> list[Shell]:
    counts = replies_count(seen, roots)
    replies = replies_under(seen, (root for root in roots if root.pk in counts), unfolded=unfolded)
    return shells_for(reader, roots, replies, counts=counts)


def _unfolded(rows: ContributionQuerySet, number: str) -> list[int]:
    if not (number.isascii() and number.isdecimal() and len(number) < 9):
        return []
    return list(rows.roots().filter(number=int(number)).values_list("pk", flat=True))


def _composer(topic: Topic, reader: Reader) -> ComposerForm | None:
    if reader.consultation.archived or not topic.phase.takes_contributions(reader.now):
        return None
    return ComposerForm(topic=topic, parent=None, is_staff=reader.is_staff, now=reader.now)


def _sorts(filters: Filters) -> list[dict[str, Any]]:
    labels = {"recentes": _("Les plus récentes"), "actives": _("Récemment actives")}
    return [{"label": labels[key], "href": filters.query(tri=key), "current": filters.sort == key} for key in SORTS]


def _next_phase(phase: Phase, reader: Reader) -> Phase | None:
    """Where one goes when this phase is over: the one that runs, else the one that opens next."""
    if not phase.is_over(reader.now):
        return None
    others = Phase.objects.visible_to(reader.user, reader.consultation, reader.now).exclude(pk=phase.pk)
    return others.filter(closes_at__gt=reader.now).order_by("opens_at", "position").first()
