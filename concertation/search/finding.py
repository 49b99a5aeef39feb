"""Find texts: one function for both databases, the same texts in the same order."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils.safestring import SafeString

from concertation.keyset import KeysetPage, page_of
from concertation.viewer import Viewer

from .highlight import excerpt, marked
from .models import Entry
from .query import Query
from .sources import Found, Source, sources

PAGE = 20
MOST_COUNTED = 1_000
ORDER = ("-titled", "-at", "-pk")


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that was found, with the words that were asked for marked."""

    source: Source[Any]
    found: Found
    title: SafeString
    excerpt: SafeString


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of what was found. ``count`` is at most ``MOST_COUNTED`` + 1, which stands for more."""

    hits: list[Hit]
    count: int
    page: KeysetPage = field(default_factory=lambda: KeysetPage([]))

    @property
    def is_more_than_counted(self) -> bool:
        return self.count > MOST_COUNTED


def find(
    query: Query, viewer: Viewer, consultation: Any, params: QueryDict, *, filters: Mapping[str, Any] | None = None
) -> Hits:
    """Return the page that ``params`` ask for: texts with all the words in the title first, then the newest.

    ``filters["source"]`` names one source; the others are each source's own. Who may read what is joined now.
    """
    readable = _readable(viewer, consultation, filters or {})
    if not query or not readable:
        return Hits([], 0)
    rows = _matching(query, consultation.pk, readable)
    page = page_of(rows, ORDER, params, PAGE)
    is_all = not page.first and not page.next
    count = len(page.rows) if is_all else rows[: MOST_COUNTED + 1].count()
    return Hits(_hits(page.rows, readable, viewer, query), count, page)


def _readable(viewer: Viewer, consultation: Any, filters: Mapping[str, Any]) -> dict[str, tuple[Source[Any], Any]]:
    wanted = filters.get("source")
    asked = [one for one in sources() if not wanted or one.name == wanted]
    found = {one.name: (one, one.readable(viewer, consultation, filters)) for one in asked}
    return {name: (one, rows) for name, (one, rows) in found.items() if rows is not None}


def _matching(query: Query, consultation_pk: int, readable: Mapping[str, tuple[Source[Any], Any]]) -> QuerySet[Entry]:
    """A condition that follows each row: few are found, and a list of all that one may read is long."""
    may_read = Q(pk__in=[])
    for name, (_source, rows) in readable.items():
        may_read |= Q(Exists(rows.filter(pk=OuterRef("object_id"))), source=name)
    rows = Entry.objects.filter(may_read, words__find=query, consultation_id=consultation_pk)
    titled = Case(When(title__find_in_title=query, then=Value(1)), default=Value(0))
    return rows.annotate(titled=titled).defer("title", "words")


def _hits(
    page: Sequence[Entry], readable: Mapping[str, tuple[Source[Any], Any]], viewer: Viewer, query: Query
) -> list[Hit]:
    by_source: dict[str, list[int]] = defaultdict(list)
    for entry in page:
        by_source[entry.source].append(entry.object_id)
    shown = {name: readable[name][0].shown(pks, viewer) for name, pks in by_source.items()}
    hits = []
    for entry in page:
        found = shown[entry.source].get((entry.object_id, entry.part))
        if found is not None:
            title, words = marked(found.title, query), excerpt(found.plain, query)
            hits.append(Hit(readable[entry.source][0], found, title, words))
    return hits
