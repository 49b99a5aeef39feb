"""The figures as a file, made by a job: every table in one sheet, whole for the team or as they may be published."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.consultations.models import Consultation
from concertation.consultations.rule_of_five import may_count
from concertation.documents.cells import Value
from concertation.documents.table_files import table_file
from concertation.jobs.actions import start_job
from concertation.jobs.kinds import JobKind, Result, register_kind
from concertation.jobs.models import Job
from concertation.jobs.progress import Progress
from concertation.live.audience import Audience
from concertation.permissions import may, require
from concertation.texts.templatetags.french import quoted
from concertation.viewer import Viewer

from .divisions import Division
from .measures import Measure, measures
from .tables import Line, table_of, totals

KIND = "contributions.figures"


def export_figures(
    consultation: Consultation, fmt: str, *, to_publish: bool, now: datetime | None = None, by: User
) -> Job:
    """An organiser asks for the figures as a file: all of them, or those that the rule of five lets out."""
    require(Viewer(by, now), "contributions.read_figures", consultation)
    words = {"title": quoted(consultation.title), "format": fmt.upper()}
    title = _("Chiffres à publier de %(title)s (%(format)s)") if to_publish else _("Chiffres de %(title)s (%(format)s)")
    return start_job(
        KIND,
        key=f"{consultation.pk}:{fmt}:{'public' if to_publish else 'staff'}",
        title=title % words,
        arguments={"format": fmt, "to_publish": to_publish},
        asked_on=reverse("contributions:figures", args=[consultation.slug]),
        consultation_id=consultation.pk,
        now=now,
        by=by,
    )


def header() -> list[str]:
    return [_("Tableau"), _("Groupe"), *(str(one.label) for one in measures())]


def rows_of(consultation: Consultation, audience: Audience, divisions: Iterable[Division]) -> Iterator[list[Value]]:
    """Yield the totals, every table, then the definition of each column. A blank cell is a number without meaning."""
    shown = measures()
    numbers = dict(totals(consultation))
    yield [_("Total"), "", *(_total(one, numbers[one], audience) for one in shown)]
    for division in divisions:
        table = table_of(consultation, division, audience)
        for line in table.lines if table.measures else ():
            cells = [_cell(line, one) if one in table.measures else None for one in shown]
            yield [str(division.label), line.group.label, *cells]
    for one in shown:
        yield [_("Définition"), f"{one.label}\u00a0: {one.definition}"]


def _total(measure: Measure, number: int, audience: Audience) -> Value:
    return number if not measure.counts_people or may_count(number, audience) else _("non publié")


def _cell(line: Line, measure: Measure) -> Value:
    number = line.numbers[measure.key]
    return _("non publié") if number is None else number


def _write(job: Job, progress: Progress) -> Result:
    consultation = Consultation.objects.filter(pk=job.consultation_id or 0).first()
    if consultation is None:
        raise ValidationError(_("Cette concertation n’existe plus."))
    to_publish = job.arguments["to_publish"]
    divisions = progress.over(iter(Division), len(Division))
    rows = rows_of(consultation, Audience.PUBLIC if to_publish else Audience.STAFF, divisions)
    name = "chiffres-a-publier" if to_publish else "chiffres"
    return table_file(f"{name}-{consultation.slug}", job.arguments["format"], header(), rows)


def _may_read(viewer: Viewer, job: Job) -> bool:
    """Return whether the owner still organises the consultation: a role that has ended closes the link."""
    consultation = Consultation.objects.visible_to(viewer).filter(pk=job.consultation_id or 0).first()
    return consultation is not None and may(viewer, "contributions.read_figures", consultation)


def register() -> None:
    register_kind(JobKind(name=KIND, run=_write, may_read=_may_read))
