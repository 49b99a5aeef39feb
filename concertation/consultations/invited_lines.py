"""Read the people to invite from pasted lines or a file: parse each column, and collect the errors of each line."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.mailboxes import parsed
from concertation.accounts.names import check_name_of_organisation
from concertation.accounts.reserved_names import ReservedNames
from concertation.documents import spreadsheets
from concertation.documents.problems import found_by, of_a_cell
from concertation.documents.spreadsheets import BadFile, Problem, Row
from concertation.texts.clean import check_line, one_line
from concertation.texts.templatetags.french import number
from concertation.texts.words import fold

from .actions.inviting_many import Invited
from .actions.organisations import NAME_LENGTH
from .actions.roles import role_name
from .models import Consultation, Role, Territory

T = TypeVar("T")

ADDRESS = "adresse"
COLUMNS = (ADDRESS, "nom", "vous êtes", "organisation", "territoire", "rôle")
MOST = 5_000
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Lines:
    """The people of the good lines, and the errors of the others."""

    people: list[Invited]
    problems: list[Problem]


def read(consultation: Consultation, rows: list[Row], problems: Iterable[Problem], same: Invited) -> Lines:
    """Return whom the rows invite; an empty cell is what ``same`` says of all."""
    if len(rows) > MOST:
        message = _("%(most)s lignes au plus à la fois : partagez cette liste en plusieurs.") % {"most": number(MOST)}
        return Lines([], [Problem(None, None, message)])
    reader = _Reader(consultation, same)
    people = [person for row in rows if (person := reader.read(row))]
    found = sorted([*problems, *reader.problems], key=lambda problem: problem.line or 0)
    return Lines(people, found)


def rows_of_file(name: str, data: bytes) -> tuple[list[Row], list[Problem]]:
    """Return the rows of a CSV or XLSX file, and the errors of those with a wrong number of cells."""
    return _rows(lambda: spreadsheets.read(name, data, [ADDRESS]))


def rows_of_text(text: str) -> tuple[list[Row], list[Problem]]:
    """Return the rows of pasted lines: a table if its first line names the columns, an address a line otherwise."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    if any(ADDRESS in map(fold, map(str.strip, first.split(sign))) for sign in ";,\t"):
        return _rows(lambda: spreadsheets.read_csv(text.encode(), [ADDRESS]))
    lines = enumerate(text.splitlines(), start=1)
    return [Row(place, {ADDRESS: line}) for place, line in lines if line.strip()], []


def _rows(reading: Callable[[], list[Row]]) -> tuple[list[Row], list[Problem]]:
    try:
        return reading(), []
    except BadFile as error:
        return error.rows, error.problems


def as_text(rows: list[Row]) -> str:
    """Write the rows of a file as a pasted table whose lines have the same numbers."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    written = 1
    for row in rows:
        text.write("\n" * (row.line - written - 1))
        written = max(row.line, written + 1)
        cells = {fold(column): cell for column, cell in row.cells.items()}
        writer.writerow([one_line(cells.get(fold(column), "")) for column in COLUMNS])
    return text.getvalue()


class _Reader:
    """Parser that goes on after an error, so that one report has them all."""

    def __init__(self, consultation: Consultation, same: Invited) -> None:
        self.same = same
        self.problems: list[Problem] = []
        self.kinds = _by_words((one.label, one) for one in consultation.actor_kinds.all())
        territories = list(Territory.objects.offered_in(consultation))
        coded = {fold(f"{one.kind}:{one.code}"): [one] for one in territories}
        self.territories = coded | _by_words((one.name, one) for one in territories)
        named = [("Participant", ""), *((role_name(consultation, role), role.value) for role in Role)]
        self.roles = _by_words(named)
        self.reserved = ReservedNames(timezone.now())
        self.organisations: dict[str, ValidationError | str] = {}

    def read(self, row: Row) -> Invited | None:
        before = len(self.problems)
        cells = {fold(column): one_line(cell) for column, cell in row.cells.items()}
        given: dict[str, Any] = {
            "actor_kind": self._one_of(row, cells, "vous êtes", self.kinds),
            "territory": self._one_of(row, cells, "territoire", self.territories),
            "role": self._one_of(row, cells, "rôle", self.roles),
            "organisation": self._organisation(row, cells.get("organisation", "")),
        }
        email, name = self._address(row, cells)
        if len(self.problems) > before:
            return None
        told = {key: value for key, value in given.items() if value or (key == "role" and value is not None)}
        return replace(self.same, email=email, name=name, line=row.line, **told)

    def _address(self, row: Row, cells: dict[str, str]) -> tuple[str, str]:
        typed = cells.get(ADDRESS, "")
        try:
            email, beside = parsed(typed)
        except ValidationError as error:
            shown = typed if len(typed) <= 60 else typed[:59] + "…"
            kind = error.messages[0]
            self._refuse(row, ADDRESS, _("« %(line)s » : %(problem)s") % {"line": shown, "problem": kind}, kind)
            return "", ""
        name = cells.get("nom") or beside
        if len(name) > LONGEST_NAME:
            self._refuse(row, "nom", _("ce nom est trop long : 80 caractères au plus."))
        return email, name

    def _one_of(self, row: Row, cells: dict[str, str], column: str, known: dict[str, list[T]]) -> T | None:
        word = cells.get(fold(column), "")
        if not word:
            return None
        found = known.get(fold(word), [])
        if len(found) == 1:
            return found[0]
        kind = (
            _("« %(word)s » désigne plusieurs territoires : donnez son code, comme departement:59.")
            if found
            else _("« %(word)s » n’existe pas dans cette concertation.")
        )
        self._refuse(row, column, kind % {"word": word[:80]}, kind)
        return None

    def _organisation(self, row: Row, name: str) -> str:
        if not name:
            return ""
        if name not in self.organisations:
            try:
                self.organisations[name] = check_line(name, max_length=NAME_LENGTH, field=_("Organisation"))
                check_name_of_organisation(name, self.reserved, by=None)
            except ValidationError as error:
                self.organisations[name] = error
        checked = self.organisations[name]
        if isinstance(checked, str):
            return checked
        for message, kind in found_by(of_a_cell(checked)):
            self._refuse(row, "organisation", message, kind)
        return ""

    def _refuse(self, row: Row, column: str, message: str, kind: str = "") -> None:
        # A plain list has no columns: the line says enough.
        place = column if len(row.cells) > 1 else None
        self.problems.append(Problem(row.line, place, message, kind))


def _by_words(named: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for words, one in named:
        found.setdefault(fold(str(words)), []).append(one)
    return found
