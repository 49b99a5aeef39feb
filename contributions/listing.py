"""List the threads of a topic page: sorted, filtered, in pages of twenty by keyset."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.http import QueryDict

from concertation.consultations.models import Nature, Stake, Topic

from .models import Contribution, ContributionQuerySet, Keyword, State

PAGE = 20
REPLIES_SHOWN = 3
SORTS = {"recentes": "published_at", "actives": "last_activity_at"}
DEFAULT_SORT = "recentes"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Filters:
    """Parse the filters of an address; ignore values that do not exist in this topic."""

    sort: str = DEFAULT_SORT
    nature: Nature | None = None
    keyword: Keyword | None = None
    stake: Stake | None = None

    @property
    def active(self) -> int:
        return sum(one is not None for one in (self.nature, self.keyword, self.stake))

    @property
    def is_plain(self) -> bool:
        """Return whether new threads belong at the top of the page."""
        return not self.active and self.sort == DEFAULT_SORT

    def query(self, **changes: Any) -> str:
        """Return the address of this list with these changes, without its cursor."""
        values = {
            "tri": None if self.sort == DEFAULT_SORT else self.sort,
            "nature": self.nature and self.nature.code,
            "mot": self.keyword and self.keyword.slug,
            "enjeu": self.stake and self.stake.pk,
        } | changes
        query = QueryDict(mutable=True)
        query.update({key: str(value) for key, value in values.items() if value is not None})
        return "?" + query.urlencode()


def filters_from(params: QueryDict, topic: Topic) -> Filters:
    consultation = topic.phase.consultation
    sort = params.get("tri", DEFAULT_SORT)
    nature, keyword, stake = _plain(params, "nature"), _plain(params, "mot"), params.get("enjeu", "")
    return Filters(
        sort=sort if sort in SORTS else DEFAULT_SORT,
        nature=consultation.natures.filter(code=nature).first() if nature else None,
        keyword=consultation.keywords.filter(slug=keyword).first() if keyword else None,
        stake=consultation.stakes.filter(pk=int(stake)).first() if _is_key(stake) else None,
    )


def _is_key(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= 18


def _plain(params: QueryDict, key: str) -> str:
    """Remove NUL bytes, which databases refuse."""
    return params.get(key, "").replace("\x00", "")[:80]


@dataclass(frozen=True)
class RootPage:
    """One page of twenty roots, with the cursors of the pages on either side and how many the filters let through."""

    roots: Sequence[Contribution]
    found: int | None = None
    previous: str = ""
    next: str = ""
    is_first: bool = True


def roots_page(shown: ContributionQuerySet, filters: Filters, params: QueryDict) -> RootPage:
    """Return a page of roots by keyset, so that added, removed or moved rows neither repeat nor skip others."""
    field = SORTS[filters.sort]
    rows = _filtered(shown.roots().placed(), filters)
    after, before = _read(params.get("apres", "")), _read(params.get("avant", ""))
    if before and not after:
        upwards = rows.filter(_beyond(field, before, up=True)).order_by(field, "number")[: PAGE + 1]
        found = list(upwards)
        page = found[:PAGE][::-1]
        has_previous, has_next = len(found) > PAGE, bool(page)
    else:
        downwards = rows.filter(_beyond(field, after, up=False)) if after else rows
        found = list(downwards.order_by(f"-{field}", "-number")[: PAGE + 1])
        page = found[:PAGE]
        has_previous, has_next = bool(after and page), len(found) > PAGE
    count = rows.count() if filters.active else None
    if not page:
        return RootPage([], count, is_first=not (after or before))
    return RootPage(
        page,
        count,
        previous=filters.query(avant=_write(page[0], field)) if has_previous else "",
        next=filters.query(apres=_write(page[-1], field)) if has_next else "",
        is_first=not (after or before),
    )


def _filtered(rows: ContributionQuerySet, filters: Filters) -> ContributionQuerySet:
    if filters.active:
        rows = rows.readable()
    if filters.nature:
        rows = rows.filter(nature=filters.nature)
    if filters.stake:
        rows = rows.filter(stakes=filters.stake)
    if filters.keyword:
        rows = rows.filter(tagged__tag=filters.keyword, tagged__state=Keyword.State.ACCEPTED)
    return rows


def _beyond(field: str, cursor: tuple[datetime, int], *, up: bool) -> Q:
    at, number = cursor
    way = "gt" if up else "lt"
    return Q(**{f"{field}__{way}": at}) | Q(**{field: at, f"number__{way}": number})


def _write(row: Contribution, field: str) -> str:
    micros = (getattr(row, field) - _EPOCH) // _MICROSECOND
    return f"{micros}-{row.number}"


def _read(cursor: str) -> tuple[datetime, int] | None:
    """Parse a cursor; an invalid one gives the first page."""
    micros, _, number = cursor.partition("-")
    if not all(part.isascii() and part.isdecimal() and len(part) <= 18 for part in (micros, number)):
        return None
    try:
        return _EPOCH + int(micros) * _MICROSECOND, min(int(number), 2**31 - 1)
    except OverflowError:
        return None


def on_page(seen: ContributionQuerySet) -> ContributionQuerySet:
    """Return the rows of threads for this viewer: published once, or pending and visible to them."""
    return seen.filter(Q(published_at__isnull=False) | Q(state=State.PENDING))


def replies_under(
    standing: ContributionQuerySet, roots: Iterable[Contribution], *, unfolded: Sequence[int] = ()
) -> dict[int, list[Contribution]]:
    """Return the first three replies of each root, in thread order, and all those of the roots in ``unfolded``.

    A reply is in the topic of its root: ``standing`` names no topic, lest SQLite read all of it in the order of paths.
    """
    by_pk = {root.pk: root for root in roots}
    under: dict[int, list[Contribution]] = {pk: [] for pk in by_pk}
    if not by_pk:
        return under
    place = Window(RowNumber(), partition_by=F("root"), order_by=F("path").asc())
    rows = on_page(standing).filter(root__in=list(by_pk)).annotate(place=place)
    rows = rows.filter(Q(place__lte=REPLIES_SHOWN) | Q(root__in=list(unfolded)))
    for row in rows.order_by("path"):
        row.root = by_pk[row.root_id or 0]
        row.topic = row.root.topic
        under[row.root.pk].append(row)
    return under


def replies_keys(standing: ContributionQuerySet, roots: Sequence[Contribution]) -> dict[int, list[int]]:
    """Return the rows of each thread for this viewer, in thread order, placeholders included."""
    under: dict[int, list[int]] = defaultdict(list)
    rows = on_page(standing).filter(root__in=[root.pk for root in roots]).order_by("path")
    for root, pk in rows.values_list("root", "pk"):
        under[root or 0].append(pk)
    return under
