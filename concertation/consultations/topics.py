"""Topics as cards: question and numbers of contributions and replies."""

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
        """The number of published contributions without replies, the same for all viewers;

        None for an empty topic.
        """
        return self.topic.contribution_count if self.topic.contribution_count + self.topic.reply_count else None

    @property
    def replies(self) -> int:
        return self.topic.reply_count

    @property
    def last_at(self) -> datetime | None:
        return self.topic.last_said_at


def cards_of(consultation: Consultation, topics: Sequence[Topic]) -> list[TopicCard]:
    """Return a card for each topic, in the given order."""
    return [TopicCard(topic, topic_url(consultation, topic)) for topic in topics]


def topic_url(consultation: Consultation, topic: Topic) -> str:
    """Return the address of a topic, which the app ``contributions`` serves."""
    return reverse("contributions:topic", args=[consultation.slug, topic.pk])
