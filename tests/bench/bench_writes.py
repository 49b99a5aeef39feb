"""What a write costs, with its rules, its event, its receipt and its line in the journal."""

import itertools
import statistics
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from contributions import actions
from contributions.models import Contribution
from contributions.tree import path_under
from contributions.wording import word
from tests.serving import Process

from .crowd import environment
from .figures import ROUNDS, Figure, ratio, seconds, spread_of
from .scene import BODY, open_topic

TIMES = 40
WRITERS, EACH, ALONE = 32, 5, 40


def bench_post() -> list[Figure]:
    """A contribution through its verb, rendering left out, beside the bare insert of its row in a transaction."""
    topic, user = open_topic("ecriture", now=timezone.now())

    def post() -> Contribution:
        now, name = timezone.now(), uuid.uuid4()
        return actions.post_contribution(
            topic, title=f"Proposition {name}", body=BODY, client_uuid=name, by=user, now=now
        )

    row, numbers = post(), itertools.count(1_000_000)

    def insert() -> None:
        row.pk, row.number = None, next(numbers)
        row.path = path_under("", row.number)
        with transaction.atomic():
            row.save(force_insert=True)

    def render() -> None:
        word(BODY, title="Proposition", is_reply=False)

    return ratio(
        "post.vs_bare_insert",
        product=lambda: 1000 * (seconds(post, times=TIMES) - seconds(render, times=TIMES)),
        baseline=lambda: 1000 * seconds(insert, times=TIMES),
        unit="ms",
    )


def bench_writers() -> list[Figure]:
    """Contributions a second while 32 write at once and the worker runs, beside one who writes alone."""
    topic, user = open_topic("foule", now=timezone.now())
    failures: list[Exception] = []

    def write(times: int) -> None:
        try:
            for _ in range(times):
                name = uuid.uuid4()
                actions.post_contribution(topic, title=f"Proposition {name}", body=BODY, client_uuid=name, by=user)
        except Exception as error:  # noqa: BLE001 - counted below
            failures.append(error)

    def alone() -> None:
        write(ALONE)

    def one_of_many() -> None:
        write(EACH)
        connection.close()

    def crowd() -> None:
        writers = [threading.Thread(target=one_of_many) for _ in range(WRITERS)]
        for one in writers:
            one.start()
        for one in writers:
            one.join()

    with _worker():
        rounds = [(ALONE / seconds(alone, times=1), WRITERS * EACH / seconds(crowd, times=1)) for _ in range(ROUNDS)]
    written = Contribution.objects.filter(topic=topic).count()
    lost = ROUNDS * (ALONE + WRITERS * EACH) - written
    one, many = zip(*rounds, strict=True)
    note = f"{lost} lost; {failures[0]!r}" if failures or lost else ""
    value, beside = statistics.median(many), statistics.median(one)
    return [Figure(name="post.writers_32", value=value, baseline=beside, spread=spread_of(many), unit="/s", note=note)]


@contextmanager
def _worker() -> Iterator[None]:
    folder = tempfile.mkdtemp(prefix="worker_", dir=settings.STATIC_ROOT)
    given = environment(DJANGO_SETTINGS_MODULE="tests.settings", SCRATCH=folder)
    process = Process("worker", "manage.py", "db_worker", "--interval", "0.2", environment=given)
    process.start()
    yield
    process.stop()
