"""« République numérique », the consultation on the French digital bill of 2015 (open data of the French State).

Two files: ``contributions.csv``, proposals with vote totals, and ``arguments.csv``, arguments for or against them.
Proposals become threads, one topic a section; arguments become replies. Individual votes are not in the data: their
totals are kept as imported counts. Proposals of the government and those put in the bin keep their mark.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from concertation.consultations.actions.participations import PSEUDONYM, SOURCE_KEY
from concertation.documents.spreadsheets import Row

from ..models import State
from . import cells
from .plan import About, Plan, PlannedRow
from .reading import KEY, RowReader, rows_of

SECTION = 80  # a topic and a keyword
SOURCE = "République numérique, 2015"
GOVERNMENT = "Gouvernement"
PROPOSALS = (
    "id",
    "author",
    "author_is_government",
    "section",
    "title",
    "body",
    "votes_ok",
    "votes_mitige",
    "votes_nok",
)
ARGUMENTS = ("id", "contribution_id", "author", "stance", "body", "votes")
COLUMNS = {"key": "id", "parent_key": "contribution_id", "topic": "section", "keywords": "section"}
STANCES = {"pour": "Argument pour", "contre": "Argument contre"}


def read(paths: Sequence[Path], *, now: datetime, step: Callable[[int, int], None]) -> Plan:
    """Return the plan of both files, given in any order; ``step(done, total)`` is called as rows are read."""
    plan = Plan(kind="repnum", columns=COLUMNS, makes_actor_kinds=True)
    files = [(path.name, _rows(plan, path)) for path in paths]
    proposals = [(name, row) for name, rows in files for row in rows if "section" in row.cells]
    arguments = [(name, row) for name, rows in files for row in rows if "section" not in row.cells]
    sections = {row.cells["id"]: row.cells["section"].strip() for _name, row in proposals}
    total = len(proposals) + len(arguments)
    for done, (name, row) in enumerate([*proposals, *arguments], start=1):
        reader = _Reader(plan, name, row)
        planned = reader.proposal(now) if "section" in row.cells else reader.argument(sections, now)
        if reader.is_right:
            plan.rows.append(planned)
        else:
            plan.refused.add(planned.key)
        step(done, total)
    return plan


def _rows(plan: Plan, path: Path) -> list[Row]:
    rows = rows_of(plan, path, ("id", "author", "body"))
    columns = PROPOSALS if rows and "section" in rows[0].cells else ARGUMENTS
    missing = [column for column in columns if rows and column not in rows[0].cells]
    for column in missing:
        plan.refuse(path.name, 1, column, _("cette colonne manque."))
    return [] if missing else rows


class _Reader(RowReader):
    def proposal(self, now: datetime) -> PlannedRow:
        is_government = self.value["author_is_government"] == "True"
        section = self.words("section", SECTION, required=True)
        return PlannedRow(
            file=self.file,
            line=self.row.line,
            key=f"repnum:{self._id('id')}",
            author_key=f"repnum:{self._author()}",
            author_name=GOVERNMENT if is_government else self._pseudonym(),
            about=About(actor_kind=GOVERNMENT if is_government else ""),
            wording=self.wording("body", "title"),
            topic=section,
            keywords=(section,),
            origin_label=SOURCE,
            published_at=self._moment(now),
            state=self._state(),
            imported={
                "agree": self.read("votes_ok", cells.count, 0),
                "unclear": self.read("votes_mitige", cells.count, 0),
                "disagree": self.read("votes_nok", cells.count, 0),
            },
        )

    def argument(self, sections: dict[str, str], now: datetime) -> PlannedRow:
        answered, stance = self.value["contribution_id"], self.value["stance"]
        if answered not in sections:
            kind = _("L’argument répond à la proposition %(id)s, qui n’est pas dans les fichiers.")
            self.wrong("contribution_id", kind % {"id": answered[:40]}, kind)
        if stance not in STANCES:
            kind = _("La position est « pour » ou « contre », pas « %(text)s ».")
            self.wrong("stance", kind % {"text": stance[:40]}, kind)
        return PlannedRow(
            file=self.file,
            line=self.row.line,
            key=f"repnum:a{self._id('id')}",
            parent_key=f"repnum:{answered}",
            author_key=f"repnum:{self._author()}",
            author_name=self._pseudonym(),
            about=About(),
            wording=self.wording("body", is_reply=True),
            topic=sections.get(answered, ""),
            keywords=(STANCES.get(stance, ""),),
            origin_label=SOURCE,
            published_at=self._moment(now),
            state=self._state(),
            imported={"agree": self.read("votes", cells.count, 0), "unclear": None, "disagree": None},
        )

    def _id(self, column: str) -> str:
        return self.words(column, KEY - len("repnum:a"), required=True)

    def _author(self) -> str:
        return self.words("author", min(SOURCE_KEY - len("repnum:"), PSEUDONYM - len(_pseudonym(""))), required=True)

    def _pseudonym(self) -> str:
        return _pseudonym(self.value["author"].strip().removeprefix("P"))

    def _moment(self, now: datetime) -> datetime | None:
        if "created_at" not in self.value:
            return None
        return self.read("created_at", lambda text: cells.moment(text, now=now), None)

    def _state(self) -> str:
        return State.HIDDEN if self.value.get("trashed") == "True" else State.PUBLISHED


def _pseudonym(key: str) -> str:
    return _("Contributeur %(key)s") % {"key": key}
