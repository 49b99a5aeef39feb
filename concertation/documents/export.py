"""Export a document in each format."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from concertation.documents import canonical, docx, html, markdown, pdf
from concertation.documents.model import Document

# Zip files have no date before 1980.
_EARLIEST = 315_532_800


@dataclass(frozen=True, slots=True)
class Exported:
    """A file to send. ``content_type`` is complete, ``extension`` has no dot."""

    content: bytes
    content_type: str
    extension: str


def export(document: Document, fmt: str) -> Exported:
    """Return a document as ``docx``, ``pdf``, ``html``, ``md`` or ``json``: the same document, the same bytes."""
    if fmt not in FORMATS:
        raise ValueError(f"No format {fmt!r}; there is {', '.join(FORMATS)}.")
    chosen = FORMATS[fmt]
    return Exported(chosen.write(document, _epoch(document)), chosen.content_type, fmt)


def _json(document: Document, _epoch: int) -> bytes:
    return canonical.to_json(document)


@dataclass(frozen=True, slots=True)
class Format:
    """How a document is written (its second argument is the moment that the file carries), and its name for readers.

    ``verifies``: the file is the document itself, whose fingerprint can be computed again.
    """

    write: Callable[[Document, int], bytes]
    content_type: str
    label: Promise
    verifies: bool = False


# In the order in which pages offer them.
FORMATS = {
    "pdf": Format(pdf.write, "application/pdf", gettext_lazy("PDF accessible")),
    "docx": Format(
        docx.write,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        gettext_lazy("Document Word"),
    ),
    "html": Format(html.write, "text/html; charset=utf-8", gettext_lazy("Page HTML")),
    "md": Format(markdown.write, "text/markdown; charset=utf-8", gettext_lazy("Markdown")),
    "json": Format(_json, "application/json", gettext_lazy("Données JSON"), verifies=True),
}


def _epoch(document: Document) -> int:
    """Return the date of the file's metadata: the document's own, never that of the export."""
    if not document.date:
        return _EARLIEST
    moment = datetime.datetime.fromisoformat(document.date)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return max(int(moment.timestamp()), _EARLIEST)
