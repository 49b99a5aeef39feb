"""Who writes in a topic, by kind of actor: beside its threads."""

from collections import Counter
from dataclasses import dataclass

from concertation.consultations.models import Topic
from concertation.consultations.rule_of_five import countable
from concertation.live.audience import Audience

from .models import Contribution


@dataclass(frozen=True)
class KindWriting:
    """A kind of actor, with the number of people of this kind who wrote, or None where it is not public."""

    label: str
    people: int | None


def kinds_writing(topic: Topic, audience: Audience) -> list[KindWriting]:
    """Return the kinds whose people wrote what this audience may read in the topic, in the order of the frame."""
    written = Contribution.objects.readable().filter(topic=topic, as_team=False)
    authors = written.order_by().values_list("author", "author__actor_kind").distinct()
    people = Counter(kind for _author, kind in authors)
    counts = countable(people, audience)
    kinds = topic.phase.consultation.actor_kinds.filter(pk__in=[pk for pk in people if pk])
    return [KindWriting(kind.label, counts[kind.pk]) for kind in kinds]
