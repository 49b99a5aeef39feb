"""Tables go out without a formula that nobody meant, and come back as they left."""

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from concertation.documents import spreadsheets
from concertation.documents.cells import neutralised, restored
from concertation.documents.spreadsheets import (
    BadFile,
    Row,
    detect,
    read,
    read_csv,
    read_xlsx,
    write_csv,
    write_xlsx,
)

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\tx",
    "\r=1",
    "\n=1",
    "  =1",
    "\u00a0=1",
    "\u202f-1",
    "\ufeff=1",
    "\u200b=1",
    "\u2028=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    " \n ＝cmd|' /C calc'!A0",
    "'=1",
    "''=1",
    "' =1",
    '=HYPERLINK("http://a.fr";"x")',
    "=cmd|'/C calc'!A0",
]
PLAIN = [
    "",
    "texte",
    "'",
    "''",
    "'texte",
    "a=1",
    "l'été",
    "5",
    "«\u00a0=\u202f»",
    "(=1)",
    '"=1"',
    "#N/A",
    "été\nhiver",
    ";",
    ",",
]
PIECES = st.text(st.sampled_from("=+-@＝＠'\" \t\n;,aé\u00a0\u200b\ufeff"), max_size=12)


def words_of(refusal: pytest.ExceptionInfo[BadFile]) -> list[str]:
    return [str(problem).replace("\u00a0", " ").replace("\u202f", " ") for problem in refusal.value.problems]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_take_for_a_formula_gets_an_apostrophe(text: str) -> None:
    assert neutralised(text) == "'" + text
    assert restored("'" + text) == text


@pytest.mark.parametrize("text", PLAIN)
def test_any_other_text_is_left_as_it_is(text: str) -> None:
    assert neutralised(text) == text
    assert restored(text) == text


@settings(max_examples=2000, deadline=None)
@given(PIECES | st.text(max_size=20))
def test_every_text_comes_back_from_its_neutral_form(text: str) -> None:
    neutral = neutralised(text)

    assert restored(neutral) == text
    assert neutral.lstrip().lstrip("\u200b\ufeff")[:1] not in set("=+-@＝＋－＠")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(PIECES, min_size=2, max_size=2).filter(lambda row: any(map(str.strip, row))), max_size=6))
def test_a_csv_read_and_written_again_has_the_same_bytes(rows: list[list[str]]) -> None:
    written = write_csv(["cle", "texte"], rows)

    read_back = [list(row.cells.values()) for row in read_csv(written, ["cle", "texte"])]

    assert read_back == rows
    assert write_csv(["cle", "texte"], read_back) == written


def test_a_csv_opens_in_a_french_spreadsheet() -> None:
    assert (
        write_csv(["numéro", "texte"], [[12, "Été ; hiver"], [None, "ligne\nsuite"]])
        == ('\ufeffnuméro;texte\r\n12;"Été ; hiver"\r\n;"ligne\nsuite"\r\n').encode()
    )


def test_line_ends_in_cells_are_written_in_one_way() -> None:
    assert read_csv(write_csv(["a"], [["un\r\ndeux\rtrois"]]), ["a"]) == [Row(2, {"a": "un\ndeux\ntrois"})]


@pytest.mark.parametrize("form", ["{},{}\nx,1\n", "{};{}\r\nx;1", "{}\t{}\nx\t1\n"])
def test_other_separators_are_read_too(form: str) -> None:
    assert read_csv(form.format("nom", "rang").encode(), ["nom"]) == [Row(2, {"nom": "x", "rang": "1"})]


def test_blank_lines_count_but_are_not_rows() -> None:
    assert read_csv(b"a;b\n\n;\n1;2\n", ["a"]) == [Row(4, {"a": "1", "b": "2"})]


@pytest.mark.parametrize(
    ("data", "sentences"),
    [
        (b"", ["Ce fichier est vide : la première ligne doit porter les noms des colonnes."]),
        (b"nom\nx\n", ["Ligne 1, colonne « texte » : cette colonne manque."]),
        (b"texte;texte\n", ["Ligne 1, colonne « texte » : ce nom de colonne est donné à deux colonnes ou plus."]),
        (b"texte;b\n1;2\n1\n1;2;3\n", ["Ligne 4 : 3 cellules au lieu de 2."]),
        (b'texte;b\n1;"deux\n', ["Ligne 2 : le fichier s’arrête au milieu d’une cellule."]),
        (b'texte;b\n1;"deux"x\n', ["Ligne 2 : les guillemets sont mal placés."]),
        (b"texte\nx\n\x00\n", ["Ce fichier contient, à la ligne 3, un octet nul : ce n’est pas un fichier CSV."]),
        (
            b"texte;" + b";".join(b"c%d" % n for n in range(300)),
            ["Ce fichier compte 301 colonnes, et 200 au plus sont acceptées."],
        ),
    ],
)
def test_a_csv_that_cannot_be_read_is_refused_line_by_line(data: bytes, sentences: list[str]) -> None:
    with pytest.raises(BadFile) as refusal:
        read_csv(data, ["texte"])

    assert words_of(refusal) == sentences


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_another_encoding_is_refused_with_the_way_out(encoding: str) -> None:
    with pytest.raises(BadFile) as refusal:
        read_csv("texte\nbon\nété\n".encode(encoding), ["texte"])

    line = 3 if encoding == "cp1252" else 1
    [sentence] = words_of(refusal)
    assert sentence == (
        f"Ce fichier n’est pas en UTF-8 (premier caractère illisible à la ligne {line}). Dans Excel, choisissez "
        "« Enregistrer sous », puis « CSV UTF-8 » ; dans LibreOffice, le jeu de caractères « Unicode (UTF-8) »."
    )


def test_every_problem_is_found_however_many() -> None:
    with pytest.raises(BadFile) as refusal:
        read_csv(b"a;b\n" + b"1;2;3\n" * 500, ["a"])

    assert [problem.line for problem in refusal.value.problems] == list(range(2, 502))


# XLSX --------------------------------------------------------------------------------------------------------------


def test_no_cell_of_an_xlsx_is_a_formula() -> None:
    written = write_xlsx(["texte"], [[text] for text in FORMULAS])

    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml")
    cells = [row[0] for row in load_workbook(io.BytesIO(written)).active.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells] == [text.replace("\r", "\n") for text in FORMULAS]
    assert all(cell.quotePrefix for cell in cells)


def test_an_xlsx_gives_back_what_was_written() -> None:
    texts = [text.replace("\r", "\n") for text in [*FORMULAS, *PLAIN] if text.strip()]

    rows = read_xlsx(write_xlsx(["texte", "rang"], [[text, number] for number, text in enumerate(texts)]), ["texte"])

    assert [row.cells for row in rows] == [{"texte": text, "rang": str(number)} for number, text in enumerate(texts)]


def test_the_same_table_gives_the_same_xlsx() -> None:
    table = (["a", "b"], [["x", 1], ["y", 2.5]])

    assert write_xlsx(*table) == write_xlsx(*table)
    with zipfile.ZipFile(io.BytesIO(write_xlsx(*table))) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_a_text_longer_than_a_cell_is_cut_where_it_shows() -> None:
    [row] = read_xlsx(write_xlsx(["texte"], [["😀" * 20_000]]), ["texte"])

    assert len(row.cells["texte"].encode("utf-16-le")) <= 2 * 32_767
    assert row.cells["texte"].endswith("(texte coupé\u00a0: il est entier dans l’export CSV)")


def test_values_of_a_workbook_are_read_as_text_and_its_empty_ends_as_empty() -> None:
    book = Workbook()
    sheet = book.active
    for line in (["a", "b", "c"], [1.0, True, None], ["x"], [], [None, "=1+1", 2.5]):
        sheet.append(line)
    data = io.BytesIO()
    book.save(data)

    assert read_xlsx(data.getvalue(), ["a", "b", "c"]) == [
        Row(2, {"a": "1", "b": "oui", "c": ""}),
        Row(3, {"a": "x", "b": "", "c": ""}),
        Row(5, {"a": "", "b": "", "c": "2.5"}),
    ]


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_columns_are_known_whatever_their_capitals_and_the_spaces_around_them(write: Callable[..., bytes]) -> None:
    data = write([" Code ", "NOM", "Autre"], [["1", "Rive", "x"]])

    [row] = (read_csv if write is write_csv else read_xlsx)(data, ["code", "nom"])

    assert row.cells == {"code": "1", "nom": "Rive", "Autre": "x"}


def test_two_columns_that_differ_by_capitals_are_one_name_twice() -> None:
    with pytest.raises(BadFile) as refusal:
        read_csv(b"Code;code\n1;2\n", ["code"])

    assert words_of(refusal) == ["Ligne 1, colonne « code » : ce nom de colonne est donné à deux colonnes ou plus."]


def test_a_missing_column_of_an_xlsx_is_named() -> None:
    with pytest.raises(BadFile) as refusal:
        read_xlsx(write_xlsx(["nom"], [["x"]]), ["texte"])

    assert words_of(refusal) == ["Ligne 1, colonne « texte » : cette colonne manque."]


@pytest.mark.parametrize("kept", [4, 100, 0.5, 0.9, 0.99])
def test_a_truncated_xlsx_is_refused(kept: float) -> None:
    whole = write_xlsx(["texte"], [["x"]] * 50)

    with pytest.raises(BadFile) as refusal:
        read("corpus.xlsx", whole[: int(kept if kept > 1 else kept * len(whole))], ["texte"])

    assert words_of(refusal) == ["Ce classeur Excel est incomplet ou abîmé. Enregistrez-le à nouveau."]


def test_an_xlsx_damaged_inside_is_refused() -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(write_xlsx(["a"], [["x"]]))) as source, zipfile.ZipFile(whole, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name)[:-40] if name.startswith("xl/worksheets") else source.read(name))

    with pytest.raises(BadFile) as refusal:
        read_xlsx(whole.getvalue(), ["a"])

    assert words_of(refusal) == [
        "Ce classeur Excel est illisible : il est incomplet ou abîmé. Enregistrez-le à nouveau."
    ]


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 3_000_000)
    monkeypatch.setattr(spreadsheets, "_MOST_UNPACKED", 2_000_000)
    monkeypatch.setattr(spreadsheets, "load_workbook", lambda *args, **options: pytest.fail("it was opened"))

    with pytest.raises(BadFile) as refusal:
        read_xlsx(bomb.getvalue(), ["a"])

    assert words_of(refusal) == ["Ce classeur Excel est trop volumineux une fois ouvert. Partagez-le en plusieurs."]


# What a file is ----------------------------------------------------------------------------------------------------


def archive_of(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.csv", b"a;b\n", "csv"),
        ("A.CSV", b"a;b\n", "csv"),
        ("export.txt", b"a;b\n", "csv"),
        ("sans-suffixe", b"a;b\n", "csv"),
        ("a.xlsx", write_xlsx(["a"], []), "xlsx"),
        ("sans-suffixe", write_xlsx(["a"], []), "xlsx"),
    ],
)
def test_a_file_that_is_what_its_name_says_is_recognised(name: str, data: bytes, kind: str) -> None:
    assert detect(name, data) == kind


OTHERWISE = "n’est pas ce que son nom annonce : c’est"
OLD = "un ancien classeur Excel (.xls) ou un fichier protégé par un mot de passe"
AGAIN = "Enregistrez-le à nouveau."
AS_TABLE = "Enregistrez votre tableau au format CSV ou XLSX."


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.csv", write_xlsx(["a"], []), f"Le fichier « a.csv » {OTHERWISE} un classeur Excel (XLSX). {AGAIN}"),
        ("a.xlsx", b"a;b\n", f"Le fichier « a.xlsx » {OTHERWISE} un fichier de texte. {AGAIN}"),
        ("a.csv", b"%PDF-1.7", f"Le fichier « a.csv » est un PDF. {AS_TABLE}"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", f"Le fichier « a.xls » est {OLD}. {AS_TABLE}"),
        ("a.xlsx", archive_of("content.xml"), f"Le fichier « a.xlsx » est un classeur LibreOffice (ODS). {AS_TABLE}"),
        ("a", archive_of("word/x.xml"), f"Le fichier « a » est une archive ZIP ou un autre document. {AS_TABLE}"),
        ("t.ods", b"\x12\xfe\x00\x81", f"Le fichier « t.ods » n’est pas un tableau lisible. {AS_TABLE}"),
        ("a.csv", b"\n<!DOCTYPE html>", f"Le fichier « a.csv » est une page web ou un fichier XML. {AS_TABLE}"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(name: str, data: bytes, sentence: str) -> None:
    with pytest.raises(BadFile) as refusal:
        read(name, data, ["a"])

    assert words_of(refusal) == [sentence]


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda data: b"PK\x03\x04" + data))
def test_no_bytes_at_all_break_the_reader(data: bytes) -> None:
    for reader in (read_csv, read_xlsx, lambda some, required: read("x", some, required)):
        try:
            reader(data, ["a"])
        except BadFile as refusal:
            assert refusal.problems


day = datetime.datetime.fromisoformat


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
        (day("2026-10-02"), "dd/mm/yyyy", "2026-10-02"),
        (day("2026-10-02T16:30"), "dd/mm/yyyy hh:mm", "2026-10-02T16:30:00"),
        (day("2026-10-02"), "dd/mm/yyyy hh:mm", "2026-10-02T00:00:00"),
        (day("2026-10-02T16:30"), 'yyyy-mm-dd"T"hh:mm:ss"Z"', "2026-10-02T16:30:00Z"),
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
    assert (moment.value, moment.is_date) == (day("2026-10-02T16:30:15"), True)
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
