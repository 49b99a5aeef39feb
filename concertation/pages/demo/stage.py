"""The state of the demonstration while its acts are run."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from concertation.accounts.models import Organisation, User
from concertation.consultations.models import (
    ActorKind,
    Consultation,
    Nature,
    Participation,
    Partner,
    Phase,
    Reason,
    Stake,
    Territory,
    Topic,
)
from contributions.models import Contribution, Keyword

from .content import ZONE, Demo, Moment


@dataclass(frozen=True, slots=True, order=True)
class Act:
    """One verb and the moment at which it runs; acts of the same moment run in the order of the list."""

    at: datetime
    play: Callable[[], Any] = field(compare=False)


@dataclass
class Stage:
    """The rows created so far, by the keys of the files."""

    demo: Demo
    now: datetime
    consultation: Consultation
    administrator: User
    users: dict[str, User]
    participations: dict[str, Participation] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    kinds: dict[str, ActorKind] = field(default_factory=dict)
    partners: dict[str, Partner] = field(default_factory=dict)
    natures: dict[str, Nature] = field(default_factory=dict)
    stakes: dict[str, Stake] = field(default_factory=dict)
    keywords: dict[str, Keyword] = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)
    phases: dict[str, Phase] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    contributions: dict[str, Contribution] = field(default_factory=dict)

    @property
    def organiser(self) -> User:
        return self.with_role("organiser")

    @property
    def team(self) -> User:
        return self.with_role("team")

    def with_role(self, role: str) -> User:
        """Return the first person of the files with this role."""
        return next(self.users[row["key"]] for row in self.demo.frame["people"] if row.get("role") == role)

    def at(self, text: str) -> datetime:
        """Return the moment of « -41 09:12 »: days from the day of loading, and the local hour."""
        return self.on(Moment.parse(text))

    def on(self, moment: Moment) -> datetime:
        return moment.on(self.now.astimezone(ZONE).date())

    def territory(self, kind: str, code: str) -> Territory:
        return Territory.objects.get(consultation=None, kind=kind, code=code)

    def latest(self, key: str) -> Contribution:
        """Return a contribution of the files in its present state."""
        return Contribution.objects.select_related("topic__phase__consultation", "current", "author__user").get(
            pk=self.contributions[key].pk
        )
