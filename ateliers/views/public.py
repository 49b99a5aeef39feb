"""The public pages of ateliers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from concertation.consultations.actions.suspensions import NO_SEAT
from concertation.consultations.audiences import suspension_of
from concertation.consultations.fetch import fetch_consultation
from concertation.consultations.link_preview import LinkPreview, preview_of
from concertation.consultations.models import Topic
from concertation.live.audience import Audience
from concertation.permissions import may
from concertation.viewer import Viewer, viewer_of
from contributions.models import Contribution

from .. import calendar
from ..actions.seats import check_open
from ..cards import cards_of
from ..fetch import fetch_atelier
from ..hours import meeting_of
from ..live import meeting_context
from ..models import AgendaItem, Atelier, Note, Registration
from ..seats_left import are_full, places_of


@dataclass(frozen=True)
class TimedItem:
    item: AgendaItem
    topic: Topic | None
    starts_at: datetime | None


@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_consultation(request, slug, follows=["consultation"])
    now = viewer_of(request).now
    seen = Atelier.objects.visible_to(viewer_of(request), consultation).exclude(state=Atelier.State.DRAFT)
    rows = seen.select_related("consultation")
    context = {
        "consultation": consultation,
        "section": "ateliers",
        "to_come": cards_of(list(rows.to_come(now)), now),
        "over": cards_of(list(rows.over(now)), now),
        "may_enter_organiser_space": may(viewer_of(request), "ateliers.enter_organiser_space", consultation),
    }
    return render(request, "ateliers/list.html", context)


@require_safe
def detail(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    atelier = fetch_atelier(request, slug, number, follows=["atelier", "consultation"])
    now = viewer_of(request).now
    registration = atelier.registration_of(request.user)
    places = places_of([atelier])[atelier.pk]
    context = {
        "consultation": atelier.consultation,
        "section": "ateliers",
        "preview": _preview(request, atelier),
        **meeting_context(atelier, places, now),
        "is_over": atelier.is_over(now),
        "has_started": atelier.has_started(now),
        "places": places,
        "is_full": are_full(places),
        "agenda": list(_timed(request, atelier)),
        "roles": atelier.roles.select_related("user"),
        "registration": registration,
        "may_mark_trials": atelier.consultation.takes_trials(now),
        **_registering(request, atelier, registration, now),
        "poured": _poured(request, atelier),
        **_team(request, atelier),
    }
    return render(request, "ateliers/detail.html", context)


def _preview(request: HttpRequest, atelier: Atelier) -> LinkPreview | None:
    """Return what other sites show of a link to it; nothing of one that not everyone sees."""
    now = viewer_of(request).now
    if atelier.audience(now) != Audience.PUBLIC:
        return None
    told = {"title": atelier.title, "description": f"{atelier.get_kind_display()}, {meeting_of(atelier)}"}
    return preview_of(atelier.consultation, now, path=request.path, **told)


@require_safe
def calendar_file(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Return the calendar file; a person with a seat also gets the link of the meeting."""
    atelier = fetch_atelier(request, slug, number)
    now = viewer_of(request).now
    registration = atelier.registration_of(request.user)
    content = calendar.file_of(atelier, now=now, seat=registration)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{calendar.name_of(atelier)}"'
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _timed(request: HttpRequest, atelier: Atelier) -> Iterator[TimedItem]:
    """Return each item with its start, as long as every item before it has a duration.

    A topic is named to those who may read it.
    """
    seen = Topic.objects.visible_to(viewer_of(request), atelier.consultation)
    topics = seen.filter(pk__in=atelier.agenda.values("topic")).in_bulk()
    at: datetime | None = atelier.starts_at
    for item in atelier.agenda.all():
        yield TimedItem(item, topics.get(item.topic_id), at)
        at = at + timedelta(minutes=item.minutes) if at and item.minutes else None


def _registering(
    request: HttpRequest, atelier: Atelier, registration: Registration | None, now: datetime
) -> dict[str, Any]:
    """Return whether the viewer may register now, and if not, why."""
    refusal = str(NO_SEAT) if suspension_of(viewer_of(request), atelier.consultation) else ""
    try:
        check_open(atelier, now)
    except ValidationError as error:
        refusal = " ".join(error.messages)
    ahead = 0
    if registration is not None and registration.state == Registration.State.WAITING:
        queue = atelier.registrations.waiting().in_mode(registration.mode)
        ahead = queue.filter(rank__lt=registration.rank).count()
    is_open = not refusal and not atelier.consultation.archived
    # Without a choice to make, a visitor registers here, and logs in and joins afterwards.
    at_once = is_open and len(atelier.modes) == 1 and not may(viewer_of(request), "ateliers.register", atelier)
    return {"is_open": is_open, "at_once": at_once, "refusal": refusal, "ahead": ahead}


def _team(request: HttpRequest, atelier: Atelier) -> dict[str, bool]:
    """Return what those who run the atelier may do from its page."""
    if not request.user.is_authenticated:
        return {}
    user = request.user
    return {
        "may_organise": may(Viewer(user), "ateliers.organise", atelier),
        "may_read_registrations": may(Viewer(user), "ateliers.read_registrations", atelier),
        "may_write_notes": may(Viewer(user), "ateliers.write_note", atelier),
    }


def _poured(request: HttpRequest, atelier: Atelier) -> list[Note]:
    """Return the notes that became contributions, as far as this viewer may read those."""
    readable = Contribution.objects.visible_to(viewer_of(request), atelier.consultation).readable()
    notes = Note.objects.of(atelier).filter(contribution__in=readable).in_order()
    return list(notes.select_related("table", "contribution__current", "contribution__nature", "contribution__topic"))
