"""The consultations of the home page, each with what is open in it now."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from concertation.consultations.audiences import audiences_of
from concertation.consultations.models import Consultation, Phase
from concertation.consultations.programme import Programme, programme_of
from concertation.live.audience import Audience
from concertation.viewer import Viewer

# A page follows sixteen rooms at most; the first is that of the site.
MOST_FOLLOWED = 15
LOOKS_EVERY = timedelta(minutes=15)


@dataclass(frozen=True)
class ConcertationNow:
    consultation: Consultation
    programme: Programme
    is_public: bool

    @property
    def is_open(self) -> bool:
        return bool(self.programme.running)


@dataclass(frozen=True)
class Gathered:
    """Open consultations first, then those to come, then those that are over."""

    open: list[ConcertationNow]
    coming: list[ConcertationNow]
    over: list[ConcertationNow]

    @property
    def every(self) -> list[ConcertationNow]:
        return [*self.open, *self.coming, *self.over]


def concertations_at(viewer: Viewer) -> Gathered:
    """Return every consultation that the viewer may see, sorted by its state, in three queries."""
    shown = list(Consultation.objects.visible_to(viewer).not_archived().order_by("-opens_publicly_at", "pk"))
    programmes = _programmes(viewer, shown)
    rows = [ConcertationNow(one, programmes[one.pk], one.is_public(viewer.now)) for one in shown]
    return Gathered(
        open=[row for row in rows if row.is_open],
        coming=[row for row in rows if not row.is_open and row.programme.moment != "after"],
        over=[row for row in rows if row.programme.moment == "after"],
    )


def followed_by(viewer: Viewer) -> list[Consultation]:
    """Return the consultations of which this viewer sees more than the public, as many as a page can follow."""
    if not viewer.is_known:
        return []
    shown = Consultation.objects.visible_to(viewer).not_archived().order_by("-opens_publicly_at", "pk")
    readers = audiences_of(viewer, list(shown))
    return [one for one in shown if readers[one.pk] > Audience.PUBLIC][:MOST_FOLLOWED]


def changes_at(gathered: Gathered, now: datetime) -> datetime:
    """Return when the page changes without an event: a phase opens or closes.

    A consultation may open to the public at its date without an event: the page re-fetches itself a quarter of an
    hour after it was loaded, so that not all browsers do so at the same time.
    """
    return min([now + LOOKS_EVERY, *(at for one in gathered.every if (at := one.programme.changes_at))])


def _programmes(viewer: Viewer, consultations: list[Consultation]) -> dict[int, Programme]:
    readers = audiences_of(viewer, consultations)
    phases: dict[int, list[Phase]] = defaultdict(list)
    for phase in Phase.objects.filter(consultation__in=consultations).in_order():
        if Phase.AUDIENCES[Phase.Access(phase.access)] <= readers[phase.consultation_id]:
            phases[phase.consultation_id].append(phase)
    return {one.pk: programme_of(one, phases[one.pk], viewer.now) for one in consultations}
