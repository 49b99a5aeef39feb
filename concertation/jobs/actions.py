"""The verbs of jobs: start, record progress, finish, fail, discard; and what the scheduler does each minute.

Each is one short transaction: on SQLite nobody else writes meanwhile. Files are written before the transaction that
names them, and deleted after the commit of the one that forgets them.
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

from concertation.live.actions import announce, changed
from concertation.notices.actions import notify
from concertation.viewer import Viewer

from .kinds import Abandoned, Result, kind_of
from .models import FOLDER, UNFINISHED, Job
from .tasks import run_job

if TYPE_CHECKING:
    from concertation.accounts.models import User

LEASE = timedelta(seconds=90)
MOST_ATTEMPTS = 3
# Of one person: unfinished at once, and started in an hour.
MOST_UNFINISHED = 3
MOST_AN_HOUR = 30
# A job that took longer than this tells its owner by a notice that it has ended.
LONG = timedelta(minutes=1)
# A queued job that no task is left for is handed over again after this time.
LOST_AFTER = timedelta(minutes=1)
# The line of an expired job stays this long in its owner's list; the site tries its own failed jobs again after a day.
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
    """Someone asks for long work: the same demand returns the job that is unfinished, if there is one."""
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
        return found
    if by is not None:
        _check_limits(by, now)
    try:
        with transaction.atomic():
            asked.save()
            run_job.enqueue(asked.pk)
    except IntegrityError:  # the same demand came in between
        return same.get()
    return asked


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
    """A worker takes a queued job and gets a lease on it; of two workers one gets it."""
    with transaction.atomic():
        queued = Job.objects.filter(pk=pk, state=Job.State.QUEUED)
        values = {"state": Job.State.RUNNING, "attempts": F("attempts") + 1, "done": 0, "total": 0}
        if not queued.update(**values, started_at=now, lease_until=now + LEASE):
            return None
        job = Job.objects.select_related("owner").get(pk=pk)
        announce(changed(job))
    return job


def renew_lease(job: Job, *, now: datetime) -> bool:
    """A worker says that it lives; it learns whether the job is still its own."""
    return bool(job.held().update(lease_until=now + LEASE))


def record_progress(job: Job, *, done: int, total: int, now: datetime) -> None:
    """A worker says how far it is; it stops if the job is no longer its own."""
    with transaction.atomic():
        if not job.held().update(done=done, total=total, lease_until=now + LEASE):
            raise Abandoned
        announce(changed(job))


def finish_job(job: Job, result: Result, *, stamp: str = "", now: datetime) -> bool:
    """A job has made its file. The file is kept only if the job is still this worker's."""
    path = default_storage.save(Job._meta.get_field("file").generate_filename(job, ""), ContentFile(result.content))
    expires_after = kind_of(job).expires_after
    values = {
        "state": Job.State.DONE,
        "file": path,
        "file_name": result.file_name,
        "content_type": result.content_type,
        "size": len(result.content),
        "stamp": stamp,
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
    """A job has ended without a file, and says why to its owner."""
    expires_after = TRY_AGAIN_AFTER if job.owner_id is None else LINE_STAYS
    values = {"state": Job.State.FAILED, "error": error[:2_000], "lease_until": None}
    return _end(job, {**values, "finished_at": now, "expires_at": now + expires_after}, now=now)


def retry_or_fail(job: Job, error: str, *, now: datetime) -> None:
    """A job was interrupted: it is queued again if it may be run twice and was not tried too often, else it fails."""
    if not kind_of(job).is_idempotent or job.attempts >= MOST_ATTEMPTS:
        fail_job(job, error, now=now)
        return
    with transaction.atomic():
        if job.held().update(state=Job.State.QUEUED, lease_until=None, queued_at=now):
            run_job.enqueue(job.pk)
            announce(changed(job))


def _end(job: Job, values: Mapping[str, Any], *, now: datetime) -> bool:
    with transaction.atomic():
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
    """Jobs are of no use any more: their lines go now, whatever their state, and their files after the commit."""
    rows = list(jobs)
    with transaction.atomic():
        locked = Job.objects.select_for_update().filter(pk__in=[job.pk for job in rows]).order_by("pk")
        paths = [job.file.name for job in locked if job.file]
        Job.objects.filter(pk__in=[job.pk for job in rows]).delete()
        transaction.on_commit(lambda: _delete_files(paths))


# What the scheduler does each minute --------------------------------------------------------------------------------


def recover_dead(now: datetime) -> None:
    """Retry or fail the jobs whose worker died, and hand over again those whose task was lost."""
    for job in Job.objects.dead_at(now).select_related("owner"):
        retry_or_fail(job, _("La préparation s’est interrompue. Recommencez."), now=now)
    lost = Job.objects.filter(state=Job.State.QUEUED, queued_at__lt=now - LOST_AFTER)
    if lost.exists() and not DBTaskResult.objects.ready().filter(task_path=run_job.module_path).exists():
        for pk in lost.values_list("pk", flat=True):
            run_job.enqueue(pk)


def purge_expired(now: datetime) -> None:
    """Delete the files whose time is over or that are stale, later their lines, and files that no line names."""
    ended = Job.objects.exclude(state__in=UNFINISHED)
    discard_jobs(ended.filter(expires_at__lte=now).exclude(state=Job.State.DONE))
    for job in ended.filter(state=Job.State.DONE, owner__isnull=False):
        if (job.expires_at and job.expires_at <= now) or is_stale(job):
            expire_job(job, now=now)
    _delete_orphans(now)


def is_stale(job: Job) -> bool:
    """Return whether the file holds what it should not hold any more, as its kind tells by its stamp."""
    return kind_of(job).stamp(job) != job.stamp


def expire_job(job: Job, *, now: datetime) -> None:
    """A file is given to nobody any more: it goes after the commit, and its line stays a while to say so."""
    with transaction.atomic():
        done = Job.objects.filter(pk=job.pk, state=Job.State.DONE)
        if done.update(state=Job.State.EXPIRED, file="", size=0, expires_at=now + LINE_STAYS):
            transaction.on_commit(lambda: _delete_files([job.file.name]))
            announce(changed(job))


def _delete_orphans(now: datetime) -> None:
    """Delete what was written an hour ago and is named by no job: its process died, or its owner's account is gone."""
    if not default_storage.exists(FOLDER):
        return
    named = set(Job.objects.exclude(file="").values_list("file", flat=True))
    paths = {f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]}
    _delete_files(path for path in paths - named if default_storage.get_modified_time(path) < now - timedelta(hours=1))


def _delete_files(paths: Iterable[str | None]) -> None:
    for path in filter(None, paths):
        default_storage.delete(path)
