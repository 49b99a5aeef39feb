"""What a worker does with a job, and that nobody waits for it."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from concertation.accounts.actions import rename_user
from concertation.jobs import running
from concertation.jobs.actions import LEASE, claim_job
from concertation.jobs.kinds import Abandoned
from concertation.jobs.models import Job
from concertation.jobs.progress import EVERY, Progress

from .worker import run_jobs

WAIT = 20


@pytest.mark.django_db
def test_a_job_is_run_once(job, made):
    [done] = run_jobs()

    assert (done.state, done.attempts, made.runs) == ("done", 1, 1)
    assert run_jobs() == []
    assert not running.run(job.pk)
    assert not running.run(job.pk + 1)


@pytest.mark.django_db
def test_a_sentence_for_its_owner_ends_the_job(job, made):
    def refuse(job, progress):
        raise ValidationError("Cette concertation n’existe plus.")

    made.act = refuse
    [failed] = run_jobs()

    assert (failed.state, failed.error, failed.attempts) == ("failed", "Cette concertation n’existe plus.", 1)


@pytest.mark.django_db
def test_an_error_is_tried_again_then_said_without_its_details(job, made, caplog):
    def fail(job, progress):
        raise RuntimeError("pandoc: /secret")

    made.act = fail
    assert [run_jobs()[0].state for _attempt in range(3)] == ["queued", "queued", "failed"]

    job.refresh_from_db()
    assert "Une erreur est survenue." in job.error
    assert "secret" not in job.error
    assert made.runs == 3


@pytest.mark.django_db
def test_a_job_of_no_use_any_more_leaves_no_line(job, made):
    def abandon(job, progress):
        raise Abandoned

    made.act = abandon

    assert run_jobs() == []
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_progress_is_written_at_most_once_a_second(job, now, count_queries):
    held = claim_job(job.pk, now=now)
    moments = iter(now + timedelta(milliseconds=100 * tick) for tick in range(100))
    progress = Progress(held, lambda: next(moments))
    written = []

    for _row in progress.over(range(25), 25):
        held.refresh_from_db()
        written += [held.done] if held.done not in written else []

    assert timedelta(seconds=1) == EVERY
    assert written == [0, 9, 19]


@pytest.mark.django_db
def test_a_worker_that_lives_keeps_its_lease_and_one_that_takes_too_long_ends(job, now):
    held = claim_job(job.pk, now=now)

    assert running.beat_once(held, now=now + timedelta(minutes=29))
    held.refresh_from_db()
    assert held.lease_until == now + timedelta(minutes=29) + LEASE
    assert not running.beat_once(held, now=now + timedelta(minutes=31))


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_renewed_beside_the_work(job, made, now, monkeypatch):
    monkeypatch.setattr(running, "BEAT", 0.01)
    seen = threading.Event()
    renew = running.renew_lease
    monkeypatch.setattr(running, "renew_lease", lambda job, now: (renew(job, now=now), seen.set()))
    made.act = lambda job, progress: seen.wait(WAIT)

    assert running.run(job.pk)
    assert seen.is_set()


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_work_never_returns_ends_itself(job, made, now, monkeypatch):
    monkeypatch.setattr(running, "BEAT", 0.01)
    held = claim_job(job.pk, now=now)
    ended = threading.Event()

    with running.kept_alive(held, lambda: now + timedelta(hours=1), end=ended.set):
        assert ended.wait(WAIT)


@pytest.mark.django_db(transaction=True)
def test_others_write_while_a_job_works(job, made, participant):
    """On SQLite one transaction writes at a time: an open one of the worker would keep every page waiting."""
    begun, written = threading.Event(), threading.Event()

    def work(job, progress):
        progress._written_at -= timedelta(seconds=2)
        progress.reached(1, 2)
        begun.set()
        assert written.wait(WAIT)

    def write():
        try:
            assert begun.wait(WAIT)
            rename_user(participant, display_name="Nadia Bonnet", by=participant)
            written.set()
        finally:
            connection.close()

    made.act = work
    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert running.run(job.pk)
    finally:
        writer.join()

    participant.refresh_from_db()
    assert (participant.display_name, written.is_set()) == ("Nadia Bonnet", True)
