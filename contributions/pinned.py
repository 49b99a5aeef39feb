"""Read the quotes pinned above topics, for viewers who may read the quoted contribution."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from concertation.consultations.models import Topic
from concertation.live.audience import Audience

from .models import Contribution


@dataclass(frozen=True, slots=True)
class Pinned:
    """A quote and the address of its contribution, if it has a number here."""

    text: str
    href: str


def pinned_on(topics: Sequence[Topic], audience: Audience, now: datetime) -> dict[int, Pinned]:
    """Return the quotes that this audience sees, by key of the topic, in one query at most."""
    quoting = [one for one in topics if one.pinned_quote]
    numbers = {one.pinned_number for one in quoting if one.pinned_number}
    places = {one.phase.consultation_id for one in quoting}
    found = Contribution.objects.readable().filter(consultation__in=places, number__in=numbers)
    cited = found.select_related("topic__phase__consultation") if numbers else ()
    read = {(one.consultation_id, one.number) for one in cited if one.topic.phase.audience(now) <= audience}
    return {
        one.pk: Pinned(one.pinned_quote, _address_of(one))
        for one in quoting
        if not one.pinned_number or (one.phase.consultation_id, one.pinned_number) in read
    }


def pins_of(contributions: Sequence[Contribution]) -> list[Topic]:
    """Return the topics above which one of these contributions is quoted."""
    numbers = {(one.consultation_id, one.number) for one in contributions}
    pins = Topic.objects.filter(phase__consultation__in={place for place, _number in numbers}, pinned_number__gt=0)
    rows = pins.select_related("phase__consultation").order_by("pk")
    return [one for one in rows if (one.phase.consultation_id, one.pinned_number) in numbers]


def _address_of(topic: Topic) -> str:
    if not topic.pinned_number:
        return ""
    return reverse("contributions:detail", args=[topic.phase.consultation.slug, topic.pinned_number])
