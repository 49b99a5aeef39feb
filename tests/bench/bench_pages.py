"""What the page that everybody reads costs, in CPU."""

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone

from concertation.accounts.models import User
from concertation.consultations.models import Topic
from concertation.urls import urlpatterns
from contributions import actions
from tests.caching import empty_cache

from .figures import Figure, cpu_seconds, ratio
from .scene import BODY, another_participant, open_topic, write_many

ROOTS, REPLIES = 20, 30
OWN, REACTIONS = 5, 10
TIMES = 20


def bench_topic_page() -> list[Figure]:
    """The topic page for a participant with marks, beside a view that returns the same bytes through the middleware."""
    topic, user = open_topic("page", now=timezone.now())
    _debate(topic, user)
    client = Client()
    client.force_login(user)
    address = reverse("contributions:topic", args=[topic.phase.consultation.slug, topic.pk])
    content = client.get(address).content

    def plain(request: HttpRequest) -> HttpResponse:
        return HttpResponse(content if request.user.is_authenticated else b"")

    urlpatterns.append(path("bench/page/", plain))
    cache_is_warm = ratio(
        "topic_page.vs_plain_view",
        product=lambda: 1000 * cpu_seconds(lambda: client.get(address), times=TIMES),
        baseline=lambda: 1000 * cpu_seconds(lambda: client.get("/bench/page/"), times=TIMES),
        unit="ms",
    )
    return cache_is_warm + _after_an_event(client, address) + _without_kept_rows(client, address)


def _debate(topic: Topic, user: User) -> None:
    """Twenty threads with thirty replies; five of the roots are the viewer's own, and they reacted to ten others."""
    other = another_participant("page", topic)
    write_many(topic, other, ROOTS - OWN)
    roots = list(topic.contributions.order_by("pk"))
    write_many(topic, user, OWN)
    for number in range(REPLIES):
        actions.post_contribution(topic, parent=roots[number % len(roots)], body=BODY, by=other)
    for one in roots[:REACTIONS]:
        actions.react(one, kind="agree", by=user)


def _after_an_event(client: Client, address: str) -> list[Figure]:
    """Measure the same page for the first viewer after an event: rendered again, from cached rows."""

    def drawn() -> float:
        caches["pages"].clear()
        return cpu_seconds(lambda: client.get(address), times=1)

    return ratio(
        "topic_page.drawn_vs_kept",
        product=lambda: 1000 * sum(drawn() for _ in range(TIMES)) / TIMES,
        baseline=lambda: 1000 * cpu_seconds(lambda: client.get(address), times=TIMES),
    )


def _without_kept_rows(client: Client, address: str) -> list[Figure]:
    """The same page while every row is rendered anew."""

    def cold() -> float:
        empty_cache()
        return cpu_seconds(lambda: client.get(address), times=1)

    def rendered() -> float:
        return sum(cold() for _ in range(TIMES)) / TIMES

    return ratio(
        "topic_page.vs_row_templates",
        product=lambda: cpu_seconds(lambda: client.get(address), times=TIMES),
        baseline=rendered,
    )
