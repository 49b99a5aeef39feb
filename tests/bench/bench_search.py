"""What a search costs among thirty thousand contributions, beside the full-text query of the database alone."""

import random
import statistics
from collections.abc import Callable
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from concertation.accounts.models import User
from concertation.search.actions import rebuild
from concertation.search.finding import find
from concertation.search.models import Entry
from concertation.search.query import Query, parsed
from concertation.viewer import Viewer
from contributions.models import Contribution
from contributions.statistics import refresh_statistics

from .bench_scale import _cpu
from .figures import Figure
from .made_up import load, made_up
from .scene import open_topic

LINES, QUERIES, TIMES = 30_000, 100, 4


def bench_search() -> list[Figure]:
    """CPU of the whole answer for a participant: page, count, rights, marked words; the 95th of a hundred queries."""
    topic, user = open_topic("recherche", now=timezone.now())
    consultation = topic.phase.consultation
    organiser = User.objects.get(email="organisatrice.recherche@exemple.fr")
    load([topic], made_up(LINES, topics=1), by=organiser)
    indexing = _cpu(rebuild, 1)
    refresh_statistics()
    asked = [query for query in map(parsed, _queries()) if query]
    whole = [_cpu(_found(query, user, consultation), TIMES) for query in asked]
    alone = [_cpu(_matched(query), TIMES) for query in asked]
    filtered = [_cpu(_found(query, user, consultation, {"phase": topic.phase}), TIMES) for query in asked]
    note = (
        f"median {statistics.median(whole):.1f}, {indexing / 1000:.1f} s to index all, {Entry.objects.count()} entries"
    )
    return [
        Figure(name="search.p95_ms_30k", value=_p95(whole), baseline=_p95(alone), unit="ms", note=note),
        Figure(name="search.filtered_p95_ms_30k", value=_p95(filtered), baseline=_p95(alone), unit="ms"),
    ]


def _found(query: Query, user: User, consultation: object, filters: Any = None) -> Callable[[], object]:
    return lambda: find(query, Viewer(user), consultation, QueryDict(), filters=filters)


def _matched(query: Query) -> Callable[[], object]:
    return lambda: list(Entry.objects.filter(words__find=query).order_by("-at").values_list("pk")[:20])


def _queries() -> list[str]:
    """Return one to three words of texts, so that frequent words are asked for as often as they are written."""
    chance = random.Random(3)
    pks = list(Contribution.objects.values_list("pk", flat=True))
    texts = Contribution.objects.filter(pk__in=chance.sample(pks, QUERIES)).values_list("current__plain", flat=True)
    return [
        " ".join(chance.sample(words, min(len(words), chance.choice((1, 1, 2, 3))))) for words in map(str.split, texts)
    ]


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
