"""Each format holds the entire document, in its own structure, the same bytes each time."""

import io
import shutil
import subprocess
import zipfile

import pytest
from pypdf import PdfReader

from concertation.documents import canonical, versions
from concertation.documents.export import FORMATS, export
from concertation.documents.model import Document, Link, Paragraph, Quote, Section, Table, Text
from concertation.documents.page import to_html
from tests.documents.readers import (
    WORD,
    docx_paragraphs,
    docx_part,
    html_paragraphs,
    html_tree,
    markdown_tree,
    pdf_text,
    text_of,
)
from tests.documents.samples import everything, paragraph

PHRASE = "L’été à l'ombre\u00a0: «\u00a0oui\u202f» ?"


@pytest.fixture(scope="module")
def exported() -> dict[str, bytes]:
    return {fmt: export(everything(PHRASE), fmt).content for fmt in FORMATS}


def test_there_are_five_formats() -> None:
    assert [(fmt, export(Document(title="T"), fmt).content_type) for fmt in FORMATS] == [
        ("pdf", "application/pdf"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("html", "text/html; charset=utf-8"),
        ("md", "text/markdown; charset=utf-8"),
        ("json", "application/json"),
    ]


def test_another_format_is_an_error() -> None:
    with pytest.raises(ValueError, match="No format 'odt'"):
        export(Document(title="T"), "odt")


@pytest.mark.parametrize("fmt", list(FORMATS))
def test_the_same_document_gives_the_same_bytes(fmt: str, exported: dict[str, bytes]) -> None:
    assert export(everything(PHRASE), fmt).content == exported[fmt]


def test_json_is_the_canonical_document(exported: dict[str, bytes]) -> None:
    assert canonical.from_json(exported["json"]) == everything(PHRASE)


@pytest.mark.parametrize("fmt", list(FORMATS))
def test_a_redacted_quote_is_in_no_format(fmt: str) -> None:
    document = Document(
        title="T", sections=(Section("S", blocks=(Quote("1", "motsecret", "nomsecret"), paragraph("reste"))),)
    )
    sealed = versions.seal(document, versions.new_salts(document))

    content = export(versions.redact(sealed.document, ["1"]), fmt).content

    readable = (
        pdf_text(content) if fmt == "pdf" else "".join(docx_paragraphs(content)) if fmt == "docx" else content.decode()
    )
    assert "secret" not in readable
    assert "reste" in readable


# HTML --------------------------------------------------------------------------------------------------------------


def test_the_html_stands_alone_and_runs_nothing(exported: dict[str, bytes]) -> None:
    tree = html_tree(exported["html"])

    assert tree.attrib == {"lang": "fr"}
    assert tree.findtext("head/title") == PHRASE
    assert {element.tag for element in tree.iter()} & {"script", "link", "img", "iframe", "object"} == set()
    attributes = {name for element in tree.iter() for name in element.attrib}
    assert {name for name in attributes if name.startswith("on")} | (attributes & {"src", "style"}) == set()


def test_the_html_has_the_structure_of_the_document(exported: dict[str, bytes]) -> None:
    body = html_tree(exported["html"]).find("body")

    headings = [(element.tag, element.attrib.get("id")) for element in body.iter() if element.tag in {"h1", "h2", "h3"}]
    assert headings == [
        ("h1", None), ("h2", "sommaire"), ("h2", "besoins"), ("h3", None), ("h3", "R-07"), ("h2", "section-3"),
    ]  # fmt: skip
    assert len(body.findall(".//blockquote")) == 3
    assert body.findtext(".//table/caption") == PHRASE
    assert [cell.text for cell in body.findall(".//thead//th")] == ["Colonne", PHRASE]
    assert body.find(".//ol[@start='4']/li") is not None
    assert (
        body.find(".//section[@role='doc-endnotes']//a[@role='doc-backlink']").attrib["aria-label"] == "Retour au texte"
    )


def test_links_lead_to_full_addresses_or_into_the_file(exported: dict[str, bytes]) -> None:
    tree = html_tree(exported["html"])
    ids = {element.attrib["id"] for element in tree.iter() if "id" in element.attrib}
    links = {link.attrib["href"] for link in tree.iter("a")}

    assert {link for link in links if not link.startswith("#")} == {
        "https://a.fr/?q=(1)&r=2",
        "https://concertation.example.fr/c/x/contributions/2/",
        "https://concertation.example.fr/c/x/contributions/3/",
    }
    assert {link[1:] for link in links if link.startswith("#")} <= ids


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "data:1",
        "//evil.fr",
        "file:///etc/passwd",
        "/etc/passwd",
        "#absente",
        "/\\evil.fr",
        "x",
        "http://a@b.fr",
    ],
)
@pytest.mark.parametrize("fmt", ["html", "md"])
def test_any_other_address_leaves_its_words_only(fmt: str, href: str) -> None:
    document = Document(title="T", blocks=(Paragraph((Link(href, (Text("mots"),)),)),))

    content = export(document, fmt).content.decode()

    assert "mots" in content
    assert f'href="{href}"' not in content
    assert f"]({href})" not in content


# Word --------------------------------------------------------------------------------------------------------------


def test_the_word_file_is_a4_french_and_has_real_structure(exported: dict[str, bytes]) -> None:
    document = docx_part(exported["docx"], "word/document.xml")
    styles = docx_part(exported["docx"], "word/styles.xml")
    [size] = list(document.iter(f"{WORD}pgSz"))
    used = [style.attrib[f"{WORD}val"] for style in document.iter(f"{WORD}pStyle")]

    assert (size.attrib[f"{WORD}w"], size.attrib[f"{WORD}h"]) == ("11906", "16838")
    assert {language.attrib[f"{WORD}val"] for language in styles.iter(f"{WORD}lang")} == {"fr"}
    assert [style for style in used if style.startswith(("Title", "Heading"))] == [
        "Title", "Heading1", "Heading2", "Heading2", "Heading1",
    ]  # fmt: skip
    assert "BlockText" in used
    assert len(list(document.iter(f"{WORD}tblHeader"))) == 1
    assert docx_paragraphs(exported["docx"], "word/footnotes.xml").count(PHRASE) == 2


def test_the_word_file_names_its_title_and_date(exported: dict[str, bytes]) -> None:
    core = docx_part(exported["docx"], "docProps/core.xml")

    texts = {element.tag.split("}")[1]: element.text for element in core}
    assert texts["title"] == PHRASE
    assert texts["created"] == "2026-11-22T09:30:00Z"


def test_the_word_file_opens_in_libreoffice(exported: dict[str, bytes], tmp_path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed: the Word file was not opened with it.")
    (tmp_path / "document.docx").write_bytes(exported["docx"])

    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        [
            office,
            profile,
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(tmp_path),
            str(tmp_path / "document.docx"),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )

    assert (
        pdf_text((tmp_path / "document.pdf").read_bytes()).count("ombre")
        >= everything(PHRASE).title.count("ombre") * 15
    )


# PDF ---------------------------------------------------------------------------------------------------------------


def test_the_pdf_is_an_accessible_a4_in_french(exported: dict[str, bytes]) -> None:
    reader = PdfReader(io.BytesIO(exported["pdf"]))
    catalog = reader.trailer["/Root"]

    assert b"pdfuaid:part>1<" in exported["pdf"]
    assert catalog["/Lang"] == "fr"
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == PHRASE
    assert reader.metadata.creation_date.isoformat() == "2026-11-22T09:30:00+00:00"
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]


def test_the_pdf_is_tagged_with_the_structure_of_the_document(exported: dict[str, bytes]) -> None:
    tags = tags_of(PdfReader(io.BytesIO(exported["pdf"])).trailer["/Root"]["/StructTreeRoot"])

    blocks = (
        "BlockQuote Caption Code Div Document H1 H2 L LBody LI Lbl Note P TBody TD TH THead TOC TOCI TR Table Title"
    )
    inline = "Em Link Reference Span Strong"
    assert {tag.removeprefix("/") for tag in tags} == set(f"{blocks} {inline}".split())


def tags_of(node) -> set[str]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return set().union(*map(tags_of, node)) if node else set()
    if not isinstance(node, dict):
        return set()
    own = {str(node["/S"])} if "/S" in node else set()
    return own | (tags_of(node["/K"]) if "/K" in node else set())


def test_what_the_fonts_of_the_pdf_lack_is_said_in_words() -> None:
    document = Document(title="T 😀", blocks=(paragraph("Oui 😀👨\u200d👩\u200d👧 et 中文 et 中. ＝1"),))

    text = pdf_text(export(document, "pdf").content)

    assert "T[émoji]" in text
    assert "Oui[émojis]et[2caractèresnonaffichables]et[caractèrenonaffichable].=1" in text


def test_hyphens_in_the_pdf_are_read_back_as_they_were_typed() -> None:
    words = "Une intercommunalité particulièrement avantageuse. " * 9 + "C-5001, https://a-b.fr/c-d. " * 9
    columns = tuple((Text(word),) for word in ("Intercommunalité", "Aménagement", "C-5001"))
    document = Document(title="T", blocks=(paragraph(words), Table(columns, (columns,))))

    text = pdf_text(export(document, "pdf").content)

    assert "\u00ad" not in text
    assert text.count("C-5001") == 11


def test_the_pdf_cuts_words_in_narrow_columns_rather_than_print_one_over_another() -> None:
    columns = tuple((Text(word),) for word in ["Intercommunalité", "Anticonstitutionnellement"] * 3)

    text = pdf_text(export(Document(title="T", blocks=(Table(columns, ()),)), "pdf").content)

    assert "Intercommunalité" not in text


# Quotes ------------------------------------------------------------------------------------------------------------

QUOTED = Document(title="T", blocks=(Quote("1", "Merci.\n--\nC. M.\n\nFin.", "Camille"),))


@pytest.mark.parametrize("fmt", ["html", "docx"])
def test_line_ends_in_a_quote_stay_in_its_paragraph(fmt: str) -> None:
    read = {"html": html_paragraphs, "docx": docx_paragraphs}[fmt]

    paragraphs = read(export(QUOTED, fmt).content)

    assert {"Merci. -- C. M.", "Fin."} <= set(paragraphs)


def test_line_ends_in_a_quote_are_line_ends_in_the_markdown() -> None:
    assert "> Merci.\\\n> \\-\\-\\\n> C\\. M.\n>\n> Fin.\n" in export(QUOTED, "md").content.decode()


def test_line_ends_in_a_quote_are_line_ends_on_the_page() -> None:
    assert "<blockquote><p>Merci.<br>--<br>C. M.</p><p>Fin.</p></blockquote>" in to_html(QUOTED.blocks, heading=3)


# Markdown ----------------------------------------------------------------------------------------------------------


def test_the_markdown_reads_well() -> None:
    document = Document(
        title="Synthèse",
        blocks=(paragraph("Un point. Deux (trois) : quatre, l'été."),),
        sections=(Section("Besoins", blocks=(Quote("1", "Des arbres !", "Camille", "https://a.fr/1"),)),),
    )

    assert export(document, "md").content.decode() == (
        "# Synthèse\n\nUn point. Deux (trois) : quatre, l'été.\n\n## Besoins\n\n> Des arbres !\n>\n> — [Camille](https://a.fr/1)\n"
    )


@pytest.mark.parametrize("dialect", ["markdown-smart", "gfm", "commonmark"])
def test_the_markdown_holds_all_words_in_each_dialect(dialect: str, exported: dict[str, bytes]) -> None:
    read = text_of(markdown_tree(exported["md"], dialect)["blocks"])

    assert read.count(PHRASE) == exported["json"].decode().count(PHRASE) - len(["the author"])


def test_a_document_with_nothing_in_it_is_exported_too() -> None:
    for fmt in FORMATS:
        assert export(Document(title=""), fmt).content


def test_zip_members_carry_the_document_s_date(exported: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(exported["docx"])) as archive:
        assert {part.date_time for part in archive.infolist()} == {(2026, 11, 22, 9, 30, 0)}
