"""What the page of figures shows: its tabs, and numbers as French writes them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from concertation.consultations.models import Consultation
from concertation.consultations.sections import Figure
from concertation.documents.table_files import labels
from concertation.texts.templatetags.french import number

from .divisions import Division
from .measures import CONTRIBUTIONS, REPLIES, SILENT, Measure
from .tables import Table

# A longer table is cut here; the file has all its lines.
MOST_LINES = 100
# Reactions announce nothing to the pages of the teams: the page re-fetches itself while it is read.
FETCHED_EVERY = timedelta(minutes=1)
NOT_PUBLIC = "–"
FOR_TEAM, TO_PUBLISH = "equipe", "publier"


def division_asked(value: str) -> Division:
    """Return the division that an address names; by week otherwise."""
    return Division(value) if value in Division.values else Division.WEEK


def next_fetch(consultation: Consultation, now: datetime) -> datetime | None:
    """Return when the page re-fetches itself without an event; never in an archive."""
    return None if consultation.archived else now + FETCHED_EVERY


def stats_of(totals: Sequence[tuple[Measure, int]], *, silent: str) -> list[Figure]:
    """Return the totals, with the address of those who have not written."""
    return [Figure(count, str(one.label), silent if one is SILENT else "") for one, count in totals]


def texts_in(totals: Sequence[tuple[Measure, int]]) -> int:
    """Return the number of published contributions and replies."""
    return sum(count for one, count in totals if one in (CONTRIBUTIONS, REPLIES))


def tabs_of(path: str, current: Division) -> list[dict[str, str | Promise | bool]]:
    return [{"label": one.label, "href": f"{path}?par={one.value}", "current": one == current} for one in Division]


def files() -> list[dict[str, Any]]:
    """Return the files that the page offers: for the team, and to publish."""
    formats = labels()
    for_team = _("Tous les nombres, même ceux de très petits groupes. À garder dans l’équipe.")
    to_publish = _(
        "Sans les nombres qui désigneraient moins de cinq personnes, ni ceux dont on les déduirait. Par type d’acteur, "
        "famille, territoire, organisation ou semaine, cela vaut aussi pour les contributions, les réponses et les "
        "réactions\u202f; leurs autres nombres y sont tels quels."
    )
    return [
        {"key": FOR_TEAM, "title": _("Pour l’équipe"), "text": for_team, "formats": formats},
        {"key": TO_PUBLISH, "title": _("À publier"), "text": to_publish, "formats": formats},
    ]


def shown(table: Table) -> dict[str, Any]:
    """Return a table as ``components/table.html`` takes it, and how many lines there are in all."""
    columns = [str(table.division.label), *(str(one.label) for one in table.measures)]
    rows = [
        [line.group.label, *(_written(line.numbers[one.key]) for one in table.measures)]
        for line in table.lines[:MOST_LINES]
    ]
    caption = _("Les chiffres par : %(division)s") % {"division": table.division.label}
    numeric = list(range(1, len(columns)))
    return {"caption": caption, "columns": columns, "rows": rows, "numeric": numeric, "of": len(table.lines)}


def _written(count: int | None) -> str:
    return NOT_PUBLIC if count is None else number(count)
