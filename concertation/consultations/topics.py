"""Topics as cards: their question, and how much was said in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from .models import Consultation, Topic


@dataclass(frozen=True)
class TopicCard:
    topic: Topic
    href: str

    @property
    def contributions(self) -> int | None:
        """How many are published in it, replies apart, as all who read it may count them; nothing is not told."""
        return self.topic.contribution_count if self.topic.contribution_count + self.topic.reply_count else None

    @property
    def replies(self) -> int:
        return self.topic.reply_count

    @property
    def last_at(self) -> datetime | None:
        return self.topic.last_said_at


def cards_of(consultation: Consultation, topics: Sequence[Topic]) -> list[TopicCard]:
    """One card a topic, in the order given."""
    return [TopicCard(topic, topic_url(consultation, topic)) for topic in topics]


def topic_url(consultation: Consultation, topic: Topic) -> str:
    """Topics are read in the app that holds their threads."""
    return reverse("contributions:topic", args=[consultation.slug, topic.pk])
