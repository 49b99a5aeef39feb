"""Nobody's words become code, markup, a formula or a file read, in any format; and no word of theirs is changed."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from concertation.documents import canonical
from concertation.documents.export import FORMATS, export
from concertation.documents.model import Document
from tests.documents.hostile import INVISIBLE, LIST, UNPRINTABLE, generated, plain_of
from tests.documents.readers import (
    WORD,
    docx_paragraphs,
    docx_part,
    html_paragraphs,
    html_tree,
    kinds_of,
    markdown_tree,
    pdf_text,
    squeezed,
    text_of,
)
from tests.documents.samples import everything, paragraph

ONE_LINE = [squeezed(text.lstrip("\ufeff")) for text in LIST]


def in_every_place(texts: list[str]) -> Document:
    """Each text in every place that a document has."""
    return replace(everything(texts[0]), sections=tuple(everything(text).sections[0] for text in texts))


def as_paragraphs(texts: list[str]) -> Document:
    return Document(title="Titre", blocks=tuple(map(paragraph, texts)))


def blocks_of(content: bytes, dialect: str) -> list[dict]:
    return markdown_tree(content, dialect)["blocks"]


def counts_of(tree: object) -> Counter[str]:
    """How many nodes of each kind a pandoc tree has, words and blanks aside."""
    if isinstance(tree, list):
        return sum(map(counts_of, tree), Counter())
    if not isinstance(tree, dict):
        return Counter()
    own = Counter([tree["t"]] if tree.get("t", "Str") not in {"Str", "Space", "SoftBreak"} else [])
    return own + sum(map(counts_of, tree.values()), Counter())


# Words stay words -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [*ONE_LINE, *generated(3000, seed=20261122)]


def test_html_gives_back_each_text_as_it_was_typed(texts: list[str]) -> None:
    assert html_paragraphs(export(as_paragraphs(texts), "html").content) == [squeezed(text) for text in texts]


def test_word_gives_back_each_text_as_it_was_typed(texts: list[str]) -> None:
    _title, *paragraphs = docx_paragraphs(export(as_paragraphs(texts), "docx").content)

    assert [text.rstrip("\u00ad") for text in paragraphs] == [squeezed(text).rstrip("\u00ad") for text in texts]


@pytest.mark.parametrize("dialect", ["markdown-smart", "gfm-emoji", "commonmark"])
def test_markdown_gives_back_each_text_in_each_dialect(texts: list[str], dialect: str) -> None:
    _title, *paragraphs = blocks_of(export(as_paragraphs(texts), "md").content, dialect)

    # pandoc's writer drops the space after a sign without width at the beginning of a line.
    wanted = [re.sub("^([\u00ad\u200b\ufeff]+) ", r"\1", squeezed(text)) for text in texts]
    assert [text_of(block) for block in paragraphs] == wanted
    assert kinds_of(paragraphs) <= {"Para", "Str", "Space", "Link"}


def test_pdf_gives_back_each_text_in_order(texts: list[str]) -> None:
    read = pdf_text(export(as_paragraphs(texts), "pdf").content)

    place = 0
    for text in texts:
        wanted = re.sub(r"[\s\u00ad\u2060\u200b\ufeff]+", "", text.replace("＝", "="))
        found = read.find(wanted, place)
        assert 0 <= found - place < 20, text  # between two texts, at most a page number
        place = found + len(wanted)


def test_json_gives_back_the_document(texts: list[str]) -> None:
    assert canonical.from_json(export(in_every_place(texts[:200]), "json").content) == in_every_place(texts[:200])


# Words add nothing ------------------------------------------------------------------------------------------------


def test_html_has_the_same_elements_whatever_the_words() -> None:
    hostile = html_tree(export(in_every_place(ONE_LINE), "html").content)
    plain = html_tree(export(in_every_place([plain_of(text) for text in ONE_LINE]), "html").content)

    def shape(tree):
        return [(node.tag, sorted(set(node.attrib) - {"id"})) for node in tree.iter()]

    assert shape(hostile) == shape(plain)


def test_word_has_the_same_structure_whatever_the_words() -> None:
    hostile = export(in_every_place(ONE_LINE), "docx").content
    plain = export(in_every_place([plain_of(text) for text in ONE_LINE]), "docx").content

    for part in ("word/document.xml", "word/footnotes.xml"):
        assert shape_of(docx_part(hostile, part)) == shape_of(docx_part(plain, part))
    relations = [docx_part(content, "word/_rels/document.xml.rels") for content in (hostile, plain)]
    assert targets_of(relations[0]) == targets_of(relations[1])


def shape_of(part) -> list[str]:
    """Paragraphs, tables, notes, links and fields, in order; runs of words aside."""
    kept = {f"{WORD}{name}" for name in ("p", "pStyle", "tbl", "tr", "tc", "hyperlink", "footnoteReference")}
    fields = {f"{WORD}{name}" for name in ("instrText", "fldSimple", "fldChar", "object", "drawing", "altChunk")}
    assert {node.tag for node in part.iter()} & fields == set()
    return [node.tag.removeprefix(WORD) + str(sorted(node.attrib.values())) for node in part.iter() if node.tag in kept]


def targets_of(relations) -> set[str]:
    return {node.attrib["Target"] for node in relations}


@pytest.mark.parametrize("dialect", ["markdown-smart", "gfm-emoji"])
def test_markdown_has_the_same_nodes_whatever_the_words(dialect: str) -> None:
    hostile = blocks_of(export(in_every_place(ONE_LINE), "md").content, dialect)
    plain = blocks_of(export(in_every_place([plain_of(text) for text in ONE_LINE]), "md").content, dialect)

    assert counts_of(hostile) - counts_of(plain) - Counter(ColWidth=1000) == Counter()
    assert kinds_of(hostile) & {"RawInline", "RawBlock", "Math", "Image", "Cite", "Div"} == set()


@pytest.mark.parametrize("fmt", ["docx", "pdf", "html", "md"])
def test_texts_of_several_lines_are_exported_in_every_place_and_read_no_file(fmt: str) -> None:
    content = export(in_every_place([text for text in LIST if "passwd" in text or "\n" in text]), fmt).content

    read = (
        pdf_text(content) if fmt == "pdf" else "".join(docx_paragraphs(content)) if fmt == "docx" else content.decode()
    )
    secret = Path("/etc/passwd").read_text(encoding="utf-8").splitlines()[0]
    assert "/etc/passwd" in read
    assert secret not in read


@pytest.mark.parametrize("fmt", list(FORMATS))
@pytest.mark.parametrize("text", [*INVISIBLE, *UNPRINTABLE])
def test_no_sign_breaks_an_export(text: str, fmt: str) -> None:
    if fmt == "json" and text == "\ud800":
        with pytest.raises(canonical.BadDocument):
            export(everything(text), fmt)
    else:
        assert export(everything(text), fmt).content


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_thousands_of_texts_in_every_place_make_an_accessible_pdf(seed: int) -> None:
    content = export(in_every_place(generated(150, seed=seed)), "pdf").content

    assert b"pdfuaid:part>1<" in content
