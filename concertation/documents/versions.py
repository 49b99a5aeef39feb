"""The fingerprint of a frozen version, which outlives the withdrawal of a quote.

The fingerprint covers each quote only through its seal, a salted hash of its words. When somebody withdraws their
words, they and their salt are removed and the seal stays: the version still verifies, and the words can no longer be
guessed from it.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from concertation.documents import canonical
from concertation.documents.model import Document, Quote, quotes_of, with_quotes

_HEX = re.compile(r"(?:[0-9a-f]{2}){16,64}")
_QUOTE_DOMAIN = b"concertation-quote/1\n"
_VERSION_DOMAIN = b"concertation-version/1\n"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A frozen document, its quotes carrying their salts, and the sha256 to publish beside it."""

    document: Document
    sha256: str


def new_salts(document: Document) -> dict[str, str]:
    """A fresh secret for each quote: without it, short words could be guessed from their hash."""
    return {quote.id: secrets.token_hex(16) for quote in quotes_of(document)}


def seal(document: Document, salts: Mapping[str, str]) -> Sealed:
    """Freeze a document: every quote takes its salt, and the whole its fingerprint."""
    frozen = with_quotes(document, lambda quote: replace(quote, salt=salts[quote.id]))
    if not all(_is_whole(quote) for quote in quotes_of(frozen)):
        raise ValueError("A salt is at least 16 bytes in hexadecimal, and a quote to freeze is not redacted.")
    return Sealed(frozen, fingerprint(frozen))


def fingerprint(document: Document) -> str:
    """The sha256 of the canonical bytes in which each quote stands as its seal."""
    covered = with_quotes(document, _sealed_quote)
    return hashlib.sha256(_VERSION_DOMAIN + canonical.to_json(covered)).hexdigest()


def verify(document: Document, sha256: str) -> bool:
    """Whether this document, redacted or not, is the version that was published under this fingerprint."""
    if not all(_is_whole(quote) for quote in quotes_of(document)):
        return False
    return secrets.compare_digest(fingerprint(document).encode(), sha256.encode())


def redact(document: Document, quote_ids: Collection[str]) -> Document:
    """Remove these quotes' words, authors' names and salts wherever they stand; the version still verifies."""
    gone = set(quote_ids)
    if unknown := gone - {quote.id for quote in quotes_of(document)}:
        raise ValueError(f"No quote {', '.join(sorted(unknown))} in this document.")
    return with_quotes(document, lambda quote: _sealed_quote(quote) if quote.id in gone else quote)


def _is_whole(quote: Quote) -> bool:
    """Either words with their salt, or a seal and nothing else: words beside a seal would not be covered by it."""
    if quote.is_redacted:
        return not (quote.text or quote.attribution or quote.salt) and _HEX.fullmatch(quote.seal) is not None
    return _HEX.fullmatch(quote.salt) is not None


def _sealed_quote(quote: Quote) -> Quote:
    if quote.is_redacted:
        return Quote(id=quote.id, href=quote.href, seal=quote.seal)
    words = json.dumps([quote.text, quote.attribution], ensure_ascii=False, separators=(",", ":"))
    covered = _QUOTE_DOMAIN + bytes.fromhex(quote.salt) + b"\n" + words.encode()
    return Quote(id=quote.id, href=quote.href, seal=hashlib.sha256(covered).hexdigest())
