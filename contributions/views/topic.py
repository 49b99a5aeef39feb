"""The page of a topic: its question, what one must know, the composer, the threads."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate, chain
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from concertation.accounts.drafts import reader_key
from concertation.consultations.audiences import participation_of
from concertation.consultations.link_preview import LinkPreview, preview_of
from concertation.consultations.menu import account_menu
from concertation.consultations.models import Phase, Topic
from concertation.consultations.programme import state_of
from concertation.consultations.standing import Standing, shared_standing, standing_of
from concertation.live import page_cache
from concertation.live.follow import follow, follow_shared, followed_on
from concertation.live.shared_pages import shared_request
from concertation.live.templatetags.live import own_rooms_of
from concertation.viewer import fresh_viewer_of, viewer_of

from .. import topic_cache
from ..actions import mark_visited
from ..deferred_acts import returned_composer
from ..fetch import fetch_topic
from ..forms import ComposerForm, FiltersForm
from ..listing import PAGE, SORTS, Filters, filters_from, on_page, replies_keys, replies_under, roots_page
from ..live import changes_at
from ..marks import filling, marks_of, shown_on
from ..models import Contribution, ContributionQuerySet, Keyword
from ..pinned import pinned_on
from ..shells import Shell, joined, own_acts, shells_for
from ..since_visit import has_news
from ..topic_side import kinds_taking_part, side_items

PENDING_SHOWN = 50
# Replies of threads that are shown whole on one page; each costs two milliseconds of CPU to render.
MOST_UNFOLDED = 400


@require_safe
def topic(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    now = timezone.now()
    follow(request, f"topic:{pk}")
    returned = returned_composer(request, now)
    if returned is not None and returned.topic.pk == pk:
        return topic_page(request, returned.topic, composer=returned)
    place = topic_cache.place_for(request, slug, pk)
    page = page_cache.find(place.key, now) if place else None
    if place is not None and page is None:
        with page_cache.one_at_a_time(place.key):
            place, page = _shared_page(request, slug, pk, now)
    own = _own(request, pk) if place and page else {}
    if place is not None and page is not None and place.me is not None:
        marks = marks_of(place.me, pk, shown_on(page))
        place = None if marks.sees_more else place
        own |= filling(marks, page)
        if marks.has_news:
            mark_visited(fetch_topic(request, slug, pk), now=now, by=viewer_of(request).person)
    if place is None or page is None:
        return _own_page(request, fetch_topic(request, slug, pk), now)
    return HttpResponse(page.filled(own))


def _own_page(request: HttpRequest, topic: Topic, now: datetime) -> HttpResponse:
    """Render the page for this viewer alone."""
    me = participation_of(viewer_of(request), topic.phase.consultation)
    if me is not None and not viewer_of(request).is_stand_in and has_news(me, topic):
        mark_visited(topic, now=now, by=viewer_of(request).person)
    return topic_page(request, topic)


def topic_page(
    request: HttpRequest,
    topic: Topic,
    *,
    composer: ComposerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page, with the composer as it was sent if it has an error."""
    standing = standing_of(viewer_of(request), topic.phase.consultation)
    context = _context(request, topic, standing, composer)
    context["threads"] = joined(shell.html for shell in context["shells"])
    return render(request, "contributions/topic.html", context, status=status)


def _shared_page(
    request: HttpRequest, slug: str, pk: int, now: datetime
) -> tuple[topic_cache.Place | None, page_cache.Page | None]:
    """Return the present page, with its cursor read again: events may have come while another thread rendered it."""
    fresh_viewer_of(request)
    follow(request, f"topic:{pk}")
    place = topic_cache.place_for(request, slug, pk)
    if place is None:
        return None, None
    page = page_cache.find(place.key, now)
    if page is None:
        page = _rendered(request, fetch_topic(request, slug, pk), place, now)
        page_cache.store(place.key, page)
    return place, page


def _rendered(request: HttpRequest, topic: Topic, place: topic_cache.Place, now: datetime) -> page_cache.Page:
    """Render the page for an audience, with placeholders for what is each viewer's own."""
    shared = shared_request(request, place.audience, now)
    cursor, own_rooms = page_cache.placeholder("live_cursor"), page_cache.placeholder("own_rooms")
    follow_shared(shared, topic.room, placeholder=cursor, own_rooms=own_rooms)
    standing = shared_standing(viewer_of(shared), topic.phase.consultation, takes_part=place.me is not None)
    context = _context(shared, topic, standing, client_uuid=page_cache.placeholder("client_uuid"))
    shells = context["shells"]
    context |= {name: page_cache.placeholder(name) for name in ("csrf_token", "account_menu", "reader_key")}
    context["threads"] = joined(shell.shared_html for shell in shells)
    html = render_to_string("contributions/topic.html", context, shared)
    changes = chain(changes_at(topic), (item.changes_at for item in context["side_items"]))
    return page_cache.page_from(html, now=now, changes_at=changes, alternatives=own_acts(standing, shells))


def _own(request: HttpRequest, pk: int) -> dict[str, str]:
    """Return the values of the page's placeholders; no CSRF token, hence no cookie, for those who only read."""
    token = get_token(request) if request.user.is_authenticated else ""
    return {
        "live_cursor": followed_on(request).cursor(viewer_of(request), f"topic:{pk}"),
        "own_rooms": own_rooms_of(request),
        "client_uuid": str(uuid.uuid4()),
        "csrf_token": token,
        "account_menu": account_menu(viewer_of(request), request.path, token),
        "reader_key": reader_key(request.user),
    }


def _context(
    request: HttpRequest,
    topic: Topic,
    standing: Standing,
    composer: ComposerForm | None = None,
    *,
    client_uuid: str | None = None,
) -> dict[str, Any]:
    filters = filters_from(request.GET, topic)
    return {
        **frame_of(topic, standing),
        **_threads(request, topic, standing, filters),
        "preview": _preview(request, topic, standing),
        "pinned": pinned_on([topic], standing.audience, standing.now).get(topic.pk),
        "topics": list(topic.phase.topics.in_order()),
        "kinds": kinds_taking_part(topic, standing.audience),
        "side_items": side_items.gather(standing.audience, standing.now, topic),
        "keywords": [(one.name, f"?mot={one.slug}") for one in Keyword.objects.offered().used_in(topic)],
        "composer": composer or _composer(topic, standing, client_uuid),
        "filters": filters,
        "filters_form": FiltersForm(topic=topic, filters=filters),
        "sorts": _sorts(filters),
    }


def frame_of(topic: Topic, standing: Standing) -> dict[str, Any]:
    """Return the context of the pages of a topic and of its threads."""
    phase = topic.phase
    return {
        "consultation": phase.consultation,
        "section": "debat",
        "topic": topic,
        "phase": phase,
        "state": state_of(phase, standing.now),
        "suspension": standing.suspension,
        "phase_takes_replies": phase.takes_replies(standing.now) and standing.may_act,
        "next_phase": _next_phase(phase, standing),
        "standing": standing,
        "now": standing.now,
    }


def _preview(request: HttpRequest, topic: Topic, standing: Standing) -> LinkPreview | None:
    phase = topic.phase
    if phase.access != Phase.Access.PUBLIC:
        return None
    told = {"title": topic.title, "description": topic.question}
    return preview_of(phase.consultation, standing.now, path=request.path, **told)


def _threads(request: HttpRequest, topic: Topic, standing: Standing, filters: Filters) -> dict[str, Any]:
    seen = Contribution.objects.visible_to(standing.viewer, topic.phase.consultation).filter(topic=topic)
    page = roots_page(seen, filters, request.GET)
    unfolded = _unfolded(seen, request.GET.getlist("fil"))
    rows = on_page(seen).pending().roots().order_by("number")
    pending = list(rows[:PENDING_SHOWN]) if standing.viewer.is_known else []
    for one in (*page.roots, *pending):
        one.topic = topic
    shells = _shells(standing, page.roots, unfolded)
    return {
        "page": page,
        "shells": shells,
        "pending": shells_for(standing, pending, {}) if pending else [],
        "live_new": "" if filters.is_plain and page.is_first else "reload",
        "first_page": "" if page.is_first else request.path + filters.query(),
    }


def _shells(standing: Standing, roots: Sequence[Contribution], unfolded: list[int]) -> list[Shell]:
    seen = Contribution.objects.visible_by_state(standing.viewer, standing.consultation)
    keys = replies_keys(seen, roots)
    replies = replies_under(seen, (root for root in roots if root.pk in keys), unfolded=unfolded)
    return shells_for(standing, roots, replies, keys=keys)


def _unfolded(rows: ContributionQuerySet, numbers: Sequence[str]) -> list[int]:
    """Return the threads to show whole, the shortest first: at least one, more while they have few replies."""
    wanted = [int(one) for one in numbers[:PAGE] if one.isascii() and one.isdecimal() and len(one) < 9]
    asked = rows.roots().filter(number__in=wanted).order_by("reply_count", "pk").values_list("pk", "reply_count")
    found = list(asked) if wanted else []
    sums = accumulate(count for _pk, count in found)
    fitting = sum(total <= MOST_UNFOLDED for total in sums)
    return [pk for pk, _count in found[: max(fitting, 1)]]


def _composer(topic: Topic, standing: Standing, client_uuid: str | None) -> ComposerForm | None:
    if not standing.may_act or not topic.phase.takes_contributions(standing.now):
        return None
    named = {"client_uuid": client_uuid} if client_uuid else {}
    return ComposerForm(topic=topic, parent=None, is_staff=standing.is_staff, now=standing.now, initial=named)


def _sorts(filters: Filters) -> list[dict[str, Any]]:
    labels = {"recentes": _("Les plus récentes"), "actives": _("Récemment actives")}
    return [{"label": labels[key], "href": filters.query(tri=key), "current": filters.sort == key} for key in SORTS]


def _next_phase(phase: Phase, standing: Standing) -> Phase | None:
    """Return the next phase: one that runs, else the one that opens next."""
    if not phase.is_over(standing.now):
        return None
    others = Phase.objects.visible_to(standing.viewer, standing.consultation).exclude(pk=phase.pk)
    return others.filter(closes_at__gt=standing.now).order_by("opens_at", "position").first()
