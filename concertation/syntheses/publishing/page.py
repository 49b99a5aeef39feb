"""A version laid out for the page: parts, recommendations, and a table of contents."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from concertation.documents.model import Document, Section
from concertation.documents.page import to_html


@dataclass(frozen=True)
class LaidOut:
    """A section ready to print; ``ref`` is set when it is a recommendation (R-07)."""

    id: str
    title: str
    html: SafeString
    parts: "list[LaidOut]"
    ref: str = ""


def laid_out(document: Document) -> list[LaidOut]:
    return [_part(section, 3) for section in document.sections]


def _part(section: Section, heading: int) -> LaidOut:
    ref = section.id if section.id.startswith("R-") else ""
    title = section.title.removeprefix(f"{ref} – ") if ref else section.title
    return LaidOut(
        id=section.id,
        title=title,
        html=to_html(section.blocks, heading=heading, place=section.id),
        parts=[_part(inner, heading + 1) for inner in section.sections],
        ref=ref,
    )


def table_of_contents(document: Document) -> list[dict[str, Any]]:
    """Entries for the contents component."""
    return [
        {
            "label": section.title,
            "href": f"#{section.id}",
            "children": [{"label": inner.title, "href": f"#{inner.id}"} for inner in section.sections],
        }
        for section in document.sections
    ]
