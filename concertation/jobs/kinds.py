"""The kinds of long work: apps register theirs in ``AppConfig.ready``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from concertation.viewer import Viewer

from .models import Job

if TYPE_CHECKING:
    from .progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The file that a job makes, under the name that people get."""

    content: bytes
    file_name: str
    content_type: str


class Abandoned(Exception):
    """Raised by a job that is of no use any more: it was taken over or discarded, or what it reads has changed."""


def _no_stamp(job: Job) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """A kind of long work.

    ``run(job, progress)`` makes the file outside any transaction; a ``ValidationError`` from it is a sentence for the
    owner. ``may_read(viewer, job)`` is asked when the job is started and each time its file is. ``stamp(job)`` is
    computed before the file is made: once it gives another value, the file is stale and is deleted. A job that may be
    run twice is tried again when its worker dies. A worker that runs it for more than ``longest`` ends itself.
    """

    name: str
    run: "Callable[[Job, Progress], Result]"
    may_read: Callable[[Viewer, Job], bool]
    stamp: Callable[[Job], str] = _no_stamp
    is_idempotent: bool = True
    expires_after: timedelta | None = timedelta(days=7)
    longest: timedelta = timedelta(minutes=30)


_kinds: dict[str, JobKind] = {}


def register_kind(kind: JobKind) -> None:
    """Register a kind; a name is registered once."""
    if _kinds.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"The kind of job {kind.name} is registered twice.")


def kind_of(job: Job) -> JobKind:
    return _kinds[job.kind]
