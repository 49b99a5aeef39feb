"""Count what was written: contributors, contributions, replies and reactions."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from concertation.consultations.models import Consultation, Topic
from concertation.live.audience import Audience

from ..counters import people_seen_by
from ..models import Contribution, Reaction, State
from .divisions import Counts, Division, grouped, plain, week_of
from .front_page import published_counts
from .measures import CONTRIBUTIONS, CONTRIBUTORS, REACTIONS, REPLIES

# A text keeps the traits that its author had when writing it.
_OF_TEXT: dict[Division, Any] = {
    Division.PHASE: F("topic__phase"),
    Division.KIND: F("actor_kind"),
    Division.FAMILY: F("actor_kind__family"),
    Division.TERRITORY: F("territory"),
    Division.ORGANISATION: Coalesce("organisation__merged_into", "organisation"),
    Division.STAKE: F("stakes"),
    Division.ORIGIN: F("origin"),
}
_OF_REACTION: dict[Division, Any] = {
    Division.PHASE: F("contribution__topic__phase"),
    Division.KIND: F("participation__actor_kind"),
    Division.FAMILY: F("participation__actor_kind__family"),
    Division.TERRITORY: F("participation__territory"),
    Division.ORGANISATION: Coalesce("participation__organisation__merged_into", "participation__organisation"),
    Division.STAKE: F("contribution__stakes"),
    Division.ORIGIN: F("contribution__origin"),
}


def count_texts(consultation: Consultation, division: Division | None) -> Counts:
    """Count texts and their authors; in all, from the counters that every page reads."""
    if division is None:
        said = published_counts(Topic.objects.filter(phase__consultation=consultation))
        people = people_seen_by(Audience.STAFF, consultation)
        totals = {CONTRIBUTORS.key: people, CONTRIBUTIONS.key: said["contributions"], REPLIES.key: said["replies"]}
        return {name: {None: number} for name, number in totals.items()}
    rows = _published(consultation).annotate(division_key=_of_text(consultation, division)).order_by()
    counted = rows.values_list("division_key").annotate(
        people=Count("author", distinct=True),
        roots=Count("pk", filter=Q(parent=None)),
        answers=Count("pk", filter=Q(parent__isnull=False)),
    )
    found = {plain(key): numbers for key, *numbers in counted}
    names = (CONTRIBUTORS.key, CONTRIBUTIONS.key, REPLIES.key)
    return {name: {key: numbers[place] for key, numbers in found.items()} for place, name in enumerate(names)}


def count_reactions(consultation: Consultation, division: Division | None) -> Counts:
    """Count reactions: those given here and the numbers that an import has brought."""
    given = Reaction.objects.filter(contribution__consultation=consultation, contribution__state=State.PUBLISHED)
    of_reaction = None if division is None else _of_reaction(consultation, division)
    numbers = grouped(given, of_reaction, Count("pk"))
    brought = Sum(_brought("agree") + _brought("disagree") + _brought("unclear"))
    of_text = None if division is None or division in Division.traits() else _of_text(consultation, division)
    for key, number in grouped(_with_import(consultation), of_text, brought).items():
        numbers[key] = numbers.get(key, 0) + number
    return {REACTIONS.key: numbers}


def _brought(kind: str) -> Any:
    return Coalesce(f"imported_{kind}", 0)


def _published(consultation: Consultation) -> QuerySet[Contribution]:
    return Contribution.objects.filter(consultation=consultation).readable()


def _with_import(consultation: Consultation) -> QuerySet[Contribution]:
    some = Q(imported_agree__gt=0) | Q(imported_disagree__gt=0) | Q(imported_unclear__gt=0)
    return _published(consultation).filter(some)


def _of_text(consultation: Consultation, division: Division) -> Any:
    if division == Division.WEEK:
        return week_of("published_at", consultation)
    return _OF_TEXT[division]


def _of_reaction(consultation: Consultation, division: Division) -> Any:
    return week_of("at", consultation) if division == Division.WEEK else _OF_REACTION[division]
