"""A table and a footnote that the team typed are real ones on the page and in every format."""

import re

import pytest

from concertation.documents import canonical
from concertation.documents.export import FORMATS, export
from concertation.documents.model import Document, Note, Paragraph, Section, Table, Text
from concertation.documents.page import to_html
from concertation.documents.prose import from_html
from concertation.texts.markdown import Profile, render
from tests.documents.readers import WORD, docx_paragraphs, docx_part, html_tree, kinds_of, markdown_tree, pdf_text

BODY = """Une rue calme[^1].

| Phase | Fin |
|---|---|
| Besoins | **mai**[^2] |

Tableau : Le calendrier

[^1]: Au sens du *décret*.
[^2]: Ou juin."""
BLOCKS = from_html(render(BODY, profile=Profile.STAFF).html)


def words(text: str) -> tuple[Text]:
    return (Text(text),)


@pytest.fixture(scope="module")
def exported() -> dict[str, bytes]:
    document = Document(title="Synthèse", sections=(Section("R-01", id="R-01", blocks=BLOCKS),))
    return {fmt: export(document, fmt).content for fmt in FORMATS}


def test_blocks_hold_the_table_and_the_notes() -> None:
    first = Note((Paragraph((Text("Au sens du "), Text("décret", emphasis=True), Text("."))),))
    second = Note((Paragraph(words("Ou juin.")),))
    table = Table(
        (words("Phase"), words("Fin")), ((words("Besoins"), (Text("mai", strong=True), second)),), "Le calendrier"
    )

    assert (Paragraph((Text("Une rue calme"), first, Text("."))), table) == BLOCKS


def test_a_note_that_nothing_calls_stays_as_typed_where_it_stands() -> None:
    assert from_html(render("a\n\n[^1]: note\n\nb", profile=Profile.STAFF).html) == (
        Paragraph(words("a")),
        Paragraph(words("[^1]: note")),
        Paragraph(words("b")),
    )


def test_on_the_page_notes_come_after_the_text_and_lead_both_ways() -> None:
    html = to_html(BLOCKS, heading=3, place="R-01")

    ids, links = re.findall(r' id="([^"]+)"', html), re.findall(r'href="#([^"]+)"', html)
    assert sorted(ids) == ["appel-R-01-1", "appel-R-01-2", "note-R-01-1", "note-R-01-2"]
    assert sorted(links) == sorted(ids)
    assert '<th scope="col">Phase</th>' in html
    assert "<caption>Le calendrier</caption>" in html
    assert html.index("<table") < html.index('<section role="doc-endnotes" aria-label="Notes">')


def test_on_the_page_a_table_without_a_caption_is_called_by_its_columns() -> None:
    html = to_html((Table((words("Phase"), words("Fin")), ()),), heading=3)

    assert 'role="region" tabindex="0" aria-label="Tableau\u00a0: Phase, Fin"><table class="table"><thead>' in html


def test_word_has_a_table_with_a_header_row_and_footnotes(exported: dict[str, bytes]) -> None:
    body = docx_part(exported["docx"], "word/document.xml")

    assert len(list(body.iter(f"{WORD}tblHeader"))) == 1
    assert len(list(body.iter(f"{WORD}footnoteReference"))) == 2
    assert {"Au sens du décret.", "Ou juin."} <= set(docx_paragraphs(exported["docx"], "word/footnotes.xml"))
    assert "Le calendrier" in " ".join(docx_paragraphs(exported["docx"]))


def test_html_has_header_cells_and_notes_linked_both_ways(exported: dict[str, bytes]) -> None:
    tree = html_tree(exported["html"])

    assert [cell.text for cell in tree.iter("th")] == ["Phase", "Fin"]
    assert [one.text for one in tree.iter("caption")] == ["Le calendrier"]
    assert sorted(link.get("role", "") for link in tree.iter("a") if link.get("role")) == [
        "doc-backlink",
        "doc-backlink",
        "doc-noteref",
        "doc-noteref",
    ]


def test_pdf_holds_the_words_of_both(exported: dict[str, bytes]) -> None:
    text = pdf_text(exported["pdf"])

    assert all(word in text for word in ("Lecalendrier", "Besoins", "Ausensdudécret.", "Oujuin."))


@pytest.mark.parametrize("dialect", ["markdown", "gfm"])
def test_markdown_is_read_back_with_both(exported: dict[str, bytes], dialect: str) -> None:
    assert {"Table", "Note"} <= kinds_of(markdown_tree(exported["md"], dialect))


def test_json_is_read_back_whole(exported: dict[str, bytes]) -> None:
    assert canonical.from_json(exported["json"]).sections[0].blocks == BLOCKS
