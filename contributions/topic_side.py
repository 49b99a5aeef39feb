"""What stands beside the threads of a topic on a desk: who takes part, by kind of actor, and what higher apps add."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from concertation.consultations.models import Topic
from concertation.consultations.rule_of_five import countable
from concertation.live.audience import Audience
from concertation.slots import Slot

from .models import Voices


@dataclass(frozen=True)
class SideItem:
    """HTML beside a topic; ``changes_at`` is the moment from which it is another one though nobody does anything."""

    html: SafeString
    changes_at: datetime


# On a page that many viewers share. The verbs that change an item announce ``consultations.live.pages_changed``.
side_items: Slot[[Audience, datetime, Topic], SideItem] = Slot()


@dataclass(frozen=True)
class KindTakingPart:
    """A kind of actor, with the number of people who wrote as such, or None where that is not public."""

    label: str
    people: int | None


def kinds_taking_part(topic: Topic, audience: Audience) -> list[KindTakingPart]:
    """Return the kinds of actors who have published in the topic, in the order of the frame; read from a counter."""
    counted = topic.voices.filter(people__gt=0).select_related("actor_kind")
    rows: list[Voices] = list(counted.order_by("actor_kind__position", "actor_kind"))
    shown = countable({one.actor_kind_id: one.people for one in rows}, audience)
    return [KindTakingPart(one.actor_kind.label, shown[one.actor_kind_id]) for one in rows if one.actor_kind]
