"""The live channel of a consultation's own pages: rooms, rendered rows, and the changes that verbs announce."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Sum
from django.template.loader import render_to_string
from django.utils import timezone

from concertation.accounts.actions import user_renamed
from concertation.accounts.models import User
from concertation.live import registry
from concertation.live.actions import Announcement, changed
from concertation.live.audience import Audience
from concertation.viewer import Viewer

from .audiences import audience_of, look_up
from .models import Consultation, Membership, Participation, Phase, Topic
from .programme import state_of
from .sections import figures
from .topics import TopicCard, topic_url

# The home page of the site, which everyone reads.
SITE_ROOM = f"site:1:{Audience.PUBLIC.key}"


def phase_room(phase: Phase, now: datetime) -> str:
    """Phases are shown on the consultation's pages, to the widest class that may read them."""
    return f"consultation:{phase.consultation_id}:{phase.audience(now).key}"


def _rooms_of_phase(phase: Phase, now: datetime) -> list[str]:
    """A phase is shown in its topics, too."""
    audience = phase.audience(now).key
    return [phase_room(phase, now), *(f"{topic.room}:{audience}" for topic in phase.topics.all())]


def own_room(consultation: Consultation, now: datetime) -> str:
    """The widest class for whom the consultation exists."""
    widest = Audience.PUBLIC if consultation.is_public(now) else Audience.COMMITTEE
    return f"consultation:{consultation.pk}:{widest.key}"


def _own_rooms(consultation: Consultation, now: datetime) -> list[str]:
    return [own_room(consultation, now)]


def _site_rooms(consultation: Consultation, now: datetime) -> list[str]:
    """The home page of the site follows public consultations only."""
    return [SITE_ROOM] if consultation.is_public(now) else []


def _staff_rooms(consultation: Consultation, now: datetime) -> list[str]:
    """A room of its own, so that those who work there do not count among the readers of public pages."""
    return [f"staff_pages:{consultation.pk}:{Audience.STAFF.key}"]


def _rooms_of_said(topic: Topic, now: datetime) -> list[str]:
    return [phase_room(topic.phase, now)]


def pages_changed(consultation: Consultation) -> list[Announcement]:
    """The consultation's own pages, and the home page of the site, say something else."""
    return [changed(consultation, name) for name in ("programme", "figures", "site")]


def staff_pages_changed(consultation_id: int) -> Announcement:
    """The pages of the teams say something else: their lists, who takes part, what there is to do."""
    return changed(Consultation(pk=consultation_id), "staff_pages")


def phase_changed(phase: Phase) -> list[Announcement]:
    """A phase has other words, dates, rules or topics: its pages and those of its topics follow."""
    return [changed(phase), *pages_changed(phase.consultation)]


def everything_changed(consultation: Consultation) -> list[Announcement]:
    """What shows on every page of a consultation, such as its being archived."""
    phases = consultation.phases.select_related("consultation").prefetch_related("topics")
    return [*map(changed, phases), *pages_changed(consultation)]


# One edit of the programme outweighs all that can be said before the next one.
_PER_EDIT = 1_000_000


def figures_context(consultation: Consultation, audience: Audience, now: datetime) -> dict[str, Any]:
    """What is counted on the front page; its version follows what this class may count."""
    phases = Phase.objects.open_to(audience, consultation)
    counts = Topic.objects.filter(phase__in=phases).aggregate(version=Sum("counts_version"))["version"] or 0
    return {
        "consultation": consultation,
        "figures_version": consultation.version * _PER_EDIT + counts,
        "counters": figures.gather(audience, consultation, now),
    }


def phase_context(phase: Phase, now: datetime) -> dict[str, Any]:
    return {"consultation": phase.consultation, "phase": phase, "state": state_of(phase, now)}


# The live channel ---------------------------------------------------------------------------------------------------


def render_figures(pks: Sequence[int], audience: Audience) -> Mapping[int, registry.Rendered]:
    now = timezone.now()
    found = {}
    for one in _seen(pks, audience, now):
        context = figures_context(one, audience, now)
        html = render_to_string("consultations/figures_row.html", context)
        found[one.pk] = registry.Rendered(context["figures_version"], html)
    return found


def render_said(pks: Sequence[int], audience: Audience) -> Mapping[int, registry.Rendered]:
    now = timezone.now()
    topics = Topic.objects.filter(pk__in=pks).select_related("phase__consultation")
    seen = [one for one in topics if one.phase.audience(now) <= audience]
    return {one.pk: registry.Rendered(one.counts_version, _said(one)) for one in seen}


def _said(topic: Topic) -> str:
    consultation = topic.phase.consultation
    card = TopicCard(topic, topic_url(consultation, topic))
    said = {"contributions": card.contributions, "replies": card.replies, "last": card.last_at}
    context = {"topic": topic, **said, "zone": consultation.zone}
    return render_to_string("components/topic_said.html", context)


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
    return [f"staff_pages:{pk}:{Audience.STAFF.key}"] if own in rooms_of(viewer, pk) else []


def rooms_of_site(viewer: Viewer, pk: int) -> Sequence[str]:
    """The room of the home page: everyone's, and there is one."""
    return [SITE_ROOM] if pk == 1 else []


def person_renamed(user: User, now: datetime) -> list[Announcement]:
    """Those who take part and those who hold a role are named there."""
    here = {pk for model in (Membership, Participation) for pk in _consultations(model, user)}
    return [staff_pages_changed(pk) for pk in sorted(here)]


def _consultations(model: type[Membership] | type[Participation], user: User) -> list[int]:
    return list(model._default_manager.filter(user=user).values_list("consultation", flat=True))


def register() -> None:
    # The dates and the access of phases, what is public, what is archived; memberships, suspensions, participations.
    registry.update("programme", Consultation, rooms=_own_rooms, version="version", concerns_access=True)
    registry.update("staff_pages", Consultation, rooms=_staff_rooms, concerns_access=True)
    registry.row("figures", Consultation, rooms=_own_rooms, render=render_figures, version=None)
    registry.update("site", Consultation, rooms=_site_rooms, only=1)
    registry.update("phase", Phase, rooms=_rooms_of_phase, version="version", concerns_access=True)
    registry.row("said", Topic, rooms=_rooms_of_said, render=render_said, version=None)
    registry.register_room("consultation", rooms_of)
    registry.register_room("staff_pages", rooms_of_staff)
    registry.register_room("site", rooms_of_site)
    registry.register_look_up(look_up)
    user_renamed.offer(person_renamed)
