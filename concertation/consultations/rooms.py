"""Which live rooms speak of a consultation's programme, and what they are told when it changes."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from concertation.live.actions import Change
from concertation.live.audience import Audience

from .models import Consultation, Phase, Topic

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
        Change(room, "programme.changed", f"programme:{consultation.pk}"),
        Change(room, "figures.changed", f"figures:{consultation.pk}"),
        *(site_changed() if consultation.is_public(now) else ()),
    ]


def raise_version(consultation: Consultation) -> None:
    """What is kept of its pages is drawn again."""
    Consultation.objects.filter(pk=consultation.pk).update(version=F("version") + 1)


def backstage_changed(consultation_id: int) -> list[Change]:
    """The pages of the teams say something else: their lists, who takes part, what there is to do."""
    return [Change(backstage_room(consultation_id), "backstage.changed", f"backstage:{consultation_id}")]


def backstage_room(consultation_id: int) -> str:
    """A room of its own, so that those who work there do not count among the readers of public pages."""
    return f"backstage:{consultation_id}:{Audience.STAFF.key}"


def site_changed() -> list[Change]:
    """The home page of the site is asked for again by those who read it."""
    return [Change(SITE_ROOM, "site.changed", "site:1")]


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
        told += [Change(room, "phase.changed", f"phase:{phase.pk}") for room in rooms]
    Phase.objects.filter(pk__in=[phase.pk for phase in phases]).update(version=F("version") + 1)
    return told
