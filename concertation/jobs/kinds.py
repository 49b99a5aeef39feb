"""The kinds of long work: apps register theirs in ``AppConfig.ready``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from concertation.viewer import Viewer

from .models import Job

FILE_STAYS = timedelta(days=7)

if TYPE_CHECKING:
    from .progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The file that a job wrote, and the name under which people download it."""

    content: bytes
    file_name: str
    content_type: str


class Abandoned(Exception):
    """Raised in a job that is no longer needed: it was claimed again or discarded, or its input has changed."""


def _no_stamp(job: Job) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """A kind of long work.

    ``run(job, progress)`` writes the file outside any transaction; it may raise ``ValidationError`` with a sentence
    for the owner. ``may_read(viewer, job)`` is checked when the job starts and at each download. ``stamp(job)`` is
    computed before ``run``. Once it returns another value, the file is stale: it is given to nobody and deleted, and
    the same request makes a running job start over. The verbs that change it announce ``jobs.live.stale_jobs``. An
    idempotent job is retried when its worker dies. A worker that runs a job for more than ``longest`` exits.
    """

    name: str
    run: "Callable[[Job, Progress], Result]"
    may_read: Callable[[Viewer, Job], bool]
    stamp: Callable[[Job], str] = _no_stamp
    is_idempotent: bool = True
    expires_after: timedelta | None = FILE_STAYS
    longest: timedelta = timedelta(minutes=30)


_kinds: dict[str, JobKind] = {}


def register_kind(kind: JobKind) -> None:
    """Register a kind; a name is registered once."""
    if _kinds.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"The kind of job {kind.name} is registered twice.")


def kind_of(job: Job) -> JobKind:
    return _kinds[job.kind]
