"""The programme of a consultation at a given moment: past, running and coming phases."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.urls import reverse

from concertation.viewer import Viewer

from .models import Consultation, Phase

State = Literal["done", "now", "next"]


@dataclass(frozen=True)
class PhaseInTime:
    """One phase and its state at a given moment."""

    phase: Phase
    state: State
    href: str

    @property
    def title(self) -> str:
        return self.phase.title

    @property
    def goal(self) -> str:
        return self.phase.goal

    @property
    def opens_at(self) -> datetime:
        return self.phase.opens_at

    @property
    def closes_at(self) -> datetime:
        return self.phase.closes_at

    @property
    def changes_at(self) -> datetime | None:
        """The opening, or the end once it is open; None after that."""
        return {"next": self.opens_at, "now": self.closes_at, "done": None}[self.state]

    @property
    def current(self) -> bool:
        return self.state == "now"


@dataclass(frozen=True)
class Programme:
    """The phases that the viewer may see, in order, at one moment."""

    phases: Sequence[PhaseInTime]

    @property
    def every(self) -> list[Phase]:
        return [one.phase for one in self.phases]

    @property
    def running(self) -> list[Phase]:
        return [one.phase for one in self.phases if one.state == "now"]

    @property
    def over(self) -> list[Phase]:
        return [one.phase for one in self.phases if one.state == "done"]

    @property
    def by_turn(self) -> list[PhaseInTime]:
        """The phases that run, then those that are over, then those to come."""
        return sorted(self.phases, key=lambda one: ("now", "done", "next").index(one.state))

    @property
    def next(self) -> Phase | None:
        coming = [one.phase for one in self.phases if one.state == "next"]
        return min(coming, key=lambda phase: phase.opens_at, default=None)

    @property
    def last(self) -> Phase | None:
        return max(self.over, key=lambda phase: phase.closes_at, default=None)

    @property
    def moment(self) -> Literal["empty", "before", "during", "between", "after"]:
        """The state of the programme, on which the texts of its pages depend."""
        if not self.phases:
            return "empty"
        if self.running:
            return "during"
        if self.next is None:
            return "after"
        return "between" if self.last else "before"

    @property
    def changes_at(self) -> datetime | None:
        """The next moment at which one of the phases opens or closes."""
        return min((one.changes_at for one in self.phases if one.changes_at), default=None)

    @property
    def featured(self) -> list[Phase]:
        """The phases whose topics the front page shows: those that run, else the one that ended last."""
        if self.running:
            return self.running
        return [self.last] if self.last else []


def state_of(phase: Phase, now: datetime) -> State:
    if phase.is_over(now):
        return "done"
    return "now" if phase.is_open(now) else "next"


def programme_of(consultation: Consultation, phases: Iterable[Phase], now: datetime) -> Programme:
    return Programme(
        [
            PhaseInTime(phase, state_of(phase, now), reverse("consultations:phase", args=[consultation.slug, phase.pk]))
            for phase in phases
        ]
    )


def visible_programme(viewer: Viewer, consultation: Consultation) -> Programme:
    phases = Phase.objects.visible_to(viewer, consultation).in_order()
    return programme_of(consultation, phases, viewer.now)
