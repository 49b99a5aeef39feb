"""Published syntheses as search finds them: the sections of the latest version, without the words that they quote."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concertation.consultations.models import Consultation
from concertation.documents.model import Document, Link, Note, Preformatted, Quote, Section, Table
from concertation.documents.model import Text as Run
from concertation.search import sources
from concertation.search.sources import Found, Source, Text, asks_others
from concertation.viewer import Viewer

from .models import Synthesis, SynthesisVersion
from .publishing.reading import with_latest

NAME = "synthesis"


def _parts(document: Document) -> Iterator[tuple[str, str, str]]:
    """Yield the title, the id and the words of the document, then those of each section, in order."""
    yield document.title, "", _words_of(document.blocks)
    for section in document.sections:
        yield from _parts_of(section)


def _parts_of(section: Section) -> Iterator[tuple[str, str, str]]:
    yield section.title, section.id, _words_of(section.blocks)
    for inner in section.sections:
        yield from _parts_of(inner)


def _words_of(node: object) -> str:
    """Return the words under a node; quotes are people's, who are found as contributions as far as they may be."""
    if isinstance(node, (Run, Preformatted)):
        return node.text
    if isinstance(node, Note):
        return f" {_words_of(node.blocks)} "
    if isinstance(node, tuple):
        is_line = any(isinstance(one, (Run, Link)) for one in node)
        return ("" if is_line else " ").join(map(_words_of, node))
    if is_dataclass(node) and not isinstance(node, Quote):
        caption = node.caption if isinstance(node, Table) else ""
        return " ".join([caption, *(_words_of(getattr(node, one.name)) for one in fields(node))])
    return ""


def _texts(rows: Sequence[Synthesis]) -> dict[int, list[Text]]:
    latest = SynthesisVersion.objects.latest_ones().filter(synthesis__in=[one.pk for one in rows])
    by_pk = {one.pk: one for one in rows}
    return {
        version.synthesis_id: [
            Text(by_pk[version.synthesis_id].consultation_id, version.published_at, title=title, plain=plain, part=part)
            for part, (title, _id, plain) in enumerate(_parts(version.as_document()))
        ]
        for version in latest
    }


def _readable(viewer: Viewer, consultation: Consultation, filters: Mapping[str, Any]) -> QuerySet[Synthesis] | None:
    """What is indexed is published; a draft is found by nobody."""
    if asks_others(filters, "phase"):
        return None
    rows = Synthesis.objects.visible_to(viewer, consultation)
    return rows.filter(phases=filters["phase"]) if filters.get("phase") else rows


def _shown(pks: Iterable[int], viewer: Viewer) -> dict[tuple[int, int], Found]:
    found = {}
    rows = Synthesis.objects.filter(pk__in=list(pks)).select_related("consultation")
    for synthesis, version in with_latest(rows):
        if version is None:
            continue
        page = reverse("syntheses:read", args=[synthesis.consultation.slug, synthesis.number])
        for part, (title, anchor, plain) in enumerate(_parts(version.as_document())):
            details = [str(synthesis.get_kind_display()), _("version %(label)s") % {"label": version.label}]
            if part:
                details.insert(0, synthesis.title)
            found[synthesis.pk, part] = Found(f"{page}#{anchor}" if anchor else page, title, plain, details)
    return found


def register() -> None:
    source: Source[Synthesis] = Source(
        name=NAME,
        label=gettext_lazy("Synthèses"),
        rows=Synthesis.objects.all,
        texts=_texts,
        readable=_readable,
        shown=_shown,
    )
    sources.register(source)
