"""A cell of a workbook is read as it is shown, and written as what it is."""

import datetime
import io
import re
import zipfile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from concertation.documents import spreadsheets
from concertation.documents.spreadsheets import (
    Row,
    read_csv,
    read_xlsx,
    write_csv,
    write_xlsx,
)


def xlsx_of(*cells: tuple[object, str]) -> bytes:
    """A file of somebody else's: one row of values, each with the number format it is shown by."""
    book = Workbook()
    book.active.append([f"c{number}" for number, _cell in enumerate(cells)])
    book.active.append([value for value, _format in cells])
    for column, (_value, number_format) in enumerate(cells, 1):
        book.active.cell(2, column).number_format = number_format
    result = io.BytesIO()
    book.save(result)
    return result.getvalue()


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (1001, "General", "1001"),
        (1001, "0", "1001"),
        (1001, "00000", "01001"),
        (123456, "00000", "123456"),
        (0, "00000", "00000"),
        (1001, "00000;-00000", "01001"),
        (102030405, '0#" "##" "##" "##" "##', "01 02 03 04 05"),
        (102030405, "00\\ 00\\ 00\\ 00\\ 00", "01 02 03 04 05"),
        (12345678900012, "000 000 000 00000", "123 456 789 00012"),
        (32, '"region:"0', "region:32"),
        (12345, "#,##0", "12345"),
        (3.14159, "0.00", "3.14159"),
        (0.1 + 0.2, "General", "0.3"),
        (-5, "00000", "-5"),
        (0.125, "0%", "12%"),
        (0.125, "0.0%", "12.5%"),
        (0.5, "0 %", "50 %"),
        (2.0, "General", "2"),
        (True, "General", "oui"),
        (datetime.datetime.fromisoformat("2026-10-02"), "dd/mm/yyyy", "2026-10-02"),
        (datetime.datetime.fromisoformat("2026-10-02T16:30"), "dd/mm/yyyy hh:mm", "2026-10-02T16:30:00"),
        (datetime.datetime.fromisoformat("2026-10-02"), "dd/mm/yyyy hh:mm", "2026-10-02T00:00:00"),
        (datetime.datetime.fromisoformat("2026-10-02T16:30"), 'yyyy-mm-dd"T"hh:mm:ss"Z"', "2026-10-02T16:30:00Z"),
    ],
)
def test_a_number_is_read_as_it_is_shown(value: object, number_format: str, shown: str) -> None:
    [row] = read_xlsx(xlsx_of((value, number_format)), ["c0"])

    assert row.cells["c0"] == shown


def with_cell(cell: str, shared: str) -> bytes:
    """A file of which the cell A2 is this XML, and the table of shared strings holds this one."""
    strings = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si>{shared}</si></sst>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    told = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_of(("x", "General")))) as source, zipfile.ZipFile(result, "w") as target:
        for name in source.namelist():
            part = re.sub('<c r="A2".*?</c>', cell, source.read(name).decode())
            target.writestr(name, part.replace("</Types>", told))
        target.writestr("xl/sharedStrings.xml", strings)
    return result.getvalue()


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("Ligne 1_x000D_\nLigne 2", "Ligne 1\nLigne 2"),
        ("a_x000d_b", "a\nb"),
        ("a_x0009_b", "a\tb"),
        ("a_x005F_x000D_b", "a_x000D_b"),
        ("_xD83D__xDE00_", "😀"),
        ("a_x000_b_x00G0_ _x", "a_x000_b_x00G0_ _x"),
    ],
)
def test_signs_that_excel_encodes_are_read_as_themselves(stored: str, read: str) -> None:
    text = f'<t xml:space="preserve">{stored}</t>'

    for cell in (f'<c r="A2" t="inlineStr"><is>{text}</is></c>', '<c r="A2" t="s"><v>0</v></c>'):
        [row] = read_xlsx(with_cell(cell, shared=text), ["c0"])

        assert row.cells["c0"] == read


@settings(max_examples=100, deadline=None)
@example(["a_x000D_b"])
@given(st.lists(st.text(st.sampled_from("_x000D5Fa'=-\n é"), min_size=1).filter(str.strip), min_size=1, max_size=5))
def test_an_xlsx_read_and_written_again_has_the_same_bytes(texts: list[str]) -> None:
    written = write_xlsx(["texte"], [[text] for text in texts])

    read_back = [list(row.cells.values()) for row in read_xlsx(written, ["texte"])]

    assert read_back == [[text] for text in texts]
    assert write_xlsx(["texte"], read_back) == written


def test_an_xlsx_holds_numbers_and_dates_and_no_apostrophe() -> None:
    at = datetime.datetime(2026, 10, 2, 18, 30, 15, 250_000, tzinfo=ZoneInfo("Europe/Paris"))

    written = write_xlsx(["a", "b", "c", "d"], [[142, at, "- un banc", None]])

    number, moment, text, empty = load_workbook(io.BytesIO(written)).active[2]
    assert (number.value, number.data_type) == (142, "n")
    assert (moment.value, moment.is_date) == (datetime.datetime.fromisoformat("2026-10-02T16:30:15"), True)
    assert (text.value, text.data_type) == ("- un banc", "s")
    assert empty.value in (None, "")
    [row] = read_xlsx(written, ["a"])
    assert list(row.cells.values()) == ["142", "2026-10-02T16:30:15Z", "- un banc", ""]


def test_a_csv_holds_the_same_moment_as_words() -> None:
    at = datetime.datetime(2026, 10, 2, 18, 30, 15, tzinfo=ZoneInfo("Europe/Paris"))

    assert b"142;2026-10-02T16:30:15Z;'- un banc" in write_csv(["a", "b", "c"], [[142, at, "- un banc"]])


def test_a_day_that_excel_does_not_know_is_written_in_words() -> None:
    written = write_xlsx(["a"], [[datetime.datetime(1789, 7, 14, tzinfo=datetime.UTC)]])

    assert read_xlsx(written, ["a"]) == [Row(2, {"a": "1789-07-14T00:00:00Z"})]


@pytest.mark.parametrize("told", ["sep=;\r\n", "sep=;\n", '"sep=;"\r\n', "SEP=;\n", "\ufeffsep=;\r\n"])
def test_a_line_that_tells_excel_the_separator_is_skipped(told: str) -> None:
    assert read_csv(f"{told}nom;rang\nx,y;1\n".encode(), ["nom"]) == [Row(3, {"nom": "x,y", "rang": "1"})]


@pytest.mark.parametrize(("before", "line"), [("\r\n\r\n", 4), ("\ufeffsep=;\r\n\r\n", 4), ("\n;;\n", 4)])
def test_blank_lines_before_the_header_are_skipped(before: str, line: int) -> None:
    assert read_csv(f"{before}nom;rang\nx;1\n".encode(), ["nom"]) == [Row(line, {"nom": "x", "rang": "1"})]


def test_the_separator_told_is_the_one_used() -> None:
    assert read_csv(b"sep=|\na|b;c\n1|2\n", ["a"]) == [Row(3, {"a": "1", "b;c": "2"})]


def test_an_empty_cell_of_a_workbook_is_blank_and_no_empty_text():
    data = spreadsheets.write_xlsx(["nombre", "jour", "mot"], [[None, "", "a"], [3, None, ""]])

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert [f'r="{place}"' in sheet for place in ("A2", "B2", "C2", "A3", "B3", "C3")] == [
        False, False, True, True, False, False,
    ]  # fmt: skip
    assert [row.cells for row in spreadsheets.read_xlsx(data, [])] == [
        {"nombre": "", "jour": "", "mot": "a"}, {"nombre": "3", "jour": "", "mot": ""},
    ]  # fmt: skip
