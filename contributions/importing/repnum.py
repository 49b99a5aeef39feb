"""« République numérique », the consultation on the French digital bill of 2015 (open data of the French State).

Two files: ``contributions.csv``, proposals with vote totals, and ``arguments.csv``, arguments for or against them.
Proposals become threads, one topic a section; arguments become replies. Individual votes are not in the data: their
totals are kept as imported counts. Proposals of the government and those put in the bin keep their mark.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from concertation.documents import spreadsheets
from concertation.documents.spreadsheets import BadFile, Row

from ..models import State
from . import cells
from .plan import About, Plan, PlannedRow

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
STANCES = {"pour": "Argument pour", "contre": "Argument contre"}


def read(paths: Sequence[Path], *, step: Callable[[int, int], None]) -> Plan:
    """The plan of both files, given in any order; ``step(done, total)`` is called as rows are read."""
    plan = Plan(makes_actor_kinds=True)
    files = list(_opened(paths, plan))
    proposals = [(name, row) for name, rows in files for row in rows if "section" in row.cells]
    arguments = [(name, row) for name, rows in files for row in rows if "section" not in row.cells]
    sections = {row.cells["id"]: row.cells["section"].strip() for _name, row in proposals}
    total = len(proposals) + len(arguments)
    for done, (name, row) in enumerate([*proposals, *arguments], start=1):
        _plan_row(plan, name, row, sections)
        step(done, total)
    return plan


def _opened(paths: Sequence[Path], plan: Plan) -> Iterator[tuple[str, list[Row]]]:
    for path in paths:
        try:
            data = path.read_bytes()
            rows = spreadsheets.read(path.name, data, ("id", "author", "body"))
            is_proposals = bool(rows) and "section" in rows[0].cells
            rows = spreadsheets.read(path.name, data, PROPOSALS if is_proposals else ARGUMENTS)
        except BadFile as error:
            plan.problems.setdefault(path.name, []).extend(error.problems)
        except OSError as error:
            plan.refuse(path.name, None, None, _("Fichier illisible : %(why)s.") % {"why": error.strerror or error})
        else:
            yield path.name, rows


def _plan_row(plan: Plan, name: str, row: Row, sections: dict[str, str]) -> None:
    is_proposal = "section" in row.cells
    try:
        planned = _proposal(row) if is_proposal else _argument(row, sections)
    except ValidationError as error:
        for message in error.messages:
            plan.refuse(name, row.line, None, message)
    else:
        plan.rows.append(planned)


def _proposal(row: Row) -> PlannedRow:
    value = row.cells
    is_government = value["author_is_government"] == "True"
    return PlannedRow(
        line=row.line,
        key=f"repnum:{value['id']}",
        author_key=f"repnum:{value['author']}",
        author_name=GOVERNMENT if is_government else _pseudonym(value["author"]),
        about=About(actor_kind=GOVERNMENT if is_government else ""),
        wording=cells.wording(value["body"], title=value["title"]),
        topic=value["section"].strip(),
        keywords=(value["section"].strip(),),
        origin_label=SOURCE,
        published_at=cells.moment(value.get("created_at", "")),
        state=_state(value),
        imported={
            "agree": cells.count(value["votes_ok"]),
            "unclear": cells.count(value["votes_mitige"]),
            "disagree": cells.count(value["votes_nok"]),
        },
    )


def _argument(row: Row, sections: dict[str, str]) -> PlannedRow:
    value = row.cells
    section = sections.get(value["contribution_id"])
    if section is None:
        raise ValidationError(
            _("L’argument répond à la proposition %(id)s, qui n’est pas dans les fichiers."),
            params={"id": value["contribution_id"]},
        )
    if value["stance"] not in STANCES:
        raise ValidationError(
            _("La position est « pour » ou « contre », pas « %(text)s »."), params={"text": value["stance"]}
        )
    return PlannedRow(
        line=row.line,
        key=f"repnum:a{value['id']}",
        parent_key=f"repnum:{value['contribution_id']}",
        author_key=f"repnum:{value['author']}",
        author_name=_pseudonym(value["author"]),
        about=About(),
        wording=cells.wording(value["body"], is_reply=True),
        topic=section,
        keywords=(STANCES[value["stance"]],),
        origin_label=SOURCE,
        published_at=cells.moment(value.get("created_at", "")),
        state=_state(value),
        imported={"agree": cells.count(value["votes"]), "unclear": None, "disagree": None},
    )


def _pseudonym(author: str) -> str:
    return _("Contributeur %(key)s") % {"key": author.removeprefix("P")}


def _state(value: dict[str, str]) -> str:
    return State.HIDDEN if value.get("trashed") == "True" else State.PUBLISHED
