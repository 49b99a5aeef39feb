"""Run a plan: check all of it in memory, write drafts in short transactions, publish in one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.batches import in_batches
from concertation.consultations.models import Consultation, Phase
from concertation.permissions import require
from concertation.viewer import Viewer

from ..actions.batches import abandoned_on_failure, begin_batch, end_dead_batches, publish_batch
from ..actions.bulk import check_all
from ..actions.drafts import Entry, drafts_of, write_drafts
from ..models import Batch, Contribution, State
from .checks import Here, check, new_rows, numbers_are_free
from .names import Names, prepare
from .plan import Plan, PlannedRow
from .report import Refused

HIDDEN_REASON = "Masquée sur la plateforme d’origine"
Step = Callable[[int, int], None]


@dataclass(slots=True)
class Outcome:
    """What one run wrote, or would write; ``batch`` is the import, if anything was written."""

    roots: int = 0
    replies: int = 0
    people: int = 0
    topics: int = 0
    hidden: int = 0
    already_there: int = 0
    batch: Batch | None = None


def carry_out(
    plan: Plan,
    consultation: Consultation,
    *,
    phase: Phase | None = None,
    dry_run: bool = False,
    step: Step = lambda done, total: None,
    now: datetime,
    by: User,
) -> Outcome:
    """Write the plan; skip rows whose key exists already. A dry run checks all of it and writes nothing.

    Rows that name no phase go into ``phase``, or into the first one. Raises ``Refused`` with the reasons by line.
    """
    require(Viewer(by, now), "contributions.import", consultation)
    if not dry_run:
        end_dead_batches(timezone.now())
    here = Here.of(consultation, phase)
    rows = new_rows(plan, here)
    check(plan, rows, here)
    if plan.problems:
        raise Refused(plan.problems)
    outcome = _foreseen(plan, rows, here)
    if any(row.number for row in rows) and not numbers_are_free(rows, here):
        plan.remarks.append(
            _(
                "Les numéros du fichier ne sont pas gardés : certains manquent ou sont déjà pris. "
                "De nouveaux numéros sont donnés."
            )
        )
    if rows and not dry_run:
        try:
            outcome.batch = _write(plan, rows, here, step, now, by)
        except ValidationError as error:
            raise Refused.by(error) from error
    return outcome


def _write(plan: Plan, rows: list[PlannedRow], here: Here, step: Step, now: datetime, by: User) -> Batch:
    keeps_number = numbers_are_free(rows, here)
    numbers = [row.number if keeps_number else None for row in rows]
    files = list(dict.fromkeys(row.file for row in rows))
    batch = begin_batch(here.consultation, numbers=numbers, kind=plan.kind, files=files, by=by)
    with abandoned_on_failure(batch):
        names = prepare(batch, rows, here, by=by)
        above = _answered(rows, here)
        entries = [_entry(row, names, here, above.get(row.parent_key), keeps_number=keeps_number) for row in rows]
        drafts = drafts_of(batch, entries, check_all(here.consultation, entries, now), by=by, now=now)
        write_drafts(batch, drafts, by=by, step=step)
        return publish_batch(batch, drafts, hidden_for=HIDDEN_REASON, by=by, now=now)


def _answered(rows: list[PlannedRow], here: Here) -> dict[str, Contribution]:
    """Return the existing rows that the new ones answer, by key."""
    keys = {row.parent_key for row in rows if row.parent_key in here.keys}
    wanted = {here.keys[key].pk: key for key in keys}
    found: dict[str, Contribution] = {}
    for pks in in_batches(sorted(wanted)):
        some = Contribution.objects.filter(pk__in=pks).select_related("root")
        found.update({wanted[one.pk]: one for one in some})
    return found


def _foreseen(plan: Plan, rows: list[PlannedRow], here: Here) -> Outcome:
    """Count what the rows would create."""
    known = here.consultation.participations.exclude(source_key="").values_list("source_key", flat=True)
    replies = sum(bool(row.parent_key) for row in rows)
    return Outcome(
        roots=len(rows) - replies,
        replies=replies,
        people=len({row.author_key for row in rows} - set(known)),
        topics=len({here.topic_of(row) for row in rows} - here.topics.keys()),
        hidden=sum(row.state == State.HIDDEN for row in rows),
        already_there=len(plan.rows) - len(rows),
    )


def _entry(row: PlannedRow, names: Names, here: Here, above: Contribution | None, *, keeps_number: bool) -> Entry:
    return Entry(
        topic=names.topics[here.topic_of(row)],
        author=names.people[row.author_key],
        wording=row.wording,
        source_key=row.key,
        parent=above,
        parent_key="" if above else row.parent_key,
        number=row.number if keeps_number else None,
        origin=row.origin,
        origin_label=row.origin_label,
        occurred_at=row.occurred_at,
        published_at=row.published_at,
        state=row.state,
        nature=names.natures.get(row.nature),
        stakes=[names.stakes[label] for label in row.stakes],
        keywords=list(dict.fromkeys(names.keywords[name] for name in row.keywords)),
        as_team=row.as_team,
        imported=row.imported,
        **names.about(row.about),
    )
