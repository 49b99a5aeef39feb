"""The people of a consultation who have an account, for organisers and moderators."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from concertation.texts.fields import has_words

from .models import Consultation, Membership, Participation, Role, Suspension


@dataclass(frozen=True)
class Person:
    """One line of the list: whether the person is suspended, and whether the viewer may suspend them."""

    participation: Participation
    suspension: Suspension | None
    may_be_suspended: bool


def found(
    consultation: Consultation, words: str, *, only_suspended: bool, by_address: bool, now: datetime
) -> QuerySet[Participation]:
    """Return those whose name or organisation has every word; the address counts only for those who may read it."""
    rows = Participation.objects.filter(consultation=consultation, user__isnull=False)
    if only_suspended:
        rows = rows.suspended_at(now)
    columns = ["user__folded", "organisation__folded", "organisation__merged_into__folded"]
    rows = rows.filter(has_words(words, *columns, *(["user__email"] if by_address else [])))
    return rows.select_related("user", "organisation__merged_into", "suspension__reason").order_by(
        "user__sort_key", "pk"
    )


def as_people(rows: Iterable[Participation], consultation: Consultation, *, reader: Any, now: datetime) -> list[Person]:
    """Return the lines of a page, in one query for all their roles."""
    held = Membership.objects.filter(consultation=consultation, role__in=Role.staff()).held_at(now)
    spared = {reader.pk, *held.values_list("user", flat=True)}
    people = []
    for one in rows:
        running = one.suspension if one.suspension and one.suspension.is_running(now) else None
        is_spared = one.user is None or one.user.is_superuser or one.user.pk in spared
        people.append(Person(one, running, may_be_suspended=not is_spared and not consultation.archived))
    return people
