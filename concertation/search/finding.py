"""Find texts: one function for both databases, the same texts in the same order."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.safestring import SafeString

from concertation.viewer import Viewer

from .highlight import excerpt, marked
from .models import Entry
from .query import Query
from .sources import Found, Source, sources

PAGE = 20
MOST_COUNTED = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


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
    next: str = ""

    @property
    def is_more_than_counted(self) -> bool:
        return self.count > MOST_COUNTED


def find(
    query: Query,
    viewer: Viewer,
    consultation: Any,
    *,
    filters: Mapping[str, Any] | None = None,
    after: str = "",
) -> Hits:
    """Return the page of texts after the cursor: those with all the words in the title first, then the newest.

    ``filters["source"]`` names one source; the others are each source's own. Who may read what is joined now.
    """
    readable = _readable(viewer, consultation, filters or {})
    if not query or not readable:
        return Hits([], 0)
    rows = _matching(query, consultation.pk, readable)
    place = _read(after)
    some = list((rows.filter(_beyond(*place)) if place else rows)[: PAGE + 1])
    page = some[:PAGE]
    is_all = place is None and len(some) <= PAGE
    count = len(some) if is_all else rows.order_by()[: MOST_COUNTED + 1].count()
    return Hits(_hits(page, readable, viewer, query), count, _write(page[-1]) if len(some) > PAGE else "")


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
    titled = Case(When(title__find_in_title=query, then=Value(True)), default=Value(False), output_field=BooleanField())
    return rows.annotate(titled=titled).order_by("-titled", "-at", "-pk").defer("title", "words")


def _hits(
    page: list[Entry], readable: Mapping[str, tuple[Source[Any], Any]], viewer: Viewer, query: Query
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


def _beyond(titled: bool, at: datetime, pk: int) -> Q:
    later = Q(at__lt=at) | Q(at=at, pk__lt=pk)
    return Q(titled=titled) & later | (Q(titled=False) if titled else Q(pk__in=[]))


def _write(entry: Entry) -> str:
    return f"{int(entry.titled)}-{(entry.at - _EPOCH) // _MICROSECOND}-{entry.pk}"  # type: ignore[attr-defined]


def _read(cursor: str) -> tuple[bool, datetime, int] | None:
    """Parse a cursor; an invalid one gives the first page."""
    parts = cursor.split("-")
    if len(parts) != 3 or not all(one.isascii() and one.isdecimal() and len(one) <= 18 for one in parts):
        return None
    try:
        return parts[0] == "1", _EPOCH + int(parts[1]) * _MICROSECOND, int(parts[2])
    except OverflowError:
        return None
