"""Lay out a document for its page: parts, table of contents, list of versions and files."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from concertation.documents.export import FORMATS
from concertation.documents.model import Document, Section
from concertation.documents.models import FrozenVersion
from concertation.documents.page import to_html

# Type of the functions from the name of an address, a version and arguments to the address.
Address = Callable[..., str]


@dataclass(frozen=True)
class LaidOut:
    """A section to render; ``ref`` is set when its title begins with its own number (R-07 – …)."""

    id: str
    title: str
    html: SafeString
    parts: "list[LaidOut]"
    ref: str = ""


@dataclass(frozen=True)
class Listed:
    """One line of a list of versions; ``changes`` is empty for the first one."""

    version: FrozenVersion
    href: str
    changes: str
    is_shown: bool


def laid_out(document: Document) -> list[LaidOut]:
    return [_part(section, 3) for section in document.sections]


def table_of_contents(document: Document) -> list[dict[str, Any]]:
    """Return entries for the contents component."""
    return [
        {
            "label": section.title,
            "href": f"#{section.id}",
            "children": [{"label": inner.title, "href": f"#{inner.id}"} for inner in section.sections],
        }
        for section in document.sections
    ]


def listed(versions: Iterable[FrozenVersion], shown: FrozenVersion | None, address: Address) -> list[Listed]:
    """Return the versions of a document, latest first, each with its page and the address of its changes."""
    latest_first: Sequence[FrozenVersion] = sorted(versions, key=lambda version: -version.number)
    return [
        Listed(
            version,
            address("version", version),
            address("changes", version) if version.number > 1 else "",
            shown is not None and version.pk == shown.pk,
        )
        for version in latest_first
    ]


def files_of(version: FrozenVersion, address: Address) -> list[tuple[str, Promise]]:
    """Return the address and the name of each file of a version."""
    return [(address("download", version, fmt), one.label) for fmt, one in FORMATS.items()]


def _part(section: Section, heading: int) -> LaidOut:
    numbered = bool(section.id) and section.title.startswith(f"{section.id} – ")
    return LaidOut(
        id=section.id,
        title=section.title.removeprefix(f"{section.id} – ") if numbered else section.title,
        html=to_html(section.blocks, heading=heading, place=section.id),
        parts=[_part(inner, heading + 1) for inner in section.sections],
        ref=section.id if numbered else "",
    )
