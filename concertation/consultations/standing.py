"""A viewer in one consultation: what they may read there, as whom they take part, what holds them back."""

from dataclasses import dataclass
from datetime import datetime

from concertation.live.audience import Audience
from concertation.viewer import Viewer

from .audiences import audience_of, participation_of, suspension_of
from .models import Consultation, Participation, Suspension


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts about a viewer that the pages of one consultation show or depend on."""

    viewer: Viewer
    consultation: Consultation
    audience: Audience
    participation: Participation | None
    suspension: Suspension | None

    @property
    def now(self) -> datetime:
        return self.viewer.now

    @property
    def is_staff(self) -> bool:
        return self.audience == Audience.STAFF

    @property
    def may_act(self) -> bool:
        """Whether anything may still be written here, and by this person."""
        return not self.consultation.archived and self.suspension is None


def standing_of(viewer: Viewer, consultation: Consultation) -> Standing:
    """Return the standing of ``viewer`` in a consultation that was fetched by what they may see."""
    audience = audience_of(viewer, consultation)
    assert audience is not None, "pages fetch the consultation by what this viewer may see"
    return Standing(
        viewer, consultation, audience, participation_of(viewer, consultation), suspension_of(viewer, consultation)
    )
