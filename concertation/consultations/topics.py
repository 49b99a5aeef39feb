"""Topics as cards: question and numbers of contributions and replies."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from concertation.live.audience import Audience
from concertation.slots import Items

from .models import Consultation, Phase, Topic

# Where the threads of a topic are read: the app that has them adds its address.
thread_pages: Items[Callable[[Consultation, Topic], str]] = Items()


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


def render_cards(audience: Audience, now: datetime, phases: Sequence[Phase]) -> Mapping[int, SafeString]:
    """Render the cards of the topics of each phase; sub-topics follow their topic."""
    by_pk = {phase.pk: phase for phase in phases}
    topics = list(Topic.objects.filter(phase__in=phases).select_related("parent").in_order())
    topics.sort(key=lambda one: (_place(one.parent or one), one.parent is not None))
    cards: dict[int, list[TopicCard]] = defaultdict(list)
    for topic in topics:
        cards[topic.phase_id].append(TopicCard(topic, topic_url(by_pk[topic.phase_id].consultation, topic)))
    return {pk: _render(cards[pk], phase.consultation) for pk, phase in by_pk.items()}


def _render(cards: Sequence[TopicCard], consultation: Consultation) -> SafeString:
    return SafeString(render_to_string("consultations/cards.html", {"cards": cards, "consultation": consultation}))


def _place(topic: Topic) -> tuple[int, int]:
    return topic.position, topic.pk


def topic_url(consultation: Consultation, topic: Topic) -> str:
    """Return the address of the threads of a topic, or that of its phase where no app has threads."""
    page = next(iter(thread_pages), _phase_page)
    return page(consultation, topic)


def _phase_page(consultation: Consultation, topic: Topic) -> str:
    return reverse("consultations:phase", args=[consultation.slug, topic.phase_id])
