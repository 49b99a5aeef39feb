"""Who speaks most, and what nobody has answered."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from concertation.consultations.models import Consultation, Participation, Topic

from ..models import Contribution

LOUDEST = 5


@dataclass(frozen=True)
class Voice:
    """A person and the number of their published texts."""

    person: Participation
    texts: int


@dataclass(frozen=True)
class Loudest:
    """The five who have written most, and the share of all published texts that is theirs, in per cent."""

    voices: list[Voice]
    share: float


@dataclass(frozen=True)
class Unanswered:
    """A topic without any contribution, or with contributions that have no reply."""

    topic: Topic
    without_reply: int


def loudest(consultation: Consultation, texts: int) -> Loudest | None:
    """Return the five loudest among the authors of so many published texts; None where there is none."""
    rows = Contribution.objects.filter(consultation=consultation).readable().order_by()
    counted = rows.values_list("author").annotate(texts=Count("pk")).order_by("-texts", "author")
    most = list(counted[:LOUDEST])
    if not most or not texts:
        return None
    people = Participation.objects.select_related("user").in_bulk([pk for pk, _ in most])
    return Loudest([Voice(people[pk], number) for pk, number in most], 100 * sum(n for _, n in most) / texts)


def unanswered(consultation: Consultation, now: datetime) -> list[Unanswered]:
    """Return the topics of opened phases with something to answer: the empty ones and those with the most first."""
    waiting = Contribution.objects.filter(consultation=consultation).readable().roots().filter(reply_count=0)
    by_topic = dict(waiting.order_by().values_list("topic").annotate(n=Count("pk")))
    topics = Topic.objects.in_order().filter(phase__consultation=consultation, phase__opens_at__lte=now)
    rows = [Unanswered(topic, by_topic.get(topic.pk, 0)) for topic in topics.select_related("phase")]
    found = [row for row in rows if row.without_reply or not row.topic.contribution_count]
    return sorted(found, key=lambda row: (bool(row.topic.contribution_count), -row.without_reply))
