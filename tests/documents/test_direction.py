"""Words from right to left are flush right in every format, and turn nothing that stands beside them."""

import io
import re
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from concertation.documents import pdf
from concertation.documents.direction import RightToLeft
from concertation.documents.export import FORMATS, export
from concertation.documents.model import (
    Document,
    Entry,
    Heading,
    ItemList,
    Note,
    Paragraph,
    Quote,
    Section,
    Table,
    Text,
)
from tests.documents.readers import WORD, docx_part, html_tree, pdf_text
from tests.documents.samples import paragraph, words

ARABIC, HEBREW, FRENCH = "نريد مكانًا (2026)!", "אנחנו רוצים (2026)!", "Le projet « بيتنا » : oui !"


def of_blocks(*blocks) -> Document:
    return Document(title="T", blocks=blocks)


def html_directions(content: bytes) -> dict[str, str]:
    """The direction in which each paragraph, heading, item and cell stands, by its words."""
    found: dict[str, str] = {}

    def walk(element: ElementTree.Element, direction: str) -> None:
        direction = element.get("dir", direction)
        if element.tag in {"p", "h2", "h3", "li", "td", "th", "caption", "ul", "table", "blockquote"}:
            found[f"{element.tag} {''.join(element.itertext()).strip()}"] = direction
        for child in element:
            walk(child, direction)

    walk(html_tree(content).find("body/main"), "ltr")
    return found


def docx_directions(content: bytes, part: str = "word/document.xml") -> dict[str, bool]:
    """Whether each paragraph is from right to left, by its words."""
    return {
        "".join(node.text or "" for node in one.iter(f"{WORD}t")): one.find(f"{WORD}pPr/{WORD}bidi") is not None
        for one in docx_part(content, part).iter(f"{WORD}p")
    }


def left_edges(content: bytes) -> dict[str, float]:
    """How far each run of words of a PDF stands from the left."""
    found: dict[str, float] = {}

    def note(text, current, matrix, _font, _size) -> None:
        if text.strip():
            found.setdefault(text.strip(), current[4] + matrix[4])

    PdfReader(io.BytesIO(content)).pages[0].extract_text(visitor_text=note)
    return found


RIGHT_HALF = 400
MIXED = Quote("c1", f"Un début\n{ARABIC}\n\n{HEBREW}\nUne fin", "Nom, C-1")


def test_each_line_of_a_quote_takes_its_own_direction() -> None:
    in_html = html_directions(export(of_blocks(MIXED), "html").content)
    in_word = docx_directions(export(of_blocks(MIXED), "docx").content)
    edges = left_edges(export(of_blocks(MIXED), "pdf").content)

    expected = {"Un début": False, ARABIC: True, HEBREW: True, "Une fin": False, "— Nom, C-1": False}
    assert {words: direction == "rtl" for words, direction in in_html.items() if words.startswith("p ")} == {
        f"p {words}": turned for words, turned in expected.items()
    }
    assert in_word == {"T": False} | expected
    assert edges["Un début"] == edges["Une fin"]
    assert len([edge for edge in edges.values() if edge > edges["Une fin"] + 100]) >= 2


@pytest.mark.parametrize("title", [f"Chapitre {ARABIC[:4]}", HEBREW[:5], "Chapitre"])
def test_in_the_contents_of_a_pdf_the_page_number_stays_at_the_edge(title: str) -> None:
    sections = tuple(Section(one, f"s{number}", (paragraph("Texte"),)) for number, one in enumerate([title, "Fin"]))
    places: list[float] = []

    def note(text, current, matrix, _font, _size) -> None:
        if text.strip() == "1" and current[4] + matrix[4] > RIGHT_HALF:
            places.append(current[4] + matrix[4])

    content = export(Document(title="T", sections=sections), "pdf").content
    PdfReader(io.BytesIO(content)).pages[0].extract_text(visitor_text=note)

    assert len(places) == 2
    assert places[0] == pytest.approx(places[1], abs=1)


@pytest.mark.parametrize("text", [ARABIC, HEBREW])
def test_in_html_a_paragraph_takes_the_direction_of_its_first_letter(text: str) -> None:
    found = html_directions(export(of_blocks(paragraph(text), paragraph(FRENCH)), "html").content)

    assert found == {f"p {text}": "rtl", f"p {FRENCH}": "ltr"}


@pytest.mark.parametrize("text", [ARABIC, HEBREW])
def test_in_word_a_paragraph_takes_the_direction_of_its_first_letter_and_keeps_its_style(text: str) -> None:
    content = export(of_blocks(paragraph(text), paragraph(FRENCH)), "docx").content

    assert docx_directions(content) == {"T": False, text: True, FRENCH: False}
    styles = [style.attrib[f"{WORD}val"] for style in docx_part(content, "word/document.xml").iter(f"{WORD}pStyle")]
    assert styles == ["Title", "BodyText", "BodyText"]


@pytest.mark.parametrize("text", [ARABIC, HEBREW])
def test_in_pdf_a_paragraph_takes_the_direction_of_its_first_letter_and_every_letter_is_shown(text: str) -> None:
    content = export(of_blocks(paragraph(text), paragraph("Oui")), "pdf").content

    places = {said: place for said, place in left_edges(content).items() if said not in {"T", "1 / 1"}}
    margin = places.pop("Oui")
    assert min(places.values()) > 3 * margin
    assert min(places, key=places.__getitem__) == "!)"
    assert set(re.findall(r"\w", text)) <= set(pdf_text(content))


def test_titles_headings_items_quotes_cells_and_notes_turn_too() -> None:
    document = Document(
        title=ARABIC,
        subtitle=ARABIC,
        blocks=(
            Heading(words("عنوان")),
            ItemList(((paragraph("بند"),), (paragraph("آخر"),))),
            Quote("1", "اقتباس", "نادية"),
            Table((words("عمود"), words("Fin")), ((words("خلية"), words("1")),), "جدول"),
            Paragraph((Text("Note"), Note((paragraph("ملاحظة"),)))),
        ),
        sections=(Section("قسم"),),
    )

    html, word = (export(document, fmt).content for fmt in ("html", "docx"))

    assert {said for said, direction in html_directions(html).items() if direction == "rtl"} == {
        "h2 عنوان", "li بند", "li آخر", "ul بند\n\n\nآخر", "blockquote اقتباس\n\n\n— نادية",
        "p اقتباس", "p — نادية", "th عمود", "td خلية", "h2 قسم",
    }  # fmt: skip
    assert {said for said, turned in docx_directions(word).items() if turned} == {
        ARABIC, "عنوان", "بند", "آخر", "اقتباس", "— نادية", "عمود", "خلية", "جدول", "قسم",
    }  # fmt: skip


def test_a_list_or_a_quote_of_both_directions_keeps_its_own() -> None:
    document = of_blocks(ItemList(((paragraph("بند"),), (paragraph("Point"),))), Quote("1", "اقتباس", "Nadia"))

    found = html_directions(export(document, "html").content)

    assert [direction for said, direction in found.items() if said.startswith(("ul", "blockquote"))] == ["ltr"] * 2
    assert (found["p اقتباس"], found["p — Nadia"], found["li Point"]) == ("rtl", "ltr", "ltr")


def test_a_name_after_its_label_is_isolated() -> None:
    document = Document(title="T", metadata=(Entry("Par", ARABIC), Entry("Le", "22 novembre")))

    [isolated] = html_tree(export(document, "html").content).findall("body/main/p/span")

    assert (isolated.get("dir"), isolated.text) == ("rtl", ARABIC)


def test_a_heading_and_a_list_from_right_to_left_stay_a_heading_and_a_list_in_pdf() -> None:
    document = of_blocks(Heading(words(ARABIC)), ItemList(((paragraph(ARABIC),),)))

    outline = PdfReader(io.BytesIO(export(document, "pdf").content)).outline

    assert [one.title for one in outline] == [ARABIC]


def test_nothing_is_marked_in_a_document_that_has_no_such_words() -> None:
    nodes = [{"t": "Para", "c": [{"t": "Str", "c": FRENCH}]}, {"t": "HorizontalRule"}]

    assert RightToLeft(block=(("dir", "rtl"),)).blocks(nodes) == nodes


@pytest.mark.parametrize("fmt", list(FORMATS))
def test_both_directions_nested_in_every_way_are_exported(fmt: str) -> None:
    mixed = f"{ARABIC} {FRENCH} {HEBREW}"
    note = Note((paragraph(mixed), ItemList(((paragraph(mixed),),)), Quote("n", mixed, mixed)))
    inner = ItemList(((paragraph(mixed), Quote("q", mixed, mixed), Table((words(mixed),), ((words(mixed),),), mixed)),))
    document = Document(
        title=mixed,
        subtitle=mixed,
        author=mixed,
        metadata=(Entry(mixed, mixed),),
        blocks=(Paragraph((Text(mixed, strong=True), note, Text(mixed, code=True))), inner),
        sections=(Section(mixed), Section(mixed)),
    )

    assert export(document, fmt).content


def test_one_pass_of_typst_is_enough_for_arabic_and_hebrew(monkeypatch) -> None:
    tries = []
    compile_once = pdf._compile
    monkeypatch.setattr(pdf, "_compile", lambda *given: tries.append(1) or compile_once(*given))

    pdf.write(of_blocks(paragraph(ARABIC), paragraph(HEBREW), paragraph(FRENCH)), 0)

    assert tries == [1]
