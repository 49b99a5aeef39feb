"""Read the territories of a file: parse each column, and collect the errors of each row."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from concertation.documents import spreadsheets
from concertation.documents.problems import found_by, of_a_cell
from concertation.documents.spreadsheets import BadFile, Problem, Row
from concertation.texts.clean import check_line, one_line
from concertation.texts.templatetags.french import number

from .models import Consultation, Territory

COLUMNS = ("code", "nom", "dans")
MOST = 5_000

_CODE, _NAME = Territory._meta.get_field("code"), Territory._meta.get_field("name")


@dataclass(frozen=True, slots=True)
class TerritoryRow:
    """One territory of a file; ``parent`` is the official one that contains it."""

    code: str
    name: str
    parent: Territory | None = None


def read(name: str, data: bytes, consultation: Consultation) -> list[TerritoryRow]:
    """Return the rows of a CSV or XLSX file; raise ``BadFile`` with all errors, row by row."""
    rows, problems = _rows(name, data)
    if len(rows) > MOST:
        message = _("Ce fichier a plus de %(most)s lignes. Partagez-le en plusieurs.") % {"most": number(MOST)}
        raise BadFile([Problem(None, None, message)])
    reader = _Reader(consultation)
    found = [reader.read(row) for row in rows]
    problems += reader.problems
    if problems:
        raise BadFile(sorted(problems, key=lambda problem: problem.line or 0))
    return found


def _rows(name: str, data: bytes) -> tuple[list[Row], list[Problem]]:
    """Return the rows of the right length, and an error for each other one."""
    try:
        return spreadsheets.read(name, data, COLUMNS), []
    except BadFile as error:
        if not error.rows:
            raise
        return error.rows, error.problems


class _Reader:
    """Parser that goes on after an error, so that one report has them all."""

    def __init__(self, consultation: Consultation) -> None:
        self.problems: list[Problem] = []
        official = Territory.objects.filter(consultation=None)
        self.official: Mapping[str, Territory] = {f"{one.kind}:{one.code}": one for one in official}
        own = Territory.objects.filter(consultation=consultation, kind=Territory.Kind.OTHER)
        self.own: Mapping[str, Territory] = {one.code: one for one in own}
        self.lines: dict[str, int] = {}

    def read(self, row: Row) -> TerritoryRow:
        code = self._words(row, "code", _CODE.max_length or 0)
        name = self._words(row, "nom", _NAME.max_length or 0)
        found = TerritoryRow(code, name, self._parent(row))
        if code:
            self._compare(row, found)
        return found

    def _words(self, row: Row, column: str, longest: int) -> str:
        words = one_line(row.cells[column])
        if not words:
            self._refuse(row, column, _("Cette case est vide."))
            return ""
        try:
            return check_line(words, max_length=longest)
        except ValidationError as error:
            for message, kind in found_by(of_a_cell(error)):
                self._refuse(row, column, message, kind)
            return ""

    def _parent(self, row: Row) -> Territory | None:
        wanted = row.cells["dans"].strip()
        parent = self.official.get(wanted)
        if wanted and parent is None:
            self._refuse(row, "dans", _("« %(code)s » n’est pas un territoire officiel.") % {"code": wanted[:40]})
        return parent

    def _compare(self, row: Row, found: TerritoryRow) -> None:
        """Collect an error for each code that two territories would have, in the file or with the present list."""
        first = self.lines.setdefault(found.code, row.line)
        if first != row.line:
            kind = _("Ce code est déjà à la ligne %(line)d.")
            self._refuse(row, "code", kind % {"line": first}, kind)
        here = self.own.get(found.code)
        if here is not None and (here.name, here.parent_id) != (found.name, found.parent and found.parent.pk):
            words = {"name": here.name, "parent": here.parent or _("aucun territoire officiel")}
            self._refuse(row, "code", _("Ce code est déjà dans la liste : « %(name)s », dans %(parent)s.") % words)

    def _refuse(self, row: Row, column: str, message: str, kind: str = "") -> None:
        self.problems.append(Problem(row.line, column, message, kind))
