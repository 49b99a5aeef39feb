"""List what is pending for moderators, oldest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict

from concertation.consultations.models import Consultation
from concertation.keyset import KeysetPage, page_of

from ..models import Contribution, ContributionQuerySet, Decision, Report, State


@dataclass(frozen=True)
class PendingText:
    """One pending contribution: not yet published, or with open reports."""

    contribution: Contribution
    reports: list[Report]
    since: datetime

    @property
    def is_pending(self) -> bool:
        return self.contribution.state == State.PENDING


def _pending(consultation: Consultation) -> ContributionQuerySet:
    unpublished = Contribution.objects.filter(consultation=consultation, state=State.PENDING).values("pk")
    reported = Report.objects.filter(contribution__consultation=consultation, decision=None).order_by()
    # Each of the two has an index; joined by OR, neither would be used.
    pending = Contribution.objects.filter(pk__in=unpublished.union(reported.values("contribution")))
    return pending.exclude(state=State.WITHDRAWN)  # its words are gone, so there is nothing to decide


def pending_count(consultation: Consultation) -> int:
    """Count the contributions that need a decision."""
    return _pending(consultation).count()


def pending_pks(consultation: Consultation) -> list[int]:
    """Return the pending contributions, in the order in which they became pending."""
    return list(_in_order(_pending(consultation)).values_list("pk", flat=True))


def pending_page(consultation: Consultation, params: QueryDict, size: int) -> KeysetPage:
    """Return one page by keyset, so that decisions of others in between skip no text."""
    return page_of(_in_order(_pending(consultation)).only("pk"), ("since", "pk"), params, size)


def pending_rows(consultation: Consultation, pks: Collection[int]) -> ContributionQuerySet:
    """Load the rows of one page with all that it shows."""
    open_ones = Report.objects.filter(decision=None).select_related("participation__user", "reason", "revision")
    rows = _in_order(_pending(consultation).filter(pk__in=pks))
    return rows.with_row().prefetch_related(Prefetch("reports", open_ones, to_attr="open_report_list"))


def _in_order(pending: ContributionQuerySet) -> ContributionQuerySet:
    reported = Report.objects.filter(contribution=OuterRef("pk"), decision=None).order_by("at").values("at")[:1]
    return pending.annotate(since=Coalesce(Subquery(reported), "created_at")).order_by("since", "pk")


def as_pending(rows: "list[Contribution]") -> list[PendingText]:
    return [PendingText(row, row.open_report_list, row.since) for row in rows]  # type: ignore[attr-defined]


def _hidden(consultation: Consultation) -> ContributionQuerySet:
    """Return the hidden contributions, latest decision first."""
    hidden = Contribution.objects.filter(consultation=consultation, state=State.HIDDEN)
    return hidden.annotate(decided_at=Max("decisions__at")).order_by("-decided_at", "-pk")


def hidden_pks(consultation: Consultation) -> list[int]:
    return list(_hidden(consultation).values_list("pk", flat=True))


def hidden_page(consultation: Consultation, params: QueryDict, size: int) -> KeysetPage:
    return page_of(_hidden(consultation).only("pk"), ("-decided_at", "-pk"), params, size)


def hidden_rows(consultation: Consultation, pks: Collection[int]) -> ContributionQuerySet:
    """Load the rows of one page with their decisions."""
    decisions = Decision.objects.select_related("reason", "by").order_by("-at", "-pk")
    rows = _hidden(consultation).filter(pk__in=pks)
    return rows.with_row().prefetch_related(Prefetch("decisions", decisions))
