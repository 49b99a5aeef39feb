"""Reading a published version: what is no longer shown in the debate is not shown here either."""

import json
import re
from typing import Any

from django.db.models import Q

from concertation.consultations.models import Phase
from concertation.documents import canonical, versions
from concertation.documents.model import Document, quotes_of
from contributions.models import Contribution, State

from ..models import SynthesisVersion

_QUOTE_ID = re.compile(r"c(\d+)-e\d+")


def as_document(version: SynthesisVersion) -> Document:
    """The stored document, whole; pages and exports take ``readable_document`` instead."""
    return canonical.from_json(json.dumps(version.document))


def as_json(document: Document) -> Any:
    return json.loads(canonical.to_json(document))


def readable_document(version: SynthesisVersion) -> Document:
    """The document as it may be read now, which verifies: quotes that its readers may not read are blanked.

    These are of contributions hidden or withdrawn, and of those that have come to a phase which is not open to all.
    """
    document = as_document(version)
    return versions.redact(document, unreadable_quotes(version, document))


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
    """The public number of the contribution that a quote comes from."""
    found = _QUOTE_ID.fullmatch(quote_id)
    return int(found[1]) if found else 0
