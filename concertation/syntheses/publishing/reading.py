"""Read a published version: what is no longer shown in the debate is not shown here either."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from django.db.models import Q, QuerySet

from concertation.consultations.models import Phase
from concertation.documents import versions
from concertation.documents.model import Document, quotes_of, with_quotes
from concertation.viewer import Viewer
from contributions.models import State

from ..models import Synthesis, SynthesisVersion, VersionCitation

_QUOTE_ID = re.compile(r"c(\d+)-e\d+")


def readable_document(version: SynthesisVersion) -> Document:
    """Return the document as it may be read now, which still verifies, with other quotes blanked."""
    return document_quoting(version, readable_numbers([version.pk]).get(version.pk, ()))


def document_quoting(version: SynthesisVersion, numbers: Collection[int]) -> Document:
    """Return the document with the quotes of the contributions of these numbers alone."""
    document = version.as_document()
    quotes = [quote for quote in quotes_of(document) if not quote.is_redacted]
    return versions.redact(document, {quote.id for quote in quotes if number_cited(quote.id) not in numbers})


def readable_numbers(pks: Iterable[int]) -> Mapping[int, Collection[int]]:
    """Return, by version, the numbers of the contributions that it may quote now, in one query.

    Left out are those hidden or withdrawn, and those moved to a phase that is not open to all, unless they are quoted
    by decision.
    """
    is_open = Q(contribution__topic__phase__access=Phase.Access.PUBLIC) | Q(disclosed=True)
    cited = VersionCitation.objects.filter(is_open, contribution__state=State.PUBLISHED, version__in=list(pks))
    numbers: dict[int, set[int]] = defaultdict(set)
    for pk, number in cited.values_list("version", "contribution__number"):
        numbers[pk].add(number or 0)
    return numbers


def linked_for(document: Document, version: SynthesisVersion, viewer: Viewer) -> Document:
    """Return the document with links to the contributions that this viewer may read, for a page."""
    phases = Phase.objects.visible_to(viewer, version.synthesis.consultation)
    return _without_links(document, version.citations.exclude(contribution__topic__phase__in=phases))


def linked_for_all(document: Document, version: SynthesisVersion) -> Document:
    """Return the document with links to what was open to all when it was published, for a file that anyone is given.

    It no longer verifies, because the fingerprint covers the addresses.
    """
    return _without_links(document, version.citations.filter(disclosed=True))


def _without_links(document: Document, citations: QuerySet[VersionCitation]) -> Document:
    numbers = set(citations.values_list("contribution__number", flat=True))
    if not numbers:
        return document
    return with_quotes(document, lambda quote: replace(quote, href="") if number_cited(quote.id) in numbers else quote)


def with_latest(syntheses: QuerySet[Synthesis]) -> list[tuple[Synthesis, SynthesisVersion | None]]:
    """Return each synthesis with its latest version."""
    rows = list(syntheses)
    latest = {one.synthesis_id: one for one in SynthesisVersion.objects.latest_ones().filter(synthesis__in=rows)}
    return [(synthesis, latest.get(synthesis.pk)) for synthesis in rows]


def number_cited(quote_id: str) -> int:
    """Return the public number of the contribution that a quote comes from."""
    found = _QUOTE_ID.fullmatch(quote_id)
    return int(found[1]) if found else 0
