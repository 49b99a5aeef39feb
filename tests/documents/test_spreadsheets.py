"""Tables go out without a formula that nobody meant, and come back as they left."""

import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from concertation.documents import spreadsheets
from concertation.documents.cells import neutralised, restored
from concertation.documents.spreadsheets import (
    BadFile,
    Row,
    read,
    read_csv,
    read_xlsx,
    write_csv,
    write_xlsx,
)
from tests.documents.refusals import words_of

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
