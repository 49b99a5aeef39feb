"""Topics as cards: their question, and how much was said in them, which a higher app knows.

A higher app offers ``topic.figures``: ``source(topics)`` gives ``TopicFigures`` for all of them in one query.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from concertation import slots

from .models import Consultation, Topic


@dataclass(frozen=True)
class TopicFigures:
    """How much was said in one topic, as all who read it may count it."""

    topic: int
    contributions: int
    last_at: datetime | None = None


@dataclass(frozen=True)
class TopicCard:
    topic: Topic
    href: str
    figures: TopicFigures | None

    @property
    def contributions(self) -> int | None:
        return self.figures.contributions if self.figures else None

    @property
    def last_at(self) -> datetime | None:
        return self.figures.last_at if self.figures else None


def cards_of(consultation: Consultation, topics: Sequence[Topic]) -> list[TopicCard]:
    """One card a topic, in the order given, with one question to each source of figures."""
    figures = {one.topic: one for one in slots.gather("topic.figures", topics)}
    return [TopicCard(topic, topic_url(consultation, topic), figures.get(topic.pk)) for topic in topics]


def topic_url(consultation: Consultation, topic: Topic) -> str:
    """Topics are read in the app that holds their threads."""
    return reverse("contributions:topic", args=[consultation.slug, topic.pk])
