"""A file is what its bytes are, whatever its name says."""

import datetime
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertation.documents.spreadsheets import (
    BadFile,
    detect,
    read,
    read_csv,
    read_xlsx,
    write_xlsx,
)
from tests.documents.refusals import words_of


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
