"""How much was said: for the cards of topics and for the front page of a consultation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from concertation import slots
from concertation.consultations.models import Consultation, Phase, Topic
from concertation.consultations.topics import TopicFigures
from concertation.live.audience import Audience

from .models import Contribution

FEWEST_PEOPLE = 5


def topic_figures(topics: Sequence[Topic]) -> list[TopicFigures]:
    """Published contributions and replies of each topic, and the latest, in one query."""
    counted = (
        Contribution.objects.readable()
        .filter(topic__in=[topic.pk for topic in topics])
        .order_by()
        .values("topic")
        .annotate(number=Count("pk"), last=Max("published_at"))
    )
    return [TopicFigures(row["topic"], row["number"], row["last"]) for row in counted]


def counters(audience: Audience, consultation: Consultation, now: datetime) -> list[dict[str, Any]]:
    """What the front page says of the debate that this class of readers may see."""
    phases = Phase.objects.open_to(audience, consultation)
    readable = Contribution.objects.readable().filter(consultation=consultation, topic__phase__in=phases)
    numbers = readable.aggregate(
        contributions=Count("pk", filter=Q(parent=None)),
        replies=Count("pk", filter=Q(parent__isnull=False)),
        people=Count("author", distinct=True),
    )
    if not numbers["contributions"]:
        return []
    many = {name: abs(number) >= 2 for name, number in numbers.items()}
    shown = [
        {
            "number": numbers["contributions"],
            "label": _("contributions") if many["contributions"] else _("contribution"),
        },
        {"number": numbers["replies"], "label": _("réponses") if many["replies"] else _("réponse")},
    ]
    # A public page counts no group of people under five; the teams see real numbers.
    if numbers["people"] >= FEWEST_PEOPLE or audience == Audience.STAFF:
        label = _("personnes ont écrit") if many["people"] else _("personne a écrit")
        shown.append({"number": numbers["people"], "label": label})
    return shown


def register() -> None:
    slots.offer("topic.figures", topic_figures)
    slots.offer("consultation.counters", counters)
