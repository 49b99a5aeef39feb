"""The life of a job: asked once, run by one worker, tried again when it dies, gone in time."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django_tasks_db.models import DBTaskResult

from concertation.jobs import actions, kinds
from concertation.jobs.actions import LEASE, LINE_STAYS, MOST_AN_HOUR, MOST_ATTEMPTS, MOST_UNFINISHED
from concertation.jobs.kinds import Abandoned, JobKind, Result
from concertation.jobs.models import FOLDER, Job
from concertation.jobs.tasks import QUEUE
from concertation.live.models import Event

from .conftest import NAME

pytestmark = pytest.mark.django_db
FILE = Result(content=b"a;b", file_name="essai.csv", content_type="text/csv")
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture
def running(job, now):
    return actions.claim_job(job.pk, now=now)


def tasks():
    return DBTaskResult.objects.filter(queue_name=QUEUE)


def test_whoever_may_not_read_the_file_does_not_start_the_job(made, start, participant, other_participant):
    made.readers = [other_participant]

    with pytest.raises(PermissionDenied):
        start(by=participant)

    assert not Job.objects.exists()
    assert not tasks().exists()


def test_the_same_demand_is_one_job_while_it_is_unfinished(job, start, participant, other_participant, now):
    assert start(by=participant) == job
    running = actions.claim_job(job.pk, now=now)
    assert start(by=participant) == job
    assert tasks().count() == 1
    others = {start(by=other_participant).pk, start(by=participant, key="b").pk}
    assert len(others | {job.pk}) == 3

    actions.finish_job(running, FILE, now=now)
    assert start(by=participant) != job


def test_a_job_asked_for_again_once_it_has_read_what_was_removed_starts_over(job, made, start, participant, now):
    running = actions.claim_job(job.pk, now=now)
    made.stamp = "1"

    assert start(by=participant, now=now + SECOND) == job
    assert not actions.finish_job(running, FILE, now=now + SECOND)
    job.refresh_from_db()
    assert (job.state, job.queued_at, job.file.name, tasks().count()) == ("queued", now + SECOND, "", 2)

    again = actions.claim_job(job.pk, now=now + SECOND)
    assert start(by=participant, now=now + SECOND) == job
    assert actions.finish_job(again, FILE, now=now + SECOND)
    again.refresh_from_db()
    assert not actions.is_stale(again)


def test_a_queued_job_has_read_nothing_and_is_the_same_demand(job, made, start, participant):
    made.stamp = "1"

    assert start(by=participant) == job
    assert tasks().count() == 1


def test_a_file_of_the_site_is_asked_for_once(start):
    first = start(by=None)

    assert start(by=None) == first
    assert Job.objects.count() == 1


def test_a_person_has_few_unfinished_jobs_and_starts_few_in_an_hour(start, participant, now):
    for number in range(MOST_UNFINISHED):
        start(by=participant, key=str(number))
    with pytest.raises(ValidationError, match="déjà en préparation"):
        start(by=participant)

    Job.objects.update(state="done")
    for number in range(MOST_UNFINISHED, MOST_AN_HOUR):
        start(by=participant, key=str(number))
        Job.objects.update(state="done")
    with pytest.raises(ValidationError, match="dans une heure"):
        start(by=participant)
    assert start(by=participant, now=now + timedelta(hours=1, seconds=1))


def test_of_two_workers_one_gets_the_job(job, now):
    running = actions.claim_job(job.pk, now=now)

    assert actions.claim_job(job.pk, now=now) is None
    assert (running.state, running.attempts, running.lease_until) == ("running", 1, now + LEASE)


def test_progress_is_kept_and_renews_the_lease(running, now):
    actions.record_progress(running, done=3, total=10, now=now + SECOND)

    running.refresh_from_db()
    assert (running.done, running.total, running.lease_until) == (3, 10, now + SECOND + LEASE)


def test_a_job_that_is_done_has_a_file_for_seven_days(running, now):
    assert actions.finish_job(running, FILE, now=now)

    running.refresh_from_db()
    assert (running.state, running.file.read(), running.file_name) == ("done", b"a;b", "essai.csv")
    assert (running.size, running.expires_at) == (3, now + 7 * DAY)


def test_a_worker_that_lost_its_job_changes_nothing(running, participant, now):
    later = now + LEASE + SECOND
    actions.recover_dead(later)
    second = actions.claim_job(running.pk, now=later)
    before = set(default_storage.listdir(FOLDER)[1]) if default_storage.exists(FOLDER) else set()

    assert not actions.finish_job(running, FILE, now=later)
    assert not actions.fail_job(running, "Non", now=later)
    assert not actions.renew_lease(running, now=later)
    with pytest.raises(Abandoned):
        actions.record_progress(running, done=1, total=2, now=later)

    second.refresh_from_db()
    assert (second.state, second.attempts, second.file.name) == ("running", 2, "")
    assert set(default_storage.listdir(FOLDER)[1]) == before
    assert actions.finish_job(second, FILE, now=later)


def test_a_job_whose_worker_died_is_tried_again_and_fails_at_last(job, now):
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert actions.claim_job(job.pk, now=now).attempts == attempt
        actions.recover_dead(now + LEASE)
        job.refresh_from_db()
        assert job.state == "running"
        now += LEASE + SECOND
        actions.recover_dead(now)
        job.refresh_from_db()

    assert (job.state, job.error) == ("failed", "La préparation s’est interrompue. Recommencez.")
    assert tasks().count() == MOST_ATTEMPTS


def test_a_job_that_must_not_run_twice_fails_when_its_worker_dies(running, made, monkeypatch, now):
    once = JobKind(name=NAME, run=made.run, may_read=made.may_read, is_idempotent=False)
    monkeypatch.setitem(kinds._kinds, NAME, once)

    actions.recover_dead(now + LEASE + SECOND)

    running.refresh_from_db()
    assert (running.state, tasks().count()) == ("failed", 1)


def test_a_queued_job_whose_task_was_lost_is_handed_over_again(job, now):
    actions.recover_dead(now + timedelta(minutes=2))
    assert tasks().count() == 1

    tasks().delete()
    actions.recover_dead(now + timedelta(seconds=30))
    assert tasks().count() == 0
    actions.recover_dead(now + timedelta(minutes=2))
    assert tasks().count() == 1


def test_a_file_goes_when_its_time_is_over_and_its_line_later(running, now, django_capture_on_commit_callbacks):
    actions.finish_job(running, FILE, now=now)
    running.refresh_from_db()
    path = running.file.name

    actions.purge_expired(now + 7 * DAY - SECOND)
    assert default_storage.exists(path)
    with django_capture_on_commit_callbacks(execute=True):
        actions.purge_expired(now + 7 * DAY)
    running.refresh_from_db()
    assert (running.state, running.file.name, default_storage.exists(path)) == ("expired", "", False)
    actions.purge_expired(now + 7 * DAY + LINE_STAYS)
    assert not Job.objects.exists()


def test_a_stale_file_goes_within_the_minute(running, made, now, django_capture_on_commit_callbacks):
    actions.finish_job(running, FILE, now=now)
    running.refresh_from_db()
    path = running.file.name

    actions.purge_expired(now)
    assert default_storage.exists(path)
    made.stamp = "1"
    with django_capture_on_commit_callbacks(execute=True):
        actions.purge_expired(now)

    running.refresh_from_db()
    assert (running.state, default_storage.exists(path)) == ("expired", False)


def test_a_file_that_no_job_names_goes_after_an_hour(running, now, django_capture_on_commit_callbacks):
    actions.finish_job(running, FILE, now=now)
    running.refresh_from_db()
    path = running.file.name
    Job.objects.filter(pk=running.pk).delete()

    actions.purge_expired(now)
    assert default_storage.exists(path)
    actions.purge_expired(now + timedelta(hours=2))
    assert not default_storage.exists(path)


def test_a_discarded_job_takes_its_file_with_it(running, now, django_capture_on_commit_callbacks):
    actions.finish_job(running, FILE, now=now)
    running.refresh_from_db()

    with django_capture_on_commit_callbacks(execute=True):
        actions.discard_jobs([running])

    assert (Job.objects.exists(), default_storage.exists(running.file.name)) == (False, False)


def test_only_a_job_that_took_long_tells_its_owner(running, start, participant, now):
    actions.finish_job(running, FILE, now=now + timedelta(seconds=30))
    assert not participant.notices.exists()

    slow = actions.claim_job(start(by=participant).pk, now=now)
    actions.finish_job(slow, FILE, now=now + timedelta(minutes=5))
    notice = participant.notices.get()
    assert (notice.title, notice.text, notice.url) == (
        "Votre fichier est prêt",
        "Un essai",
        f"/compte/exports/{slow.pk}/",
    )


def test_the_owner_alone_is_told_of_the_progress(running, start, participant, now):
    actions.claim_job(start(by=None).pk, now=now)

    rooms = set(Event.objects.filter(obj__startswith="job:").values_list("room__key", flat=True))
    assert rooms == {f"job:{running.pk}:person:{participant.pk}"}


def test_the_open_page_of_a_job_re_fetches_itself_when_the_job_is_deleted(job, participant, now):
    before = Event.objects.count()

    actions.discard_jobs([job])

    assert list(Event.objects.order_by("pk").values_list("room__key", "kind", "obj")[before:]) == [
        (f"job:{job.pk}:person:{participant.pk}", "changed", f"job:{job.pk}")
    ]
