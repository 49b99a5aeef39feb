"""A viewer in one consultation: audience, participation and suspension."""

from dataclasses import dataclass
from datetime import datetime

from concertation.live.audience import Audience
from concertation.viewer import Viewer

from .audiences import audience_of, participation_of, suspension_of
from .models import Consultation, Participation, Suspension


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts about a viewer that the pages of one consultation depend on."""

    viewer: Viewer
    consultation: Consultation
    audience: Audience
    participation: Participation | None
    suspension: Suspension | None
    takes_part: bool

    @property
    def now(self) -> datetime:
        return self.viewer.now

    @property
    def is_staff(self) -> bool:
        return self.audience == Audience.STAFF

    @property
    def may_act(self) -> bool:
        """Whether this person may still write here."""
        return not self.consultation.archived and self.suspension is None


def standing_of(viewer: Viewer, consultation: Consultation) -> Standing:
    """Return the standing of ``viewer`` in a consultation that was fetched for them."""
    audience = audience_of(viewer, consultation)
    assert audience is not None, "pages fetch the consultation by what this viewer may see"
    mine, suspension = participation_of(viewer, consultation), suspension_of(viewer, consultation)
    return Standing(viewer, consultation, audience, mine, suspension, takes_part=mine is not None)


def shared_standing(viewer: Viewer, consultation: Consultation, *, takes_part: bool) -> Standing:
    """Return the standing of an audience, for a page that all its viewers share."""
    assert viewer.stands_for is not None, "a shared page is rendered for an audience"
    return Standing(viewer, consultation, viewer.stands_for, None, None, takes_part=takes_part)
