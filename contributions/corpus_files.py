"""The corpus as a file, written by a job: its permission, and when it is stale."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.consultations.models import Consultation
from concertation.documents.table_files import table_file
from concertation.jobs.actions import start_job
from concertation.jobs.kinds import JobKind, Result, register_kind
from concertation.jobs.live import stale_jobs
from concertation.jobs.models import Job
from concertation.jobs.progress import Progress
from concertation.journal.actions import record
from concertation.journal.models import JournalEntry
from concertation.live.actions import Announcement
from concertation.permissions import may, require
from concertation.texts.clean import check_line
from concertation.texts.templatetags.french import quoted
from concertation.viewer import Viewer

from . import corpus

KIND = "contributions.corpus"
WITH_NAMES = "contributions.exported_with_names"
LONGEST_PURPOSE = 300
# After these acts a file may contain words that nobody may read any more.
REMOVALS = ("contribution.hidden", "contribution.withdrawn", "contributions.import_undone")


def export_corpus(
    consultation: Consultation, fmt: str, *, names_for: str = "", now: datetime | None = None, by: User
) -> Job:
    """Start a job that writes the corpus for ``by`` alone: without authors' names, unless a purpose asks for them."""
    require(Viewer(by, now), "contributions.export", consultation)
    purpose = check_line(names_for, max_length=LONGEST_PURPOSE, blank=True)
    words = {"title": quoted(consultation.title), "format": fmt.upper()}
    title = _("Corpus avec les noms de %(title)s (%(format)s)") if purpose else _("Corpus de %(title)s (%(format)s)")
    key = f"{consultation.pk}:{fmt}"
    return start_job(
        KIND,
        key=f"{key}:{sha256(purpose.encode()).hexdigest()[:32]}" if purpose else key,
        title=title % words,
        arguments={"format": fmt, "names_for": purpose},
        asked_on=reverse("contributions:exports", args=[consultation.slug]),
        consultation_id=consultation.pk,
        now=now,
        by=by,
    )


def _write(job: Job, progress: Progress) -> Result:
    consultation = Consultation.objects.filter(pk=job.consultation_id or 0).first()
    if consultation is None:
        raise ValidationError(_("Cette concertation n’existe plus."))
    fmt, purpose = job.arguments["format"], job.arguments["names_for"]
    if purpose:
        # Record each file with names, also one that is prepared again.
        details = {"format": fmt.upper(), "purpose": purpose}
        record(WITH_NAMES, consultation, by=job.owner, consultation_id=consultation.pk, details=details)
    rows = corpus.lines_of(consultation, alias_of=None if purpose else _aliases(job))
    lines = progress.over(rows, corpus.rows_of(consultation).count())
    name = "corpus-avec-noms" if purpose else "corpus"
    return table_file(f"{name}-{consultation.slug}", fmt, corpus.COLUMNS, lines)


def _aliases(job: Job) -> Callable[[int], str]:
    """Return the alias of an author in this file: the same on all their lines, and another one in another file."""

    def alias_of(author: int) -> str:
        return f"auteur:{salted_hmac(f'{KIND}:{job.pk}', str(author), algorithm='sha256').hexdigest()[:16]}"

    return alias_of


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
