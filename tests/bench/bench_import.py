"""What an import costs a line, whether that grows with the file, and how long a writer beside it waits."""

import statistics
import tempfile
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from concertation.accounts.models import User
from concertation.consultations import actions as consultations
from concertation.consultations.models import Consultation
from contributions.importing import exchange
from contributions.importing.run import carry_out

from .figures import Figure
from .made_up import LINES, made_up, write_csv

FEW, TIMES = 1_000, 3
PHASE = "Phase"


def bench_scale_import() -> list[Figure]:
    """CPU milliseconds a line of a made-up debate: checked only, then written; a small file, then a large one."""
    with tempfile.TemporaryDirectory(dir=settings.STATIC_ROOT) as folder:
        few, many = Path(folder) / "few.csv", Path(folder) / "many.csv"
        write_csv(few, made_up(FEW), phase=PHASE)
        write_csv(many, made_up(LINES), phase=PHASE)
        _import(few, FEW, "chauffe")  # what fills itself once is not measured
        small = statistics.median(_import(few, FEW, f"petit-{one}") for one in range(TIMES))
        dry = _import(many, LINES, "grand", dry_run=True)
        with _Writer() as writer:
            whole = _import(many, LINES, "grand")
    return [
        Figure(name="import.ms_per_line.dry", value=dry, unit="ms"),
        Figure(name="import.ms_per_line.whole", value=whole, unit="ms"),
        Figure(name="import.30k_vs_1k", value=whole / small, baseline=1.0),
        Figure(name="import.longest_wait_s", value=max(writer.waits), unit="s", note=f"{len(writer.waits)} writes"),
    ]


def _import(path: Path, lines: int, slug: str, *, dry_run: bool = False) -> float:
    """Return the milliseconds of this thread's CPU that one line cost."""
    now = timezone.now()
    consultation, organiser = _consultation(slug, now)
    start = time.thread_time()
    plan = exchange.read([path], zone=consultation.tz, now=now, step=lambda done, total: None)
    carry_out(plan, consultation, dry_run=dry_run, now=now, by=organiser)
    return 1000 * (time.thread_time() - start) / lines


def _consultation(slug: str, now: datetime) -> tuple[Consultation, User]:
    organiser, _new = User.objects.get_or_create(email="importatrice@exemple.fr", is_superuser=True)
    found = Consultation.objects.filter(slug=slug).first()
    if found is not None:
        return found, organiser
    made = consultations.create_consultation(slug=slug, title=slug, organiser=organiser, by=organiser, now=now)
    day = timedelta(days=1)
    consultations.create_phase(made, title=PHASE, opens_at=now - day, closes_at=now + day, by=organiser)
    return made, organiser


class _Writer(threading.Thread):
    """Writes one row ten times a second, and notes how long each time took."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.waits: list[float] = []
        self.stopped = threading.Event()

    def __enter__(self) -> "_Writer":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stopped.set()
        self.join()

    def run(self) -> None:
        person = User.objects.get(email="importatrice@exemple.fr")
        while not self.stopped.wait(0.1):
            start = time.perf_counter()
            with transaction.atomic():
                User.objects.filter(pk=person.pk).update(display_name="Importatrice")
            self.waits.append(time.perf_counter() - start)
        connection.close()
