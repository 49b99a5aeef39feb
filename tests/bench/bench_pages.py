"""What the page that everybody reads costs."""

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone

from concertation.urls import urlpatterns
from tests.caching import empty_cache

from .figures import Figure, ratio, seconds
from .scene import open_topic, write_many

CONTRIBUTIONS = 50
TIMES = 20


def bench_topic_page() -> list[Figure]:
    """The topic page for someone logged in, beside a view that returns the same bytes through the same middleware."""
    topic, user = open_topic("page", now=timezone.now())
    write_many(topic, user, CONTRIBUTIONS)
    client = Client()
    client.force_login(user)
    address = reverse("contributions:topic", args=[topic.phase.consultation.slug, topic.pk])
    content = client.get(address).content

    def plain(request: HttpRequest) -> HttpResponse:
        return HttpResponse(content if request.user.is_authenticated else b"")

    urlpatterns.append(path("bench/page/", plain))
    cache_is_warm = ratio(
        "topic_page.vs_plain_view",
        product=lambda: 1000 * seconds(lambda: client.get(address), times=TIMES),
        baseline=lambda: 1000 * seconds(lambda: client.get("/bench/page/"), times=TIMES),
        unit="ms",
    )
    return cache_is_warm + _after_an_event(client, address) + _without_kept_rows(client, address)


def _after_an_event(client: Client, address: str) -> list[Figure]:
    """The same page for the first who opens it after something happened: drawn anew, of threads that are kept."""

    def drawn() -> float:
        caches["pages"].clear()
        return seconds(lambda: client.get(address), times=1)

    return ratio(
        "topic_page.drawn_vs_kept",
        product=lambda: 1000 * sum(drawn() for _ in range(TIMES)) / TIMES,
        baseline=lambda: 1000 * seconds(lambda: client.get(address), times=TIMES),
    )


def _without_kept_rows(client: Client, address: str) -> list[Figure]:
    """The same page while every row is rendered anew."""

    def cold() -> float:
        empty_cache()
        return seconds(lambda: client.get(address), times=1)

    def rendered() -> float:
        return sum(cold() for _ in range(TIMES)) / TIMES

    return ratio(
        "topic_page.vs_row_templates",
        product=lambda: seconds(lambda: client.get(address), times=TIMES),
        baseline=rendered,
    )
