"""A document is the same bytes each time, and nothing else is read as a document."""

import json

import pytest

from concertation.documents.canonical import SCHEMA, BadDocument, from_json, to_json
from concertation.documents.model import Document, Paragraph, Quote, Section, Text
from tests.documents.samples import everything


def test_a_document_with_every_kind_of_part_comes_back_equal() -> None:
    document = everything("Une phrase.")

    assert from_json(to_json(document)) == document


def test_bytes_do_not_depend_on_the_way_they_came() -> None:
    document = everything("Été 😀")

    assert to_json(from_json(to_json(document))) == to_json(document)


def test_a_field_left_at_its_default_leaves_no_trace() -> None:
    document = Document(title="Titre", blocks=(Paragraph((Text("Mots"),)),))

    assert to_json(document).decode() == (
        '{"blocks":[{"content":[{"text":"Mots","type":"text"}],"type":"paragraph"}],'
        f'"schema":"{SCHEMA}","title":"Titre","type":"document"}}'
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(schema="concertation-document/9"),
        lambda value: value.update(type="section"),
        lambda value: value.update(unknown="x"),
        lambda value: value.pop("title"),
        lambda value: value.update(title=1),
        lambda value: value.update(title=None),
        lambda value: value.update(blocks={}),
        lambda value: value.update(blocks=["x"]),
        lambda value: value.update(blocks=[{"type": "raw", "text": "<script>"}]),
        lambda value: value.update(blocks=[{"type": "section", "title": "x"}]),
        lambda value: value.update(blocks=[{"type": "quote", "id": True}]),
        lambda value: value.update(title="\ud800"),
    ],
)
def test_what_is_not_exactly_a_document_is_refused(change) -> None:
    value = {"schema": SCHEMA, "type": "document", "title": "Titre"}
    change(value)

    with pytest.raises(BadDocument):
        from_json(json.dumps(value))


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 100_000, b'{"a":NaN}'])
def test_what_is_not_json_of_a_document_is_refused(data: bytes) -> None:
    with pytest.raises(BadDocument):
        from_json(data)


def test_a_document_nested_without_end_is_refused() -> None:
    value: dict = {"type": "section", "title": "x"}
    for _level in range(400):
        value = {"type": "section", "title": "x", "sections": [value]}

    with pytest.raises(BadDocument, match=r"imbriqué|lisible"):
        from_json(json.dumps({"schema": SCHEMA, "type": "document", "title": "x", "sections": [value]}))


def test_half_a_character_cannot_be_kept() -> None:
    with pytest.raises(BadDocument, match="caractère incomplet"):
        to_json(Document(title="\ud800"))


def test_redaction_marks_are_part_of_the_document() -> None:
    document = Document(title="T", sections=(Section("S", blocks=(Quote(id="1", seal="ab" * 32),)),))

    assert from_json(to_json(document)) == document
