"""Read a published version: what is no longer shown in the debate is not shown here either."""

import re

from django.db.models import Q, QuerySet

from concertation.consultations.models import Phase
from concertation.documents import versions
from concertation.documents.model import Document, quotes_of
from contributions.models import Contribution, State

from ..models import Synthesis, SynthesisVersion

_QUOTE_ID = re.compile(r"c(\d+)-e\d+")


def readable_document(version: SynthesisVersion) -> Document:
    """Return the document that this viewer may read, which still verifies, with other quotes blanked.

    Blanked are quotes of contributions hidden or withdrawn, and of those moved to a phase that is not open to all.
    """
    document = version.as_document()
    return versions.redact(document, unreadable_quotes(version, document))


def with_latest(syntheses: QuerySet[Synthesis]) -> list[tuple[Synthesis, SynthesisVersion | None]]:
    """Return each synthesis with its latest version."""
    rows = list(syntheses)
    latest = {one.synthesis_id: one for one in SynthesisVersion.objects.latest_ones().filter(synthesis__in=rows)}
    return [(synthesis, latest.get(synthesis.pk)) for synthesis in rows]


def unreadable_quotes(version: SynthesisVersion, document: Document) -> list[str]:
    cited = {quote.id: number_cited(quote.id) for quote in quotes_of(document) if not quote.is_redacted}
    open_to_all = Q(topic__phase__access=Phase.Access.PUBLIC)
    by_decision = Q(pk__in=version.citations.filter(disclosed=True).values("contribution"))
    shown = set(
        Contribution.objects.filter(
            open_to_all | by_decision,
            consultation=version.synthesis.consultation_id,
            number__in=set(cited.values()),
            state=State.PUBLISHED,
        ).values_list("number", flat=True)
    )
    return [quote_id for quote_id, number in cited.items() if number not in shown]


def number_cited(quote_id: str) -> int:
    """Return the public number of the contribution that a quote comes from."""
    found = _QUOTE_ID.fullmatch(quote_id)
    return int(found[1]) if found else 0
