"""The divisions by which figures are counted, and the groups of each: weeks, phases, kinds of actors, territories…"""

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, TypeAlias

from django.db.models import Case, DateField, Max, Min, QuerySet, TextChoices, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from concertation.accounts.models import Organisation
from concertation.consultations.models import Consultation, Territory
from concertation.texts.templatetags.french import short_day
from concertation.texts.words import sort_key

from ..models import Origin

Key: TypeAlias = Hashable
# By measure, then by the key of a group; None is the group of those without it.
Counts: TypeAlias = Mapping[str, Mapping[Key, int]]
# A longer time shows only the weeks in which something happened.
MOST_WEEKS = 60


class Division(TextChoices):
    """A way to divide figures; its value is in addresses."""

    WEEK = "semaine", gettext_lazy("Semaine")
    PHASE = "phase", gettext_lazy("Phase")
    KIND = "acteur", gettext_lazy("Type d’acteur")
    FAMILY = "famille", gettext_lazy("Famille d’acteurs")
    TERRITORY = "territoire", gettext_lazy("Territoire")
    ORGANISATION = "organisation", gettext_lazy("Organisation")
    STAKE = "enjeu", gettext_lazy("Enjeu")
    ORIGIN = "origine", pgettext_lazy("of a text", "En ligne ou en atelier")

    @classmethod
    def traits(cls) -> tuple["Division", ...]:
        """Return those that divide people by what they are."""
        return (cls.KIND, cls.FAMILY, cls.TERRITORY, cls.ORGANISATION)

    @classmethod
    def near_people(cls) -> tuple["Division", ...]:
        """Return those in which few texts or reactions say how few people there are."""
        return (*cls.traits(), cls.WEEK)


@dataclass(frozen=True)
class Group:
    """A line of a table."""

    key: Key
    label: str


def groups_of(consultation: Consultation, division: Division, counts: Counts) -> list[Group]:
    """Return the groups of a division in their order, the empty ones of the frame included; those without come last."""
    found = {key for numbers in counts.values() for key, number in numbers.items() if number}
    groups = _NAMED[division](consultation, counts, found - {None})
    return [*groups, Group(None, _("Non précisé"))] if None in found else groups


def _weeks(consultation: Consultation, counts: Counts, found: Collection[Key]) -> list[Group]:
    known = sorted(key for key in found if isinstance(key, date))
    if known and (known[-1] - known[0]).days < MOST_WEEKS * 7:
        number = (known[-1] - known[0]).days // 7 + 1
        known = [known[0] + timedelta(weeks=index) for index in range(number)]
    return [Group(monday, _("Semaine du %(day)s") % {"day": short_day(monday)}) for monday in known]


def _phases(consultation: Consultation, counts: Counts, found: Collection[Key]) -> list[Group]:
    return [Group(phase.pk, phase.title) for phase in consultation.phases.all()]


def _kinds(consultation: Consultation, counts: Counts, found: Collection[Key]) -> list[Group]:
    return [Group(kind.pk, kind.label) for kind in consultation.actor_kinds.all()]


def _families(consultation: Consultation, counts: Counts, found: Collection[Key]) -> list[Group]:
    used = consultation.actor_families.filter(kinds__isnull=False).distinct()
    return [Group(family.pk, family.label) for family in used]


def _territories(consultation: Consultation, counts: Counts, found: Collection[Key]) -> list[Group]:
    names = Territory.objects.in_bulk([key for key in found if isinstance(key, int)])
    return _most_present({pk: one.name for pk, one in names.items()}, counts)


def _organisations(consultation: Consultation, counts: Counts, found: Collection[Key]) -> list[Group]:
    names = Organisation.objects.in_bulk([key for key in found if isinstance(key, int)])
    return _most_present({pk: one.name for pk, one in names.items()}, counts)


def _stakes(consultation: Consultation, counts: Counts, found: Collection[Key]) -> list[Group]:
    return [Group(stake.pk, stake.label) for stake in consultation.stakes.all()]


def _origins(consultation: Consultation, counts: Counts, found: Collection[Key]) -> list[Group]:
    used = {Origin.ONLINE, Origin.ATELIER, *found}
    return [Group(origin.value, str(origin.label)) for origin in Origin if origin in used]


def _most_present(names: Mapping[int, str], counts: Counts) -> list[Group]:
    """Return groups of a long list, those with the most contributors first, then in French order."""
    people = counts.get("contributors", {})
    ranked = sorted(names.items(), key=lambda item: (-people.get(item[0], 0), sort_key(item[1])))
    return [Group(pk, name) for pk, name in ranked]


_NAMED = {
    Division.WEEK: _weeks,
    Division.PHASE: _phases,
    Division.KIND: _kinds,
    Division.FAMILY: _families,
    Division.TERRITORY: _territories,
    Division.ORGANISATION: _organisations,
    Division.STAKE: _stakes,
    Division.ORIGIN: _origins,
}


def grouped(rows: QuerySet[Any], by: Any, number: Any) -> dict[Key, int]:
    """Return an aggregate of these rows by the values of an expression; in all, under None, where there is none."""
    if by is None:
        return {None: rows.aggregate(n=number)["n"] or 0}
    counted = rows.annotate(division_key=by).order_by().values_list("division_key").annotate(n=number)
    return {key: n or 0 for key, n in counted}


def week_of(rows: QuerySet[Any], moment: str, consultation: Consultation) -> Case:
    """Return the expression of the week of a column: its Monday, in the zone of the consultation.

    The bounds of the weeks are computed here, because SQLite would ask Python for the week of each row.
    """
    known = rows.order_by().aggregate(first=Min(moment), last=Max(moment))
    mondays = [] if known["first"] is None else list(_mondays(known["first"], known["last"], consultation.tz))
    before = f"{moment}__lt"
    cases = [
        When(**{before: datetime.combine(monday + timedelta(weeks=1), time(), consultation.tz)}, then=Value(monday))
        for monday in mondays
    ]
    return Case(*cases, default=Value(None), output_field=DateField())


def _mondays(first: datetime, last: datetime, zone: tzinfo) -> Iterator[date]:
    """Yield the Mondays of all weeks from one moment to another."""
    on, end = first.astimezone(zone).date(), last.astimezone(zone).date()
    monday = on - timedelta(days=on.weekday())
    while monday <= end:
        yield monday
        monday += timedelta(weeks=1)
