"""The contributions to analyse, as the list of the analyst shows them: by topic, then in thread order.

Keys first, rows after: the keys of one page are read from the index of threads, topic by topic, then the thirty rows.
A page begins after a contribution, not at an offset, so that marking one as read skips no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from concertation.consultations.models import Consultation, Topic
from concertation.texts.fields import has_words
from concertation.viewer import Viewer
from contributions.figures.front_page import published_counts
from contributions.models import Contribution, ContributionQuerySet

from ..models import Extract, Reading
from .forms import CorpusFilterForm

PAGE = 30


@dataclass(frozen=True)
class CorpusPage:
    """Thirty contributions; ``previous`` and ``next`` are the numbers where the pages beside it end or begin."""

    rows: Sequence[Contribution]
    previous: int | None = None
    next: int | None = None


def corpus_page(
    viewer: Viewer,
    consultation: Consultation,
    filters: dict[str, Any],
    *,
    after: int | None = None,
    before: int | None = None,
) -> CorpusPage:
    """Return the page after contribution number ``after``, or before number ``before``; else the first one."""
    chosen = filters.get("thematique")
    seen = Topic.objects.visible_to(viewer, consultation).in_order()
    topics = list((seen.filter(pk=chosen.pk) if chosen else seen).values_list("pk", flat=True))
    number = before if after is None else after
    edge = Contribution.objects.filter(consultation=consultation, number=number).first() if number else None
    is_back = edge is not None and after is None
    keys = _keys(_chosen(consultation, filters), topics, edge, is_back=is_back)
    rows = _rows(keys[:PAGE][::-1] if is_back else keys[:PAGE])
    if not rows:
        return CorpusPage([])
    has_more, numbers = len(keys) > PAGE, (rows[0].number, rows[-1].number)
    has_previous, has_next = (has_more, True) if is_back else (edge is not None, has_more)
    return CorpusPage(rows, numbers[0] if has_previous else None, numbers[1] if has_next else None)


def _keys(
    chosen: ContributionQuerySet, topics: Sequence[int], edge: Contribution | None, *, is_back: bool
) -> list[int]:
    """Return the keys of a page and one more, starting from ``edge``; stop at the last topic needed."""
    order = topics[::-1] if is_back else topics
    if edge is not None and edge.topic_id in order:
        order = order[order.index(edge.topic_id) :]
    keys: list[int] = []
    for topic in order:
        here = chosen.filter(topic=topic).order_by("-path" if is_back else "path")
        if edge is not None and topic == edge.topic_id:
            here = here.filter(path__lt=edge.path) if is_back else here.filter(path__gt=edge.path)
        keys += here.values_list("pk", flat=True)[: PAGE + 1 - len(keys)]
        if len(keys) > PAGE:
            break
    return keys


def _rows(keys: Sequence[int]) -> list[Contribution]:
    """Return these contributions with what the list shows, in its order."""
    extracts = Extract.objects.filter(contribution=OuterRef("pk")).order_by().values("contribution")
    rows = Contribution.objects.annotate(
        extract_count=Coalesce(Subquery(extracts.annotate(number=Count("pk")).values("number")), 0)
    )
    found = rows.select_related("current", "author__user", "nature", "topic", "reading").in_bulk(keys)
    return [found[key] for key in keys]


def _chosen(consultation: Consultation, filters: dict[str, Any]) -> ContributionQuerySet:
    """Return published contributions that pass the filters, in all topics."""
    rows = Contribution.objects.filter(consultation=consultation).readable()
    # A sub-query for each row in thread order: for a join, PostgreSQL expects one row and reads all contributions.
    read = Subquery(Reading.objects.filter(contribution=OuterRef("pk")).values("pk")[:1])
    if filters.get("etat") == CorpusFilterForm.State.UNREAD:
        rows = rows.alias(read=read).filter(read=None)
    wanted = {
        CorpusFilterForm.State.CODED: Q(reading__outcome=Reading.Outcome.CODED),
        CorpusFilterForm.State.NOT_CITED: Q(reading__outcome=Reading.Outcome.NOT_CITED),
    }.get(filters.get("etat", ""))
    if wanted is not None:
        rows = rows.filter(wanted)
    if filters.get("nature"):
        rows = rows.filter(nature=filters["nature"])
    if filters.get("mots"):
        rows = rows.filter(has_words(filters["mots"], "current__folded"))
    return rows


def progress(consultation: Consultation) -> tuple[int, int]:
    """Return how many of the published contributions have been read."""
    here = Contribution.objects.filter(pk=OuterRef("contribution"), consultation=consultation).readable()
    # From the reading marks to their contributions: a join would start from all contributions.
    published = published_counts(Topic.objects.filter(phase__consultation=consultation))
    return Reading.objects.filter(Exists(here)).count(), sum(published.values())


def next_unread(after: Contribution) -> Contribution | None:
    """Return the next unread contribution of the topic, in thread order; after the last one, the first unread."""
    unread = _chosen(after.consultation, {"etat": CorpusFilterForm.State.UNREAD})
    here = unread.filter(topic=after.topic).order_by("path")
    return here.filter(path__gt=after.path).first() or here.exclude(pk=after.pk).first()
