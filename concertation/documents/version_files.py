"""The files of published versions: made by jobs of the site, kept by fingerprint, readable quotes and format.

The key of a file says exactly which words are in it. A reader gets the file of what may be read now, or is told that it
is being made: words that were removed are never given from a former file, and no reader starts a rendering.
"""

import hashlib
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import QuerySet
from django.db.models.functions import Left
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from concertation.batches import in_batches
from concertation.documents.export import FORMATS, export
from concertation.documents.model import Document
from concertation.documents.models import FrozenVersion
from concertation.jobs.actions import discard_jobs, start_job
from concertation.jobs.downloads import attached
from concertation.jobs.kinds import Abandoned, JobKind, Result, register_kind
from concertation.jobs.models import Job
from concertation.jobs.progress import Progress
from concertation.viewer import Viewer

V = TypeVar("V", bound=FrozenVersion)
# The numbers of what a version may quote now.
Readable = Collection[int]

RETRY_AFTER = 10  # seconds
FINGERPRINT = 64  # hex digits of a sha256

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class VersionFiles(Generic[V]):
    """The files of one table of versions.

    ``readable(pks)`` returns, by key, the numbers of what each version may quote now, in one query; one that it leaves
    out may quote nothing. ``document(version, numbers)`` returns the document with these quotes alone, and depends on
    nothing else that changes; ``shared(document, version)`` is what readers get of it in every format but that which
    verifies. ``name(version)`` is the name of its files, without an ending.
    """

    kind: str
    versions: Callable[[], QuerySet[V]]
    readable: Callable[[Iterable[int]], Mapping[int, Readable]]
    document: Callable[[V, Readable], Document]
    shared: Callable[[Document, V], Document]
    name: Callable[[V], str]

    def register(self) -> None:
        """Register the kind of job that makes these files. They belong to the site and do not expire."""
        register_kind(JobKind(name=self.kind, run=self._write, may_read=_nobody, expires_after=None))

    def refresh(self, versions: Sequence[V], *, now: datetime) -> None:
        """Start the jobs of the files that are missing, and discard those that quote otherwise, with their files.

        Call it in the transaction of a publication, and after the commit of what hides or shows a quote.
        """
        readable = self.readable([version.pk for version in versions])
        wanted = {}
        for version in versions:
            for fmt in FORMATS:
                wanted[key_of(version, readable.get(version.pk, ()), fmt)] = (version, fmt)
        there = list(self._jobs_of(versions))
        discard_jobs([job for job in there if job.key not in wanted])
        for key in wanted.keys() - {job.key for job in there}:
            version, fmt = wanted[key]
            arguments = {"version": version.pk, "format": fmt}
            start_job(self.kind, key=key, title=self.name(version), arguments=arguments, now=now, by=None)

    def _jobs_of(self, versions: Sequence[V]) -> Iterator[Job]:
        """Yield the jobs of these versions, whatever they quote: their keys begin with the fingerprint."""
        jobs = Job.objects.of_kind(self.kind).filter(owner=None).annotate(fingerprint=Left("key", FINGERPRINT))
        for some in in_batches(list({version.sha256 for version in versions})):
            yield from jobs.filter(fingerprint__in=some)

    def refresh_all(self, now: datetime) -> None:
        """Refresh the files of every version, for what no verb has told."""
        self.refresh(list(self.versions().defer("document")), now=now)

    def answer(self, request: HttpRequest, version: V, fmt: str, *, is_public: bool) -> HttpResponseBase:
        """Answer with the file of what may be read now, or with a page that says when to ask again.

        ``is_public``: anyone may read the version, so that a shared cache may store its files.
        """
        if fmt not in FORMATS:
            raise Http404(fmt)
        readable = self.readable([version.pk]).get(version.pk, ())
        job = Job.objects.of_kind(self.kind).filter(key=key_of(version, readable, fmt)).first()
        if job is not None and job.state == Job.State.DONE:
            return attached(job, is_public=is_public)
        return _told_to_wait(request, has_failed=job is not None and job.state == Job.State.FAILED)

    def _write(self, job: Job, progress: Progress) -> Result:
        """Make one file; a job whose key no longer says what may be read is of no use."""
        version = self.versions().filter(pk=job.arguments["version"]).first()
        if version is None:
            raise Abandoned
        fmt = job.arguments["format"]
        readable = self.readable([version.pk]).get(version.pk, ())
        if key_of(version, readable, fmt) != job.key:
            raise Abandoned
        document = self.document(version, readable)
        made = export(document if FORMATS[fmt].verifies else self.shared(document, version), fmt)
        return Result(
            content=made.content, file_name=f"{self.name(version)}.{made.extension}", content_type=made.content_type
        )


def key_of(version: FrozenVersion, readable: Readable, fmt: str) -> str:
    """Return the key of a file: the fingerprint, what may be quoted, the format."""
    numbers = ",".join(map(str, sorted(readable)))
    return f"{version.sha256}:{hashlib.sha256(numbers.encode()).hexdigest()}:{fmt}"


def _nobody(viewer: Viewer, job: Job) -> bool:
    """Refuse: these jobs have no owner, and their files are given by the page of their version."""
    return False


def _told_to_wait(request: HttpRequest, *, has_failed: bool) -> HttpResponse:
    response = render(request, "documents/file_not_ready.html", {"has_failed": has_failed}, status=503)
    if not has_failed:
        response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    # An answer, not a fault: Django would log it as an error.
    response._has_been_logged = True  # type: ignore[attr-defined]
    logger.info("The file is not ready: %s", request.path)
    return response
