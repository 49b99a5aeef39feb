"""The organisations of a consultation for its organisers, each with those of a similar name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from concertation.accounts.models import Organisation
from concertation.slots import Slot
from concertation.texts.words import skeleton

from .models import Consultation, Invitation, Participation

SHORTEST_MISSPELT = 6
_DIGITS = re.compile("[0-9]")


@dataclass
class Named:
    """One line of the list, with the organisations merged into it and those of a similar name."""

    organisation: Organisation
    people: int
    merged: list[Organisation] = field(default_factory=list)
    near: list[Organisation] = field(default_factory=list)


@dataclass(frozen=True)
class Pair:
    """Two organisations to merge, and the consultation in whose organiser space it is done."""

    organisation: Organisation
    into: Organisation
    consultation: Consultation


# Keys of the organisations that a consultation names, and of the consultations that name one of these.
organisations_used: Slot[[Consultation], QuerySet[Any, Any]] = Slot()
consultations_naming: Slot[[Sequence[Organisation]], int] = Slot()


def used_in(consultation: Consultation) -> QuerySet[Organisation]:
    """Return those that people, invitations or texts of this consultation refer to, merged ones included."""
    named = organisations_used.gather(consultation)
    here = Q()
    for pks in named:
        here |= Q(pk__in=pks)
    return Organisation.objects.filter(here | Q(merged__in=Organisation.objects.filter(here))).distinct()


def heads_in(consultation: Consultation) -> QuerySet[Organisation]:
    """Return those that have a line of their own: a merged one is listed under its target."""
    return used_in(consultation).filter(merged_into=None)


def own_uses(consultation: Consultation) -> list[QuerySet[Any, Any]]:
    """Return queries for the keys of the organisations of people and invitations of a consultation."""
    return [
        model._default_manager.filter(consultation=consultation, organisation__isnull=False).values("organisation")
        for model in (Participation, Invitation)
    ]


def own_consultations(organisations: Sequence[Organisation]) -> list[int]:
    """Return the keys of the consultations whose people or invitations refer to one of these."""
    return [
        pk
        for model in (Participation, Invitation)
        for pk in model._default_manager.filter(organisation__in=organisations).values_list("consultation", flat=True)
    ]


def consultations_of(*organisations: Organisation) -> set[int]:
    """Return the keys of the consultations that refer to one of these organisations."""
    return set(consultations_naming.gather(organisations))


def listed(consultation: Consultation) -> list[Named]:
    """Return the organisations of a consultation in French order, in a fixed number of queries."""
    people = Count(
        "participations",
        filter=Q(participations__consultation=consultation, participations__is_ready=True),
        distinct=True,
    )
    rows = list(used_in(consultation).annotate(people=people).order_by("sort_key", "pk"))
    found = {one.pk: Named(one, one.people) for one in rows if one.merged_into_id is None}
    for one in rows:
        if one.merged_into_id is not None and one.merged_into_id in found:
            found[one.merged_into_id].merged.append(one)
            found[one.merged_into_id].people += one.people
    near = near_ones([named.organisation for named in found.values()])
    for pk, named in found.items():
        named.near = near.get(pk, [])
    return list(found.values())


def near_ones(organisations: Iterable[Organisation]) -> dict[int, list[Organisation]]:
    """Return, by key, those whose names differ by accents, signs, spaces or one letter, in linear time."""
    alike: dict[str, list[Organisation]] = defaultdict(list)
    for one in organisations:
        for form in _misspelt(skeleton(one.name)):
            alike[form].append(one)
    near: dict[int, dict[int, Organisation]] = defaultdict(dict)
    for group in alike.values():
        for one in group:
            near[one.pk].update({other.pk: other for other in group if _may_be_one(one, other)})
    return {pk: list(others.values()) for pk, others in near.items() if others}


def _misspelt(drawn: str) -> set[str]:
    """Return the name and the name without each of its letters: names that share one differ by at most one letter."""
    if len(drawn) < SHORTEST_MISSPELT:
        return {drawn}
    return {drawn, *(drawn[:place] + drawn[place + 1 :] for place in range(len(drawn)))}


def _may_be_one(one: Organisation, other: Organisation) -> bool:
    """Return whether two names have the same digits: « Lot 1 » is not « Lot 2 »."""
    return one.pk != other.pk and _DIGITS.findall(one.name) == _DIGITS.findall(other.name)


def register() -> None:
    organisations_used.offer(own_uses)
    consultations_naming.offer(own_consultations)
