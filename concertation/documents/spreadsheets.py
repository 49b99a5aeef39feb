"""Tables in and out: CSV and XLSX that open well in a French spreadsheet, and that nobody's words can command.

What is written:

- CSV is UTF-8 with its mark, semicolons and CRLF: what a French Excel opens by a double click. A comma, a tab, and a
  missing mark are read too.
- In CSV, a text that a spreadsheet would take for a formula gets an apostrophe before it, and loses it when it is read
  back, so that export → import → export gives the same bytes. In XLSX a text is a text, a number a number and a moment
  a date, and nothing is added.
- The same table gives the same bytes: no date of the day, no name of a machine.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl import Workbook, load_workbook
from openpyxl.cell.text import Text
from openpyxl.styles import Alignment, Font
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from concertation.documents.cells import Value, for_csv, for_xlsx, restored, shown
from concertation.texts.words import identity

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_COLUMNS = 200
MOST_ROWS = 200_000
_MOST_UNPACKED = 200 * 1024 * 1024
_MOST_PARTS = 1_000
_NOT_TEXT = frozenset({"ods", "odt", "xls", "xlsb", "doc", "docx", "pdf", "numbers", "zip"})

# What Excel is told by a first line of its own: « sep=; ».
_TOLD = re.compile(r'"?sep=([^"\w\r\n])"?\r?\n', re.IGNORECASE)
_FIXED = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file, where, in a sentence; ``line`` is the row's number in a spreadsheet.

    ``kind`` is alike for problems that differ by a value only (``documents/problems.py``).
    """

    line: int | None
    column: str | None
    message: str
    kind: str = ""

    def __str__(self) -> str:
        if self.line is None:
            return self.message
        if self.column is None:
            return _("Ligne %(line)d : %(message)s") % {"line": self.line, "message": self.message}
        place = {"line": self.line, "column": self.column, "message": self.message}
        return _("Ligne %(line)d, colonne « %(column)s » : %(message)s") % place


class BadFile(ValueError):
    """A file that cannot be read as a table: all that was found wrong, and the rows that have the right length."""

    def __init__(self, problems: Sequence[Problem], rows: "Sequence[Row]" = ()) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)
        self.rows = list(rows)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file: its number in a spreadsheet, and its cells by column, as text."""

    line: int
    cells: dict[str, str]


# Writing -----------------------------------------------------------------------------------------------------------


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """A CSV file: see the rules of this module."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([for_csv(name) for name in header])
    writer.writerows([for_csv(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """An XLSX file of one sheet, its header fixed on top; a text is stored as text, never as a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Données")
    sheet.freeze_panes = "A2"
    bold, wrapped = Font(bold=True), Alignment(vertical="top", wrap_text=True)
    sheet.append([for_xlsx(sheet, name, font=bold) for name in header])
    for row in rows:
        sheet.append([for_xlsx(sheet, value, alignment=wrapped) for value in row])
    result = io.BytesIO()
    book.save(result)
    return _without_dates(result.getvalue())


def _without_dates(data: bytes) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb">\d{4}-\d\d-\d\dT[\d:.]+Z<", b">1980-01-01T00:00:00Z<", content)
            part = zipfile.ZipInfo(name, _FIXED)
            part.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(part, content)
    return result.getvalue()


# Reading -----------------------------------------------------------------------------------------------------------


def detect(name: str, data: bytes) -> Literal["csv", "xlsx"]:
    """What a file is by its content; refused where its name says otherwise, or where it is no table at all."""
    kind = _kind_of(data)
    said = PurePath(name).suffix.lower().lstrip(".")
    if kind not in {"csv", "xlsx"}:
        raise _refusal(
            _("Le fichier « %(name)s » est %(kind)s. Enregistrez votre tableau au format CSV ou XLSX.")
            % {"name": name, "kind": kind}
        )
    if (kind == "xlsx") != (said in {"xlsx", "xlsm"}) and said:
        names = {"csv": _("un fichier de texte"), "xlsx": _("un classeur Excel (XLSX)")}
        raise _refusal(
            _("Le fichier « %(name)s » n’est pas ce que son nom annonce : c’est %(kind)s. Enregistrez-le à nouveau.")
            % {"name": name, "kind": names[kind]}
        )
    if kind == "csv" and said in _NOT_TEXT:
        raise _refusal(
            _("Le fichier « %(name)s » n’est pas un tableau lisible. Enregistrez votre tableau au format CSV ou XLSX.")
            % {"name": name}
        )
    return "xlsx" if kind == "xlsx" else "csv"


def read(name: str, data: bytes, required: Sequence[str]) -> list[Row]:
    """The rows of a CSV or XLSX file, whichever it is."""
    return read_xlsx(data, required) if detect(name, data) == "xlsx" else read_csv(data, required)


def read_csv(data: bytes, required: Sequence[str]) -> list[Row]:
    """The rows of a CSV file; blank lines are skipped, and a line longer than the header is a problem."""
    text = _decoded(data)
    told = _TOLD.match(text)
    source = io.StringIO(text[told.end() :] if told else text, newline="")
    reader = csv.reader(source, delimiter=told[1] if told else _delimiter(text.lstrip("\r\n")), strict=True)
    lines = _numbered(reader, start=2 if told else 1)
    return _table(((number, list(map(restored, cells))) for number, cells in lines), required)


def read_xlsx(data: bytes, required: Sequence[str]) -> list[Row]:
    """The rows of the first sheet of an XLSX file, values as they are shown and never as formulas."""
    _refuse_bomb(data)
    damaged = _refusal(_("Ce classeur Excel est illisible : il est incomplet ou abîmé. Enregistrez-le à nouveau."))
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except Exception as error:  # openpyxl lets through whatever its parsers raise
        raise damaged from error
    try:
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()
        sheet._shared_strings = _shared_strings(data) or sheet._shared_strings
        return _table(((number, list(map(shown, row))) for number, row in enumerate(sheet.iter_rows(), 1)), required)
    except BadFile:
        raise
    except Exception as error:  # the same, on the rows themselves
        raise damaged from error
    finally:
        book.close()


def _shared_strings(data: bytes) -> list[str]:
    """The strings of a workbook as stored, if some of them hold the ``_x005F_`` that openpyxl would drop."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        name = next((name for name in archive.namelist() if name.lower().endswith("/sharedstrings.xml")), "")
        stored = archive.read(name) if name else b""
    if b"x005F_" not in stored:
        return []
    items = (node for _event, node in iterparse(io.BytesIO(stored)) if node.tag == f"{{{SHEET_MAIN_NS}}}si")
    return [text.content for node in items if (text := Text.from_tree(node)) is not None]


def _refusal(message: str) -> BadFile:
    return BadFile([Problem(None, None, message)])


def _kind_of(data: bytes) -> str:
    if data.startswith(b"PK"):
        return _kind_of_archive(data)
    signatures = {
        b"\xd0\xcf\x11\xe0": _("un ancien classeur Excel (.xls) ou un fichier protégé par un mot de passe"),
        b"%PDF": _("un PDF"),
        b"\x89PNG": _("une image"),
        b"\xff\xd8\xff": _("une image"),
        b"GIF8": _("une image"),
        b"{\\rtf": _("un texte mis en forme (RTF)"),
    }
    found = next((kind for start, kind in signatures.items() if data.startswith(start)), None)
    is_page = re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml)", data[:200], re.IGNORECASE)
    return found or (_("une page web ou un fichier XML") if is_page else "csv")


def _kind_of_archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return "xlsx"  # its beginning says so; reading it will say that it is incomplete
    if "xl/workbook.xml" in names:
        return "xlsx"
    return _("un classeur LibreOffice (ODS)") if "content.xml" in names else _("une archive ZIP ou un autre document")


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _wrong_encoding(1)
    if b"\x00" in data:
        line = data.count(b"\n", 0, data.index(b"\x00")) + 1
        message = _("Ce fichier contient, à la ligne %(line)d, un octet nul : ce n’est pas un fichier CSV.")
        raise _refusal(message % {"line": line})
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong_encoding(data.count(b"\n", 0, error.start) + 1) from error


def _wrong_encoding(line: int) -> BadFile:
    return _refusal(
        _(
            "Ce fichier n’est pas en UTF-8 (premier caractère illisible à la ligne %(line)d). Dans Excel, choisissez "
            "« Enregistrer sous », puis « CSV UTF-8 » ; dans LibreOffice, le jeu de caractères « Unicode (UTF-8) »."
        )
        % {"line": line}
    )


def _delimiter(text: str) -> str:
    header = text.split("\n", 1)[0]
    return max(";,\t", key=header.count)


def _numbered(reader: Iterator[list[str]], *, start: int) -> Iterator[tuple[int, list[str]]]:
    number = start - 1
    while True:
        number += 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            cut = "unexpected end" in str(error)
            reason = _("le fichier s’arrête au milieu d’une cellule.") if cut else _("les guillemets sont mal placés.")
            raise BadFile([Problem(number, None, reason)]) from error


def _table(lines: Iterator[tuple[int, list[str]]], required: Sequence[str]) -> list[Row]:
    """Rows as long as the header: spreadsheets leave out the empty cells at the end of a row."""
    _line, first = next((one for one in lines if any(cell.strip() for cell in one[1])), (1, []))
    header = _header(first, required)
    rows: list[Row] = []
    problems: list[Problem] = []
    for number, cells in lines:
        while len(cells) > len(header) and not cells[-1].strip():
            cells.pop()
        if not any(cell.strip() for cell in cells):
            continue
        cells += [""] * (len(header) - len(cells))
        if len(rows) + len(problems) >= MOST_ROWS:
            raise _refusal(
                _("Ce fichier compte plus de %(limit)d lignes. Partagez-le en plusieurs.") % {"limit": MOST_ROWS}
            )
        problem = _irregularity(number, cells, header)
        if problem:
            problems.append(problem)
        else:
            rows.append(Row(number, dict(zip(header, cells, strict=True))))
    if problems:
        raise BadFile(problems, rows)
    return rows


def _header(cells: Sequence[str], required: Sequence[str]) -> list[str]:
    """The names of the columns; those that are ``required`` as they are spelt there, whatever their capitals."""
    canonical = {identity(name): name for name in required}
    header = [canonical.get(identity(name), name) for name in (cell.strip() for cell in cells)]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise _refusal(_("Ce fichier est vide : la première ligne doit porter les noms des colonnes."))
    if len(header) > MOST_COLUMNS:
        raise _refusal(
            _("Ce fichier compte %(number)d colonnes, et %(limit)d au plus sont acceptées.")
            % {"number": len(header), "limit": MOST_COLUMNS}
        )
    problems = [Problem(1, name, _("cette colonne manque.")) for name in required if name not in header]
    twice = sorted({name for name in header if header.count(name) > 1})
    problems += [Problem(1, name, _("ce nom de colonne est donné à deux colonnes ou plus.")) for name in twice]
    if problems:
        raise BadFile(problems)
    return header


def _irregularity(number: int, cells: Sequence[str], header: Sequence[str]) -> Problem | None:
    if len(cells) == len(header):
        return None
    counts = {"found": len(cells), "expected": len(header)}
    message = ngettext(
        "%(found)d cellule au lieu de %(expected)d.", "%(found)d cellules au lieu de %(expected)d.", len(cells)
    )
    return Problem(number, None, message % counts)


def _refuse_bomb(data: bytes) -> None:
    """Look at the sizes that an archive declares before anything of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise _refusal(_("Ce classeur Excel est incomplet ou abîmé. Enregistrez-le à nouveau.")) from error
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise _refusal(_("Ce classeur Excel est trop volumineux une fois ouvert. Partagez-le en plusieurs."))
