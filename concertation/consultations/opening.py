"""What an opening to the public gives to whom, phase by phase, from when and until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Phase

_READERS = {
    Phase.Access.PUBLIC: gettext_lazy("Tout le monde"),
    Phase.Access.PARTICIPANTS: gettext_lazy("Les personnes inscrites"),
    Phase.Access.COMMITTEES: gettext_lazy("Les comités et les équipes"),
}


@dataclass(frozen=True)
class PhaseOpening:
    """One phase after the opening.

    ``reads_from`` is None where the opening changes nothing for its readers, ``writes_from`` where nobody but
    the teams will write any more, ``writes_until`` where no date ends it; ``acts`` are what one may do there, in words.
    """

    phase: Phase
    readers: str
    reads_from: datetime | None
    writers: str
    writes_from: datetime | None
    writes_until: datetime | None
    acts: str


def phase_openings(phases: Iterable[Phase], at: datetime) -> list[PhaseOpening]:
    """Return for each phase who may read it and write in it if its consultation opens at ``at``."""
    return [_opening(one, at) for one in phases]


def _opening(phase: Phase, at: datetime) -> PhaseOpening:
    access = Phase.Access(phase.access)
    is_for_committees = access == Phase.Access.COMMITTEES
    begins = phase.opens_at if is_for_committees else max(phase.opens_at, at)
    is_over = phase.closes_at <= begins
    acts = _acts_after_close(phase) if is_over else _acts(phase)
    return PhaseOpening(
        phase=phase,
        readers=str(_READERS[access]),
        reads_from=None if is_for_committees else at,
        writers=str(_READERS[access if is_for_committees else Phase.Access.PARTICIPANTS]),
        writes_from=begins if acts else None,
        writes_until=None if is_over else phase.closes_at,
        acts=", ".join(acts),
    )


def _acts(phase: Phase) -> list[str]:
    proposing = [_("proposer")] if phase.allows_contributions else []
    return proposing + _answers(phase.allows_replies, phase.allows_reactions)


def _acts_after_close(phase: Phase) -> list[str]:
    return _answers(phase.replies_after_close, phase.reactions_after_close)


def _answers(replies: bool, reactions: bool) -> list[str]:
    return ([_("répondre")] if replies else []) + ([_("réagir")] if reactions else [])
