"""Where « Participer à la concertation » leads: open topics, or what is new in them for a participant."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from concertation.slots import Slot
from concertation.viewer import Viewer

from .audiences import participation_of
from .models import Consultation, Phase, Topic
from .topics import topic_url


@dataclass(frozen=True)
class WayIn:
    label: str
    href: str


# What is new for this viewer in the open topics; the first item is shown.
ways_in: Slot[[Viewer, Consultation, Sequence[Topic]], WayIn] = Slot()


def way_in(viewer: Viewer, consultation: Consultation, running: Sequence[Phase], *, anchor: str) -> WayIn | None:
    """Return the link to what is open in these phases, on a page that lists it at ``anchor``; None if nothing is.

    One open topic is linked itself.
    """
    topics = list(Topic.objects.filter(phase__in=running).in_order())
    if not topics:
        return None
    news = ways_in.gather(viewer, consultation, topics)
    if news:
        return news[0]
    takes_part = participation_of(viewer, consultation) is not None
    label = _("Poursuivre le débat") if takes_part else _("Participer à la concertation")
    return WayIn(label, topic_url(consultation, topics[0]) if len(topics) == 1 else anchor)
