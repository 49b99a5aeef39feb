"""A frozen version verifies for ever, also after somebody has withdrawn their words from it."""

import hashlib
import json
from dataclasses import replace

import pytest

from concertation.documents import canonical, versions
from concertation.documents.model import Document, Note, Paragraph, Quote, Section, Text, quotes_of, with_quotes

SALTS = {"12": "ab" * 16, "13": "cd" * 16}


@pytest.fixture
def document() -> Document:
    first = Quote("12", "Il faut des arbres.", "Camille Dupont", "/c/x/contributions/12/")
    note = Note((Quote("12", "des arbres", "Camille Dupont"),))
    return Document(
        title="Synthèse",
        blocks=(Paragraph((Text("Voir"), note)),),
        sections=(
            Section("R-01", blocks=(first,), sections=(Section("Détail", blocks=(Quote("13", "Non.", "Sacha"),)),)),
        ),
    )


def test_a_version_verifies_under_its_fingerprint(document: Document) -> None:
    sealed = versions.seal(document, SALTS)

    assert versions.verify(sealed.document, sealed.sha256)
    assert versions.seal(document, SALTS) == sealed


def test_a_version_is_verified_from_its_file_alone(document: Document) -> None:
    sealed = versions.seal(document, SALTS)

    assert versions.verify(canonical.from_json(canonical.to_json(sealed.document)), sealed.sha256)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: replace(document, title="Autre"),
        lambda document: with_quotes(document, lambda quote: replace(quote, text=quote.text + " ")),
        lambda document: with_quotes(document, lambda quote: replace(quote, attribution="Autre")),
        lambda document: with_quotes(document, lambda quote: replace(quote, href="/ailleurs/")),
        lambda document: with_quotes(document, lambda quote: replace(quote, id="14")),
        lambda document: with_quotes(document, lambda quote: replace(quote, salt="ef" * 16)),
        lambda document: with_quotes(document, lambda quote: replace(quote, salt="")),
        lambda document: with_quotes(document, lambda quote: replace(quote, salt="pas du tout")),
        lambda document: replace(document, sections=()),
    ],
)
def test_any_change_is_seen(document: Document, change) -> None:
    sealed = versions.seal(document, SALTS)

    assert not versions.verify(change(sealed.document), sealed.sha256)


def test_a_redacted_version_still_verifies_and_has_lost_the_words_everywhere(document: Document) -> None:
    sealed = versions.seal(document, SALTS)

    redacted = versions.redact(sealed.document, ["12"])

    assert versions.verify(redacted, sealed.sha256)
    kept = canonical.to_json(redacted).decode()
    assert [word for word in ("arbres", "Camille", SALTS["12"]) if word in kept] == []
    assert '"attribution":"Sacha"' in kept


def test_each_quote_can_be_redacted_in_any_order(document: Document) -> None:
    sealed = versions.seal(document, SALTS)

    both = versions.redact(versions.redact(sealed.document, ["13"]), ["12"])

    assert both == versions.redact(versions.redact(sealed.document, ["12"]), ["13"])
    assert versions.redact(both, ["12"]) == both
    assert versions.verify(both, sealed.sha256)
    assert {quote.is_redacted for quote in quotes_of(both)} == {True}


def test_words_slipped_beside_a_seal_are_seen(document: Document) -> None:
    sealed = versions.seal(document, SALTS)
    redacted = versions.redact(sealed.document, ["12"])

    for slipped in ({"text": "Il faut des routes."}, {"attribution": "Sacha"}, {"salt": "ab" * 16}):
        forged = with_quotes(redacted, lambda quote, new=slipped: replace(quote, **new) if quote.id == "12" else quote)
        assert not versions.verify(forged, sealed.sha256)


def test_two_equal_quotes_have_different_seals() -> None:
    document = Document(title="T", blocks=(Quote("1", "Oui."), Quote("2", "Oui.")))
    sealed = versions.seal(document, versions.new_salts(document)).document

    first, second = quotes_of(versions.redact(versions.redact(sealed, ["1"]), ["2"]))

    assert first.seal != second.seal


def test_redacting_a_quote_that_is_not_there_is_an_error(document: Document) -> None:
    with pytest.raises(ValueError, match="No quote 99"):
        versions.redact(versions.seal(document, SALTS).document, ["99"])


@pytest.mark.parametrize("salt", ["", "ab", "ab" * 15, "zz" * 16])
def test_a_salt_too_short_to_hide_anything_is_an_error(document: Document, salt: str) -> None:
    with pytest.raises(ValueError, match="salt"):
        versions.seal(document, {**SALTS, "12": salt})


def test_the_fingerprint_can_be_recomputed_without_this_program(document: Document) -> None:
    """The recipe of docs/documents.md, written as anybody may write it."""
    sealed = versions.seal(document, SALTS)
    published = json.loads(canonical.to_json(versions.redact(sealed.document, ["13"])))

    def covered(node):
        if isinstance(node, list):
            return [covered(child) for child in node]
        if not isinstance(node, dict):
            return node
        if node.get("type") == "quote" and "seal" not in node:
            words = json.dumps(
                [node.get("text", ""), node.get("attribution", "")], ensure_ascii=False, separators=(",", ":")
            )
            seal = hashlib.sha256(b"concertation-quote/1\n" + bytes.fromhex(node["salt"]) + b"\n" + words.encode())
            kept = {name: node[name] for name in ("type", "id", "href") if name in node}
            return {**kept, "seal": seal.hexdigest()}
        return {name: covered(child) for name, child in node.items()}

    text = json.dumps(covered(published), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(b"concertation-version/1\n" + text.encode()).hexdigest() == sealed.sha256
