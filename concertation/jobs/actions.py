"""Verbs of jobs: start, repeat, record progress, finish, fail, discard; and the scheduler's work each minute.

Each is one short transaction: on SQLite it blocks all other writers. A file is written before the transaction that
stores its name, and deleted after the commit of the one that clears it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from concertation.live.actions import announce, announced_together, changed
from concertation.notices.actions import notify
from concertation.viewer import Viewer

from .kinds import Abandoned, Result, kind_of
from .models import FOLDER, UNFINISHED, Job
from .tasks import run_job

if TYPE_CHECKING:
    from concertation.accounts.models import User

LEASE = timedelta(seconds=90)
MOST_ATTEMPTS = 3
# Limits of one person: unfinished jobs, and jobs started in an hour.
MOST_UNFINISHED = 3
MOST_AN_HOUR = 30
# The owner of a job that took longer than this gets a notice at its end.
LONG = timedelta(minutes=1)
# After this time, a queued job without a task is enqueued again.
LOST_AFTER = timedelta(minutes=1)
# The row of an expired job stays this long in its owner's list; the site's own failed jobs run again after a day.
LINE_STAYS = timedelta(days=30)
TRY_AGAIN_AFTER = timedelta(days=1)


def start_job(
    kind: str,
    *,
    key: str,
    title: str,
    arguments: Mapping[str, Any] | None = None,
    asked_on: str = "",
    consultation_id: int | None = None,
    now: datetime | None = None,
    by: "User | None",
) -> Job:
    """Start a job for ``by``; return the unfinished job of the same request, if there is one.

    One that is running and has read what was removed since starts over.
    """
    now = now or timezone.now()
    asked = Job(
        kind=kind, key=key, title=title[:300], arguments=dict(arguments or {}), asked_on=asked_on[:300],
        consultation_id=consultation_id, owner=by, created_at=now, queued_at=now,
    )  # fmt: skip
    if by is not None and not kind_of(asked).may_read(Viewer(by, now), asked):
        raise PermissionDenied(kind)
    same = Job.objects.of_kind(kind).filter(owner=by, key=key)
    same = same if by is None else same.unfinished()
    if found := same.first():
        if found.state == Job.State.RUNNING and is_stale(found):
            _queue_again(found, now)
        return found
    if by is not None:
        _check_limits(by, now)
    try:
        with transaction.atomic():
            asked.save()
            run_job.enqueue(asked.pk)
    except IntegrityError:  # a duplicate request was faster
        return same.get()
    return asked


def repeat_job(job: Job, *, now: datetime | None = None, by: "User") -> Job:
    """Start a job for the same request as ``job``, whose file is stale or gone, or was never made."""
    return start_job(
        job.kind, key=job.key, title=job.title, arguments=job.arguments, asked_on=job.asked_on,
        consultation_id=job.consultation_id, now=now, by=by,
    )  # fmt: skip


def _check_limits(owner: "User", now: datetime) -> None:
    jobs = Job.objects.filter(owner=owner)
    if jobs.unfinished().count() >= MOST_UNFINISHED:
        raise ValidationError(
            _("Plusieurs de vos fichiers sont déjà en préparation. Recommencez quand l’un d’eux sera prêt."),
            code="too_many",
        )
    if jobs.filter(created_at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise ValidationError(
            _("Vous avez demandé beaucoup de fichiers en peu de temps. Recommencez dans une heure."), code="too_many"
        )


def claim_job(pk: int, *, now: datetime) -> Job | None:
    """Claim a queued job for a worker, with a lease; of two workers only one gets it."""
    with transaction.atomic():
        queued = Job.objects.filter(pk=pk, state=Job.State.QUEUED)
        values = {"state": Job.State.RUNNING, "attempts": F("attempts") + 1, "done": 0, "total": 0}
        if not queued.update(**values, started_at=now, lease_until=now + LEASE):
            return None
        job = Job.objects.select_related("owner").get(pk=pk)
        # Before the job reads anything: what is removed from now on makes its file stale.
        job.stamp = kind_of(job).stamp(job)
        job.save(update_fields=["stamp"])
        announce(changed(job))
    return job


def renew_lease(job: Job, *, now: datetime) -> bool:
    """Renew the lease; return whether the job is still this worker's."""
    return bool(job.held().update(lease_until=now + LEASE))


def record_progress(job: Job, *, done: int, total: int, now: datetime) -> None:
    """Record the progress; raise ``Abandoned`` if the job is no longer this worker's."""
    with transaction.atomic():
        if not job.held().update(done=done, total=total, lease_until=now + LEASE):
            raise Abandoned
        announce(changed(job))


def finish_job(job: Job, result: Result, *, now: datetime) -> bool:
    """Store the file of a finished job, if the job is still this worker's."""
    path = default_storage.save(Job._meta.get_field("file").generate_filename(job, ""), ContentFile(result.content))
    expires_after = kind_of(job).expires_after
    values = {
        "state": Job.State.DONE,
        "file": path,
        "file_name": result.file_name,
        "content_type": result.content_type,
        "size": len(result.content),
        "done": F("total"),
        "lease_until": None,
        "finished_at": now,
        "expires_at": now + expires_after if expires_after else None,
    }
    try:
        is_kept = _end(job, values, now=now)
    except BaseException:
        default_storage.delete(path)
        raise
    if not is_kept:
        default_storage.delete(path)
    return is_kept


def fail_job(job: Job, error: str, *, now: datetime) -> bool:
    """End a job without a file, with a sentence for its owner."""
    expires_after = TRY_AGAIN_AFTER if job.owner_id is None else LINE_STAYS
    values = {"state": Job.State.FAILED, "error": error[:2_000], "lease_until": None}
    return _end(job, {**values, "finished_at": now, "expires_at": now + expires_after}, now=now)


def retry_or_fail(job: Job, error: str, *, now: datetime) -> None:
    """Queue an interrupted job again if it may run twice and was not tried too often; else fail it."""
    if not kind_of(job).is_idempotent or job.attempts >= MOST_ATTEMPTS:
        fail_job(job, error, now=now)
        return
    _queue_again(job, now)


def _queue_again(job: Job, now: datetime) -> None:
    """Queue a running job again; the worker that has it, if it lives, changes nothing any more."""
    with transaction.atomic():
        if job.held().update(state=Job.State.QUEUED, lease_until=None, queued_at=now):
            run_job.enqueue(job.pk)
            announce(changed(job))


def _end(job: Job, values: Mapping[str, Any], *, now: datetime) -> bool:
    with transaction.atomic(), announced_together():
        if not job.held().update(**values):
            return False
        job.refresh_from_db()
        if job.owner is not None and now - job.created_at > LONG:
            _notify_owner(job, job.owner, now)
        announce(changed(job))
    return True


def _notify_owner(job: Job, owner: "User", now: datetime) -> None:
    title = _("Votre fichier est prêt") if job.state == Job.State.DONE else _("Votre fichier n’a pas pu être préparé")
    url = reverse("jobs:job", args=[job.pk])
    notify(owner, kind="job.ended", obj=job, title=title, url=url, text=job.title, at_once=False, now=now)


def discard_jobs(jobs: Iterable[Job]) -> None:
    """Delete jobs in any state: their rows now, their files after the commit."""
    rows = list(jobs)
    with transaction.atomic():
        locked = list(Job.objects.select_for_update().filter(pk__in=[job.pk for job in rows]).order_by("pk"))
        paths = [job.file.name for job in locked if job.file]
        gone = [changed(job) for job in locked]
        Job.objects.filter(pk__in=[job.pk for job in rows]).delete()
        transaction.on_commit(lambda: _delete_files(paths))
        announce(*gone)


# What the scheduler does each minute --------------------------------------------------------------------------------


def recover_dead(now: datetime) -> None:
    """Retry or fail jobs whose worker died, and enqueue again those whose task was lost."""
    for job in Job.objects.dead_at(now).select_related("owner"):
        retry_or_fail(job, _("La préparation s’est interrompue. Recommencez."), now=now)
    lost = Job.objects.filter(state=Job.State.QUEUED, queued_at__lt=now - LOST_AFTER)
    if lost.exists() and not DBTaskResult.objects.ready().filter(task_path=run_job.module_path).exists():
        for pk in lost.values_list("pk", flat=True):
            run_job.enqueue(pk)


def purge_expired(now: datetime) -> None:
    """Delete expired and stale files, later their rows, and files without a row."""
    ended = Job.objects.exclude(state__in=UNFINISHED)
    discard_jobs(ended.filter(expires_at__lte=now).exclude(state=Job.State.DONE))
    for job in ended.filter(state=Job.State.DONE, owner__isnull=False):
        if (job.expires_at and job.expires_at <= now) or is_stale(job):
            expire_job(job, now=now)
    _delete_orphans(now)


def is_stale(job: Job) -> bool:
    """Return whether a job, running or done, may have read what was removed since, by the stamp of its kind."""
    return kind_of(job).stamp(job) != job.stamp


def expire_job(job: Job, *, now: datetime) -> None:
    """Expire a job: its file is deleted after the commit, its row stays a while."""
    with transaction.atomic():
        done = Job.objects.filter(pk=job.pk, state=Job.State.DONE)
        if done.update(state=Job.State.EXPIRED, file="", size=0, expires_at=now + LINE_STAYS):
            transaction.on_commit(lambda: _delete_files([job.file.name]))
            announce(changed(job))


def _delete_orphans(now: datetime) -> None:
    """Delete files an hour old without a row: their process died, or their owner's account was deleted."""
    if not default_storage.exists(FOLDER):
        return
    named = set(Job.objects.exclude(file="").values_list("file", flat=True))
    paths = {f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]}
    _delete_files(path for path in paths - named if default_storage.get_modified_time(path) < now - timedelta(hours=1))


def _delete_files(paths: Iterable[str | None]) -> None:
    for path in filter(None, paths):
        default_storage.delete(path)
