"""Count what was written: contributors, contributions, replies and reactions."""

from functools import reduce
from operator import add
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from concertation.consultations.models import Consultation, Topic
from concertation.live.audience import Audience

from ..counters import people_seen_by
from ..models import Contribution, Reaction, State
from .divisions import Counts, Division, grouped, week_of
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
    published = _published(consultation)
    rows = published.annotate(division_key=_of_text(published, consultation, division)).order_by()
    counted = rows.values_list("division_key").annotate(
        people=Count("author", distinct=True),
        roots=Count("pk", filter=Q(parent=None)),
        answers=Count("pk", filter=Q(parent__isnull=False)),
    )
    found = {key: numbers for key, *numbers in counted}
    names = (CONTRIBUTORS.key, CONTRIBUTIONS.key, REPLIES.key)
    return {name: {key: numbers[place] for key, numbers in found.items()} for place, name in enumerate(names)}


def count_reactions(consultation: Consultation, division: Division | None) -> Counts:
    """Count reactions: those given here and the numbers that an import has brought."""
    if division is None:
        return {REACTIONS.key: grouped(_published(consultation), None, Sum(_shown_on_text()))}
    given = Reaction.objects.filter(contribution__consultation=consultation, contribution__state=State.PUBLISHED)
    numbers = grouped(given, _of_reaction(given, consultation, division), Count("pk"))
    brought = _with_import(consultation)
    of_text = None if division in Division.traits() else _of_text(brought, consultation, division)
    for key, number in grouped(brought, of_text, Sum(_brought())).items():
        numbers[key] = numbers.get(key, 0) + number
    return {REACTIONS.key: numbers}


def _shown_on_text() -> Any:
    """Return the expression of all reactions that a text shows."""
    return F("agree_count") + F("disagree_count") + F("unclear_count") + _brought()


def _brought() -> Any:
    """Return the expression of the reactions that an import has brought."""
    kinds = (Coalesce(f"imported_{kind}", 0) for kind in ("agree", "disagree", "unclear"))
    return reduce(add, kinds)


def _published(consultation: Consultation) -> QuerySet[Contribution]:
    return Contribution.objects.filter(consultation=consultation).readable()


def _with_import(consultation: Consultation) -> QuerySet[Contribution]:
    some = Q(imported_agree__gt=0) | Q(imported_disagree__gt=0) | Q(imported_unclear__gt=0)
    return _published(consultation).filter(some)


def _of_text(rows: QuerySet[Contribution], consultation: Consultation, division: Division) -> Any:
    return week_of(rows, "published_at", consultation) if division == Division.WEEK else _OF_TEXT[division]


def _of_reaction(rows: QuerySet[Reaction], consultation: Consultation, division: Division) -> Any:
    return week_of(rows, "at", consultation) if division == Division.WEEK else _OF_REACTION[division]
