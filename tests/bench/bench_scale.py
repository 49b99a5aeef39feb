"""What pages and posts cost in a debate of thirty thousand contributions, beside one of two hundred roots.

CPU milliseconds of this process; on PostgreSQL those of the server process that answers it too, where it can be seen.
"""

import os
import statistics
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from urllib.request import urlopen

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from concertation.accounts.models import User
from concertation.consultations import actions as consultations
from concertation.consultations.models import Participation, Role, Topic
from concertation.live.audience import Audience
from concertation.live.replay import replay
from contributions import actions
from contributions.models import Contribution, Reaction
from contributions.statistics import refresh_statistics
from tests.caching import empty_cache

from .bench_http import _rate, _send, _site
from .crowd import PRODUCT, BenchServer, Load, crowded
from .figures import ROUNDS, Figure, spread_of
from .made_up import load, made_up
from .scene import BODY, open_topic, write_many

# Of two hundred roots, and of ten thousand.
FEW, MANY = 535, 26_738
TIMES = 5
SOCKETS, READERS, WRITERS = 300, 50, 10
PARTICIPANTS, REFETCHED_WITHIN = 1_000, 30
TICKS = os.sysconf("SC_CLK_TCK")


def bench_scale_pages() -> list[Figure]:
    """Measure five pages as they are rendered after an event, at ten thousand roots and at two hundred."""
    few, many = _pages("deux-cents", FEW), _pages("dix-mille", MANY)
    refresh_statistics()
    figures = []
    for name, small in few.items():
        large = many[name]
        small(), large()  # what fills itself once is not measured
        rounds = [(_cpu(small), _cpu(large)) for _ in range(ROUNDS)]
        ratios = [there / here for here, there in rounds]
        here, there = (statistics.median(side) for side in zip(*rounds, strict=True))
        note = f"{there:.1f} ms against {here:.1f}"
        figures.append(
            Figure(
                name=f"{name}.10k_vs_200" if "." not in name else f"{name}_10k_vs_200",
                value=statistics.median(ratios),
                baseline=1.0,
                spread=spread_of(ratios),
                note=note,
            )
        )
    return figures


def _pages(slug: str, lines: int) -> dict[str, Callable[[], object]]:
    topic, user = open_topic(slug, now=timezone.now())
    consultation = topic.phase.consultation
    organiser = User.objects.get(email=f"organisatrice.{slug}@exemple.fr")
    consultations.grant_role(consultation, user=user, role=Role.MODERATOR, by=organiser)
    load([topic], made_up(lines, topics=1), by=organiser)
    first = Contribution.objects.filter(topic=topic).roots().readable().order_by("path")[0]
    visitor, moderator, analyst = Client(), Client(), Client()
    moderator.force_login(user)
    analyst.force_login(organiser)
    return {
        "topic.redrawn": _get(visitor, reverse("contributions:topic", args=[slug, topic.pk])),
        "corpus": _get(analyst, reverse("syntheses:corpus", args=[slug])),
        "coding": _get(analyst, reverse("syntheses:code", args=[slug, first.number])),
        "front": _get(visitor, reverse("consultations:home", args=[slug])),
        "queue": _get(moderator, reverse("contributions:queue", args=[slug])),
    }


def _get(client: Client, address: str) -> Callable[[], object]:
    def get() -> None:
        caches["pages"].clear()
        assert client.get(address).status_code == 200

    return get


def _cpu(act: Callable[[], object], times: int = TIMES) -> float:
    """Milliseconds of CPU that one act costs here, and in the database server if it is on this machine."""
    before = time.process_time() + _database_cpu()
    for _ in range(times):
        act()
    return 1000 * (time.process_time() + _database_cpu() - before) / times


def _database_cpu() -> float:
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return _process_cpu(cursor.fetchone()[0])


def _process_cpu(pid: int) -> float:
    """Seconds of CPU that a process has had, all its threads together; none where it cannot be seen."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def bench_scale_post() -> list[Figure]:
    """A post by HTTP, beside its verb alone."""
    topic, user = open_topic("envois", now=timezone.now())
    client = Client()
    client.force_login(user)
    address = reverse("contributions:post", args=[topic.phase.consultation.slug, topic.pk])

    def send() -> None:
        name = str(uuid.uuid4())
        form = {"texte": BODY, "titre": f"Proposition {name}", "client_uuid": name}
        # The page that follows has shown the sentence of the last one, as in a browser.
        client.cookies.pop("messages", None)
        assert client.post(address, form).status_code in (200, 302, 303)

    def write() -> None:
        name = uuid.uuid4()
        actions.post_contribution(topic, title=f"Proposition {name}", body=BODY, client_uuid=name, by=user)

    send(), write()
    rounds = [(_cpu(write, 10), _cpu(send, 10)) for _ in range(ROUNDS)]
    alone, sent = zip(*rounds, strict=True)
    ratios = [one / other for other, one in rounds]
    value, beside = statistics.median(sent), statistics.median(alone)
    return [
        Figure(name="post.http_ms", value=value, baseline=beside, spread=spread_of(sent), unit="ms"),
        Figure(name="post.http_vs_verb", value=statistics.median(ratios), baseline=1.0, spread=spread_of(ratios)),
    ]


def bench_scale_stampede() -> list[Figure]:
    """Eight who ask for a page at once just after an event, beside one: all the CPU that they cost together."""
    topic, user = open_topic("ruee", now=timezone.now())
    write_many(topic, user, 50)
    address = reverse("contributions:topic", args=[topic.phase.consultation.slug, topic.pk])

    own = threading.local()

    def begin() -> None:
        # As in a server: middleware and connection are there before the request comes.
        own.client = Client()
        ask()
        all_here.wait()

    def ask() -> None:
        assert own.client.get(address).status_code == 200

    def together(number: int) -> float:
        caches["pages"].clear()
        before = time.process_time()
        wait([threads.submit(ask) for _ in range(number)])
        return 1000 * (time.process_time() - before)

    all_here = threading.Barrier(8)
    with ThreadPoolExecutor(8) as threads:
        wait([threads.submit(begin) for _ in range(8)])
        rounds = [(together(1), together(8)) for _ in range(ROUNDS)]
        wait([threads.submit(lambda: (all_here.wait(), connection.close())) for _ in range(8)])
    ratios = [many / one for one, many in rounds]
    note = f"{statistics.median(many for _one, many in rounds):.0f} ms together"
    return [
        Figure(
            name="topic.stampede_8", value=statistics.median(ratios), baseline=1.0, spread=spread_of(ratios), note=note
        )
    ]


def bench_scale_replay() -> list[Figure]:
    """A hundred readers who come back after two hundred events, beside one."""
    topic, user = open_topic("retour", now=timezone.now())
    write_many(topic, user, 60)
    key = f"{topic.room}:{Audience.PUBLIC.key}"

    def come_back(readers: int) -> float:
        empty_cache()
        return _cpu(lambda: [replay({key: Audience.PUBLIC}, {key: 1}) for _ in range(readers)], 1)

    come_back(1)
    rounds = [(come_back(1), come_back(100)) for _ in range(ROUNDS)]
    ratios = [many / one for one, many in rounds]
    note = f"{statistics.median(many for _one, many in rounds):.0f} ms for a hundred"
    return [
        Figure(
            name="replay.100_vs_1", value=statistics.median(ratios), baseline=1.0, spread=spread_of(ratios), note=note
        )
    ]


def bench_scale_live() -> list[Figure]:
    """What one post costs a server on whose topic three hundred sockets listen, with the page that its author is shown
    next, and without it.
    """
    given = _site()
    topic, user = open_topic("ecoute", now=timezone.now())
    with crowded(PRODUCT, readers=SOCKETS, room=topic.room, **given) as (server, crowd):
        whole, alone = (
            [_cost_of_posts(server, crowd, topic, user, follow=follow) for _ in range(ROUNDS)]
            for follow in (True, False)
        )
    name = "live.server_cpu_ms_per_post"
    return [
        Figure(name=name, value=statistics.median(whole), spread=spread_of(whole), unit="ms"),
        Figure(name=f"{name}_alone", value=statistics.median(alone), spread=spread_of(alone), unit="ms"),
    ]


def _cost_of_posts(
    server: BenchServer, crowd: Load, topic: Topic, user: User, posts: int = 5, *, follow: bool = True
) -> float:
    assert server.process is not None
    before = _process_cpu(server.process.pid)
    for _ in range(posts):
        crowd.mark()
        _send(server, topic, user, follow=follow)
        crowd.tell("expect 1")
    return 1000 * (_process_cpu(server.process.pid) - before) / posts


def bench_scale_update() -> list[Figure]:
    """One update of a topic: its thousand participants re-fetch its page over thirty seconds, with marks of their own.

    The share of a core that it takes of the server, whatever the pace at which they come here; one page is rendered.
    """
    given = _site()
    topic, user = open_topic("mise-a-jour", now=timezone.now())
    write_many(topic, user, 50)
    cookies = _sessions_of(_participants_with_marks(topic, PARTICIPANTS))
    path = reverse("contributions:topic", args=[topic.phase.consultation.slug, topic.pk])
    with crowded(PRODUCT, readers=1, room=topic.room, **given) as (server, _crowd):
        rounds = [_core_share(server, topic, path, cookies) for _ in range(ROUNDS)]
    value, spread = statistics.median(rounds), spread_of(rounds)
    note = f"{value / 100 * REFETCHED_WITHIN / PARTICIPANTS * 1000:.1f} ms a page"
    return [Figure(name="update.core_share_1000", value=value, spread=spread, unit="%", note=note)]


def _core_share(server: BenchServer, topic: Topic, path: str, cookies: list[str]) -> float:
    assert server.process is not None
    organiser = User.objects.get(email=f"organisatrice.{topic.phase.consultation.slug}@exemple.fr")
    consultations.edit_topic(topic, question=f"Quels outils, dit à {timezone.now()} ?", by=organiser)
    before = _process_cpu(server.process.pid)
    _rate(server, path, requests=len(cookies), cookies=cookies)
    return 100 * (_process_cpu(server.process.pid) - before) / REFETCHED_WITHIN


def _participants_with_marks(topic: Topic, number: int) -> list[User]:
    """People who have each reacted to ten contributions of the page, written as rows."""
    consultation = topic.phase.consultation
    users = User.objects.bulk_create(User(email=f"personne{one}@exemple.fr", display_name="") for one in range(number))
    people = Participation.objects.bulk_create(Participation(consultation=consultation, user=one) for one in users)
    shown = topic.contributions.order_by("-pk")[:10]
    marks = (Reaction(participation=one, contribution=row, kind="agree") for one in people for row in shown)
    Reaction.objects.bulk_create(marks, batch_size=1_000)
    return users


def _sessions_of(users: list[User]) -> list[str]:
    """Return a cookie of a session for each."""
    client, cookies = Client(), []
    for one in users:
        client.force_login(one)
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}")
        client.cookies.clear()
    return cookies


def bench_scale_mixed() -> list[Figure]:
    """How long the topic page takes while fifty read it again and again and ten write."""
    given = _site()
    topic, user = open_topic("melee", now=timezone.now())
    write_many(topic, user, 50)
    with crowded(PRODUCT, readers=1, room=topic.room, **given) as (server, _crowd):
        rounds = [_p95_of_pages(server, topic, user) for _ in range(3)]
    value, spread = statistics.median(rounds), spread_of(rounds)
    note = f"{READERS} readers, {WRITERS} writers"
    return [Figure(name="mixed.pages_p95_ms", value=value, spread=spread, unit="ms", note=note)]


def _p95_of_pages(server: BenchServer, topic: Topic, user: User, seconds: float = 6.0) -> float:
    address = server.url + reverse("contributions:topic", args=[topic.phase.consultation.slug, topic.pk])
    until = time.monotonic() + seconds
    waits: list[float] = []

    def read() -> None:
        while time.monotonic() < until:
            began = time.monotonic()
            with urlopen(address, timeout=60) as answer:
                answer.read()
            waits.append(1000 * (time.monotonic() - began))
            time.sleep(1)

    def write() -> None:
        while time.monotonic() < until:
            _send(server, topic, user)
            time.sleep(2)
        connection.close()

    with ThreadPoolExecutor(READERS + WRITERS) as pool:
        tasks = [pool.submit(act) for act, number in ((read, READERS), (write, WRITERS)) for _ in range(number)]
        for task in tasks:
            task.result()
    return statistics.quantiles(waits, n=20)[-1]
