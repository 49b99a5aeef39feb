"""Tables as files: the formats that pages offer, and the one way in which a job writes them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from concertation.documents import spreadsheets
from concertation.documents.cells import Value
from concertation.jobs.kinds import Result


@dataclass(frozen=True, slots=True)
class TableFormat:
    """A format of tables: its writer, and its name for readers."""

    write: Callable[[Sequence[str], Iterable[Sequence[Value]]], bytes]
    content_type: str
    label: Promise


# In the order in which pages offer them.
FORMATS = {
    "csv": TableFormat(spreadsheets.write_csv, spreadsheets.CSV_TYPE, gettext_lazy("Tableur (CSV)")),
    "xlsx": TableFormat(spreadsheets.write_xlsx, spreadsheets.XLSX_TYPE, gettext_lazy("Excel (XLSX)")),
}


def labels() -> list[tuple[str, Promise]]:
    """Return each format with its name, as pages offer them."""
    return [(fmt, one.label) for fmt, one in FORMATS.items()]


def table_file(name: str, fmt: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> Result:
    """Write a table as the file of a job; ``name`` is without an ending."""
    chosen = FORMATS[fmt]
    return Result(content=chosen.write(header, rows), file_name=f"{name}.{fmt}", content_type=chosen.content_type)
