"""Parse one row of a file, cell by cell, with each error under the name of its column."""

import errno
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from concertation.documents import spreadsheets
from concertation.documents.problems import found_by, of_a_cell
from concertation.documents.spreadsheets import BadFile, Row

from ..models import Contribution
from ..wording import Wording
from . import cells
from .plan import Plan

T = TypeVar("T")
NOTHING = Wording("", "", "", "")
KEY: int = Contribution._meta.get_field("source_key").max_length or 0
LABEL: int = Contribution._meta.get_field("origin_label").max_length or 0


def rows_of(plan: Plan, path: Path, required: Sequence[str]) -> list[Row]:
    """Return the rows of one file; if it cannot be read, none, and add the reason to the plan."""
    try:
        return spreadsheets.read(path.name, path.read_bytes(), required)
    except BadFile as error:
        plan.problems.setdefault(path.name, []).extend(error.problems)
    except OSError as error:
        plan.refuse(path.name, None, None, _("Fichier illisible : %(why)s.") % {"why": _why(error)})
    return []


def _why(error: OSError) -> str:
    """Return common errors of a file system in French; any other one by its number."""
    known = {
        errno.ENOENT: _("il n’existe pas"),
        errno.ENOTDIR: _("il n’existe pas"),
        errno.ENAMETOOLONG: _("son nom est trop long"),
        errno.EISDIR: _("c’est un dossier"),
        errno.EACCES: _("vous n’avez pas le droit de le lire"),
        errno.EPERM: _("vous n’avez pas le droit de le lire"),
    }
    return known.get(error.errno or 0) or _("erreur %(number)s du système") % {"number": error.errno}


def _in_words_of_a_file(error: ValidationError) -> ValidationError:
    """Reword an error about a too long text for a file."""
    return of_a_cell(error) if error.code == "too_long" else error


class RowReader:
    """Parser of one row, which goes on after an error so that the report is complete."""

    def __init__(self, plan: Plan, file: str, row: Row) -> None:
        self.plan = plan
        self.file = file
        self.row = row
        self.value = row.cells
        self.is_right = True

    def wrong(self, column: str, message: str, kind: str = "") -> None:
        self.is_right = False
        self.plan.refuse(self.file, self.row.line, column, message, kind)

    def read(self, column: str, how: Callable[[str], T], default: T) -> T:
        """Return what ``how`` makes of a cell; on an error, ``default``, and add the error."""
        try:
            return how(self.value[column])
        except ValidationError as error:
            for message, kind in found_by(error):
                self.wrong(column, message, kind)
            return default

    def words(self, column: str, longest: int, *, required: bool = False) -> str:
        if required and not self.value[column].strip():
            self.wrong(column, _("Cette cellule ne peut pas être vide."))
        return self.read(column, lambda text: cells.words(text, longest=longest), "")

    def wording(self, body: str, title: str = "", *, is_reply: bool = False) -> Wording:
        """Return the text of the column ``body``, with the title of the column ``title``."""
        try:
            return cells.wording(self.value[body], title=self.value.get(title, ""), is_reply=is_reply)
        except ValidationError as error:
            for name, found in error.error_dict.items():
                for one in found:
                    for message, kind in found_by(_in_words_of_a_file(one)):
                        self.wrong({"title": title}.get(name, body), message, kind)
            return NOTHING
