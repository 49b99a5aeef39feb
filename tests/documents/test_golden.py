"""A document that an earlier version of this code sealed keeps its bytes and its fingerprint.

``golden/sealed.json`` holds every part that documents had then. It is never written anew: a change that fails here
would make every published version unverifiable. A new field goes at the end of its part, with a default.
"""

from pathlib import Path

from concertation.documents import canonical, versions

_GOLDEN = Path(__file__).parent / "golden"
SEALED = (_GOLDEN / "sealed.json").read_bytes()
SHA256 = (_GOLDEN / "sealed.sha256").read_text().strip()


def test_a_document_sealed_long_ago_is_read_and_written_byte_for_byte() -> None:
    assert canonical.to_json(canonical.from_json(SEALED)) == SEALED


def test_a_document_sealed_long_ago_still_verifies() -> None:
    assert versions.verify(canonical.from_json(SEALED), SHA256)


def test_a_document_sealed_long_ago_still_verifies_once_redacted() -> None:
    redacted = versions.redact(canonical.from_json(SEALED), ["q1", "n1"])

    assert versions.verify(redacted, SHA256)


def test_a_document_sealed_long_ago_and_altered_does_not_verify() -> None:
    assert not versions.verify(canonical.from_json(SEALED.replace("Méthode".encode(), b"Methode")), SHA256)
