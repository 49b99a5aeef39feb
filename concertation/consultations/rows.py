"""The live rows of a consultation's own pages: its programme, its phases, its figures, how much was said in a topic.

They depend on the class of the reader and on the moment, never on the person; each version only grows.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Sum
from django.template.loader import render_to_string
from django.utils import timezone

from concertation import slots
from concertation.asking import answers
from concertation.live import registry
from concertation.live.audience import Audience

from .audiences import audience_of, look_up
from .models import Consultation, Phase, Topic
from .programme import programme_of, state_of
from .rooms import SITE_ROOM, backstage_room
from .topics import TopicCard, topic_url

# One edit of the programme outweighs all that can be said before the next one.
_PER_EDIT = 1_000_000


def figures_context(consultation: Consultation, audience: Audience, now: datetime) -> dict[str, Any]:
    """What is counted on the front page; its version follows what this class may count."""
    phases = Phase.objects.open_to(audience, consultation)
    said = Topic.objects.filter(phase__in=phases).aggregate(said=Sum("said"))["said"] or 0
    return {
        "consultation": consultation,
        "figures_version": consultation.version * _PER_EDIT + said,
        "counters": slots.gather("consultation.counters", audience, consultation, now),
    }


def phase_context(phase: Phase, now: datetime) -> dict[str, Any]:
    return {"consultation": phase.consultation, "phase": phase, "state": state_of(phase, now)}


# The live channel ---------------------------------------------------------------------------------------------------


def render_programmes(pks: Sequence[int], audience: Audience) -> Mapping[int, registry.Rendered]:
    now = timezone.now()
    return {one.pk: registry.Rendered(one.version, _programme(one, audience, now)) for one in _seen(pks, audience, now)}


def _programme(consultation: Consultation, audience: Audience, now: datetime) -> str:
    phases = Phase.objects.open_to(audience, consultation).in_order()
    context = {"consultation": consultation, "programme": programme_of(consultation, phases, now)}
    return render_to_string("consultations/programme_row.html", context)


def render_figures(pks: Sequence[int], audience: Audience) -> Mapping[int, registry.Rendered]:
    now = timezone.now()
    found = {}
    for one in _seen(pks, audience, now):
        context = figures_context(one, audience, now)
        html = render_to_string("consultations/figures_row.html", context)
        found[one.pk] = registry.Rendered(context["figures_version"], html)
    return found


def render_phases(pks: Sequence[int], audience: Audience) -> Mapping[int, registry.Rendered]:
    now = timezone.now()
    rows = Phase.objects.filter(pk__in=pks).select_related("consultation")
    return {
        one.pk: registry.Rendered(
            one.version, render_to_string("consultations/phase_row.html", phase_context(one, now))
        )
        for one in rows
        if one.audience(now) <= audience
    }


def render_said(pks: Sequence[int], audience: Audience) -> Mapping[int, registry.Rendered]:
    now = timezone.now()
    topics = Topic.objects.filter(pk__in=pks).select_related("phase__consultation")
    seen = [one for one in topics if one.phase.audience(now) <= audience]
    return {one.pk: registry.Rendered(one.said, _said(one)) for one in seen}


def _said(topic: Topic) -> str:
    consultation = topic.phase.consultation
    card = TopicCard(topic, topic_url(consultation, topic))
    said = {"contributions": card.contributions, "replies": card.replies, "last": card.last_at}
    context = {"topic": topic, **said, "zone": consultation.zone}
    return render_to_string("components/topic_said.html", context)


def render_news(pks: Sequence[int], audience: Audience) -> Mapping[int, registry.Rendered]:
    """News without a row: pages that name the object ask for themselves again, and are drawn for who reads them."""
    return dict.fromkeys(pks, registry.Rendered(0, ""))


def _seen(pks: Sequence[int], audience: Audience, now: datetime) -> list[Consultation]:
    rows = Consultation.objects.filter(pk__in=pks)
    return [one for one in rows if one.is_public(now) or audience >= Audience.COMMITTEE]


def rooms_of(user: Any, pk: int, now: datetime) -> Sequence[str]:
    """The rooms of a consultation's own pages that this reader may join: one a class, up to their own."""
    consultation = answers("consultations", [pk], Consultation.objects.in_bulk).get(pk)
    reader = None if consultation is None else audience_of(user, consultation, now)
    return [] if reader is None else keys_for(pk, reader)


def keys_for(pk: int, reader: Audience) -> list[str]:
    return [f"consultation:{pk}:{one.key}" for one in reader.reaches()]


def rooms_of_backstage(user: Any, pk: int, now: datetime) -> Sequence[str]:
    """The room of the teams' own pages, for the staff."""
    own = f"consultation:{pk}:{Audience.STAFF.key}"
    return [backstage_room(pk)] if own in rooms_of(user, pk, now) else []


def rooms_of_site(user: Any, pk: int, now: datetime) -> Sequence[str]:
    """The room of the home page: everyone's, and there is one."""
    return [SITE_ROOM] if pk == 1 else []


def register() -> None:
    registry.register_renderer("programme", render_programmes)
    registry.register_renderer("figures", render_figures)
    registry.register_renderer("phase", render_phases)
    registry.register_renderer("said", render_said)
    registry.register_renderer("backstage", render_news)
    registry.register_renderer("site", render_news)
    registry.register_room("consultation", rooms_of)
    registry.register_room("backstage", rooms_of_backstage)
    registry.register_room("site", rooms_of_site)
    registry.register_look_up(look_up)
