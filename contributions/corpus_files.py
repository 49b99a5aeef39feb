"""The corpus as a file, written by a job: its formats, its permission, and when it is stale."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concertation.accounts.models import User
from concertation.consultations.models import Consultation
from concertation.documents import spreadsheets
from concertation.documents.cells import Value
from concertation.jobs.actions import start_job
from concertation.jobs.kinds import JobKind, Result, register_kind
from concertation.jobs.live import stale_jobs
from concertation.jobs.models import Job
from concertation.jobs.progress import Progress
from concertation.journal.models import JournalEntry
from concertation.live.actions import Announcement
from concertation.permissions import may, require
from concertation.texts.templatetags.french import quoted
from concertation.viewer import Viewer

from . import corpus

KIND = "contributions.corpus"
# After these acts a file may contain words that nobody may read any more.
REMOVALS = ("contribution.hidden", "contribution.withdrawn", "contributions.import_undone")


@dataclass(frozen=True, slots=True)
class CorpusFormat:
    """A format of the corpus: its writer, and its label on the page of exports."""

    write: Callable[[Sequence[str], Iterable[Sequence[Value]]], bytes]
    content_type: str
    label: Promise


FORMATS = {
    "csv": CorpusFormat(
        spreadsheets.write_csv, spreadsheets.CSV_TYPE, gettext_lazy("Corpus pour tableur ou pour import")
    ),
    "xlsx": CorpusFormat(spreadsheets.write_xlsx, spreadsheets.XLSX_TYPE, gettext_lazy("Corpus pour Excel")),
}


def export_corpus(consultation: Consultation, fmt: str, *, now: datetime | None = None, by: User) -> Job:
    """Start a job that writes the corpus for ``by`` alone."""
    require(Viewer(by, now), "contributions.export", consultation)
    titles = {"title": quoted(consultation.title), "format": fmt.upper()}
    return start_job(
        KIND,
        key=f"{consultation.pk}:{fmt}",
        title=_("Corpus de %(title)s (%(format)s)") % titles,
        arguments={"format": fmt},
        asked_on=reverse("contributions:exports", args=[consultation.slug]),
        consultation_id=consultation.pk,
        now=now,
        by=by,
    )


def _write(job: Job, progress: Progress) -> Result:
    consultation = Consultation.objects.filter(pk=job.consultation_id or 0).first()
    if consultation is None:
        raise ValidationError(_("Cette concertation n’existe plus."))
    fmt = job.arguments["format"]
    lines = progress.over(corpus.lines_of(consultation), corpus.rows_of(consultation).count())
    content = FORMATS[fmt].write(corpus.COLUMNS, lines)
    return Result(
        content=content, file_name=f"corpus-{consultation.slug}.{fmt}", content_type=FORMATS[fmt].content_type
    )


def _may_read(viewer: Viewer, job: Job) -> bool:
    """Return whether the owner may still export: a role that ended closes the link."""
    consultation = Consultation.objects.visible_to(viewer).filter(pk=job.consultation_id or 0).first()
    return consultation is not None and may(viewer, "contributions.export", consultation)


def _removals(job: Job) -> str:
    """Return how often texts were removed until now: one more makes the file stale."""
    entries = JournalEntry.objects.filter(consultation_id=job.consultation_id, verb__in=REMOVALS)
    return str(entries.count())


def stale_files(consultation_id: int) -> list[Announcement]:
    """Return what the verbs of ``REMOVALS`` announce: files that hold the text are stale."""
    return stale_jobs(KIND, consultation_id)


def register() -> None:
    register_kind(JobKind(name=KIND, run=_write, may_read=_may_read, stamp=_removals))
