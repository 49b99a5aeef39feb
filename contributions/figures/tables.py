"""The tables of figures: a line for each group of a division, a column for each measure that it has a meaning for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from concertation.consultations.models import Consultation, Phase
from concertation.consultations.rule_of_five import countable
from concertation.live.audience import Audience

from .divisions import Counts, Division, Group, groups_of
from .measures import CONTRIBUTORS, Measure, measures, sources


@dataclass(frozen=True)
class Line:
    """A group and its numbers by measure; None is a number that is not public."""

    group: Group
    numbers: Mapping[str, int | None]


@dataclass(frozen=True)
class Table:
    """The figures of a division. Measures that this division has no meaning for are not in it."""

    division: Division
    measures: tuple[Measure, ...]
    lines: tuple[Line, ...]


def totals(consultation: Consultation) -> list[tuple[Measure, int]]:
    """Return each measure with its number in all."""
    counts = _counted(consultation, None)
    return [(one, counts[one.key][None]) for one in measures()]


def table_of(consultation: Consultation, division: Division, audience: Audience) -> Table:
    """Return the figures of a consultation by a division, as an audience may read them."""
    counts = _counted(consultation, division)
    groups = _readable(groups_of(consultation, division, counts), consultation, division, audience)
    shown = [one for one in measures() if one.key in counts and _is_for(one, division, audience)]
    columns = {one.key: _column(one, counts[one.key], groups, division, audience) for one in shown}
    lines = [Line(group, {key: numbers[group] for key, numbers in columns.items()}) for group in groups]
    return Table(division, tuple(shown), tuple(lines))


def people_of(table: Table) -> Table:
    """Return the table with the measures of people only."""
    return replace(table, measures=tuple(one for one in table.measures if one.counts_people))


def _readable(groups: list[Group], consultation: Consultation, division: Division, audience: Audience) -> list[Group]:
    """Leave out the phases that this audience may not see."""
    if division is not Division.PHASE or audience == Audience.STAFF:
        return groups
    seen = set(Phase.objects.open_to(audience, consultation).values_list("pk", flat=True))
    return [group for group in groups if group.key in seen]


def _counted(consultation: Consultation, division: Division | None) -> Counts:
    return {key: numbers for source in sources for key, numbers in source.count(consultation, division).items()}


def _is_for(measure: Measure, division: Division, audience: Audience) -> bool:
    """Return whether a measure is shown; outside the teams, of the people of a trait only one is, and no family.

    The difference of two of them, or of families and kinds, would give what the rule of five hides.
    """
    if audience == Audience.STAFF or division not in Division.traits():
        return True
    return division != Division.FAMILY and (measure is CONTRIBUTORS or not measure.counts_people)


def _column(
    measure: Measure, numbers: Mapping[object, int], groups: list[Group], division: Division, audience: Audience
) -> dict[Group, int | None]:
    column = {group: numbers.get(group.key, 0) for group in groups}
    if measure.counts_people or division in Division.near_people():
        return countable(column, audience)
    return dict(column)
