"""The live channel of a consultation's own pages: rooms, rendered rows, and the changes that verbs announce."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Sum
from django.template.loader import render_to_string
from django.utils import timezone

from concertation.accounts.actions import user_renamed
from concertation.accounts.models import User
from concertation.live import registry
from concertation.live.actions import Change
from concertation.live.audience import Audience
from concertation.live.models import Kind
from concertation.viewer import Viewer

from .audiences import audience_of, look_up
from .models import Consultation, Membership, Participation, Phase, Topic
from .programme import programme_of, state_of
from .sections import figures
from .topics import TopicCard, topic_url

# The home page of the site, which everyone reads.
SITE_ROOM = f"site:1:{Audience.PUBLIC.key}"


def phase_room(phase: Phase, now: datetime) -> str:
    """Phases are shown on the consultation's pages, to the widest class that may read them."""
    return f"consultation:{phase.consultation_id}:{phase.audience(now).key}"


def topic_room(topic: Topic, now: datetime) -> str:
    return f"{topic.room}:{topic.phase.audience(now).key}"


def own_room(consultation: Consultation, now: datetime) -> str:
    """The widest class for whom the consultation exists."""
    widest = Audience.PUBLIC if consultation.is_public(now) else Audience.COMMITTEE
    return f"consultation:{consultation.pk}:{widest.key}"


def pages_changed(consultation: Consultation, now: datetime) -> list[Change]:
    """The consultation's own pages say something else: two rows are drawn again, and the page fetches its parts.

    So does the home page of the site, which is told nothing of one that is not public.
    """
    raise_version(consultation)
    room = own_room(consultation, now)
    return [
        Change(room, Kind.CHANGED, f"programme:{consultation.pk}"),
        Change(room, Kind.CHANGED, f"figures:{consultation.pk}"),
        *(site_changed() if consultation.is_public(now) else ()),
    ]


def raise_version(consultation: Consultation) -> None:
    """What is kept of its pages is drawn again."""
    Consultation.objects.filter(pk=consultation.pk).update(version=F("version") + 1)


def staff_pages_changed(consultation_id: int) -> list[Change]:
    """The pages of the teams say something else: their lists, who takes part, what there is to do."""
    return [Change(staff_room(consultation_id), Kind.CHANGED, f"staff_pages:{consultation_id}")]


def staff_room(consultation_id: int) -> str:
    """A room of its own, so that those who work there do not count among the readers of public pages."""
    return f"staff_pages:{consultation_id}:{Audience.STAFF.key}"


def site_changed() -> list[Change]:
    """The home page of the site is asked for again by those who read it."""
    return [Change(SITE_ROOM, Kind.CHANGED, "site:1")]


def phase_changed(phase: Phase, now: datetime) -> list[Change]:
    """A phase has other words, dates, rules or topics: its pages and those of its topics follow."""
    return [*_told_of([phase], now), *pages_changed(phase.consultation, now)]


def everything_changed(consultation: Consultation, now: datetime) -> list[Change]:
    """What shows on every page of a consultation, such as its being archived."""
    phases = consultation.phases.select_related("consultation").prefetch_related("topics")
    return [*_told_of(phases, now), *pages_changed(consultation, now)]


def _told_of(phases: Iterable[Phase], now: datetime) -> list[Change]:
    told = []
    for phase in phases:
        rooms = [phase_room(phase, now), *(f"{topic.room}:{phase.audience(now).key}" for topic in phase.topics.all())]
        told += [Change(room, Kind.CHANGED, f"phase:{phase.pk}") for room in rooms]
    Phase.objects.filter(pk__in=[phase.pk for phase in phases]).update(version=F("version") + 1)
    return told


# One edit of the programme outweighs all that can be said before the next one.
_PER_EDIT = 1_000_000


def figures_context(consultation: Consultation, audience: Audience, now: datetime) -> dict[str, Any]:
    """What is counted on the front page; its version follows what this class may count."""
    phases = Phase.objects.open_to(audience, consultation)
    said = Topic.objects.filter(phase__in=phases).aggregate(said=Sum("said"))["said"] or 0
    return {
        "consultation": consultation,
        "figures_version": consultation.version * _PER_EDIT + said,
        "counters": figures.gather(audience, consultation, now),
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


def rooms_of(viewer: Viewer, pk: int) -> Sequence[str]:
    """The rooms of a consultation's own pages that this reader may join: one a class, up to their own."""
    consultation = viewer.ask("consultations", [pk], Consultation.objects.in_bulk).get(pk)
    reader = None if consultation is None else audience_of(viewer, consultation)
    return [] if reader is None else keys_for(pk, reader)


def keys_for(pk: int, reader: Audience) -> list[str]:
    return [f"consultation:{pk}:{one.key}" for one in reader.reaches()]


def rooms_of_staff(viewer: Viewer, pk: int) -> Sequence[str]:
    """The room of the teams' own pages, for the staff."""
    own = f"consultation:{pk}:{Audience.STAFF.key}"
    return [staff_room(pk)] if own in rooms_of(viewer, pk) else []


def rooms_of_site(viewer: Viewer, pk: int) -> Sequence[str]:
    """The room of the home page: everyone's, and there is one."""
    return [SITE_ROOM] if pk == 1 else []


def person_renamed(user: User, now: datetime) -> list[Change]:
    """Those who take part and those who hold a role are named there."""
    here = {pk for model in (Membership, Participation) for pk in _consultations(model, user)}
    return [change for pk in sorted(here) for change in staff_pages_changed(pk)]


def _consultations(model: type[Membership] | type[Participation], user: User) -> list[int]:
    return list(model._default_manager.filter(user=user).values_list("consultation", flat=True))


def register() -> None:
    registry.register_renderer("programme", render_programmes)
    registry.register_renderer("figures", render_figures)
    registry.register_renderer("phase", render_phases)
    registry.register_renderer("said", render_said)
    registry.register_renderer("staff_pages", render_news)
    registry.register_renderer("site", render_news)
    registry.register_room("consultation", rooms_of)
    registry.register_room("staff_pages", rooms_of_staff)
    registry.register_room("site", rooms_of_site)
    registry.register_look_up(look_up)
    # Memberships, suspensions and participations; the dates and the access of phases; what is public, what is archived.
    registry.register_access("staff_pages", "phase", "programme")
    user_renamed.offer(person_renamed)
