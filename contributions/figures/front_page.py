"""Count contributions and people, for the front page of a consultation."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concertation.consultations.actions import programme
from concertation.consultations.models import Consultation, Phase, Topic
from concertation.consultations.rule_of_five import may_count
from concertation.consultations.sections import Figure, Outcome, figures, outcomes
from concertation.live.audience import Audience
from concertation.texts.templatetags.french import count

from ..counters import count_turnout, people_seen_by


def published_counts(topics: QuerySet[Topic]) -> dict[str, int]:
    """Count the published contributions and replies of these topics; the only place that counts them."""
    return topics.aggregate(
        contributions=Coalesce(Sum("contribution_count"), 0), replies=Coalesce(Sum("reply_count"), 0)
    )


def count_debate(audience: Audience, consultation: Consultation, now: datetime) -> list[Figure]:
    """Return the figures of the debate that this audience may see."""
    phases = Phase.objects.open_to(audience, consultation)
    said = Topic.objects.filter(phase__in=phases)
    numbers: dict[str, int] = published_counts(said)
    numbers["people"] = people_seen_by(audience, consultation)
    if not numbers["contributions"]:
        return []
    said_of_topics = ngettext("contribution", "contributions", numbers["contributions"])
    shown = [
        Figure(numbers["contributions"], said_of_topics),
        Figure(numbers["replies"], ngettext("réponse", "réponses", numbers["replies"])),
    ]
    if may_count(numbers["people"], audience):
        label = ngettext("personne a écrit", "personnes ont écrit", numbers["people"])
        shown.append(Figure(numbers["people"], label))
    return shown


def count_outcomes(audience: Audience, consultation: Consultation, phases: Sequence[Phase]) -> Iterator[Outcome]:
    """Return how much was written in each of these phases."""
    rows = Topic.objects.filter(phase__in=phases).order_by().values_list("phase")
    for phase, roots, replies in rows.annotate(roots=Sum("contribution_count"), replies=Sum("reply_count")):
        written = count(roots, "contribution,contributions")
        if replies:
            written = _("%(contributions)s et %(replies)s") % {
                "contributions": written,
                "replies": count(replies, "réponse,réponses"),
            }
        yield Outcome(phase, written, reverse("consultations:phase", args=[consultation.slug, phase]))


def readers_changed(phase: Phase, changed: Sequence[str]) -> None:
    """Recount people after the access of a phase changed, because they count for another audience."""
    if "access" in changed:
        count_turnout(phase.consultation)


def register() -> None:
    programme.phase_edited.add(readers_changed)
    figures.offer(count_debate)
    outcomes.offer(count_outcomes)
