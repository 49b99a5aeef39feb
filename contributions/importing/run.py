"""Carrying out a plan: names are found or refused first, then all is written in one transaction or nothing is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from concertation.accounts.models import Organisation, User
from concertation.consultations.actions import (
    ImportedPerson,
    bulk_find_or_create_organisations,
    create_item,
    create_topic,
    import_participations,
)
from concertation.consultations.models import (
    ActorKind,
    Consultation,
    Nature,
    Participation,
    Phase,
    Reason,
    Stake,
    Territory,
    Topic,
)
from concertation.consultations.numbers import hold_numbers
from concertation.live.actions import announced_together
from concertation.permissions import require

from ..actions.bulk import Entry, bulk_enter
from ..actions.keywords import bulk_add_keywords
from ..actions.moderation import record_hidden_at_origin
from ..models import Contribution, Keyword, State
from ..threads import hold
from .checks import Here, check, new_rows, numbers_are_free
from .plan import About, Plan, PlannedRow
from .report import Refused

HIDDEN_REASON = "Masquée sur la plateforme d’origine"


@dataclass(slots=True)
class Outcome:
    """What one run wrote."""

    roots: int = 0
    replies: int = 0
    people: int = 0
    topics: int = 0
    hidden: int = 0
    already_there: int = 0


@dataclass(slots=True)
class _Names:
    """Everything a row may name, found in the consultation or made for it."""

    topics: dict[tuple[int, str], Topic] = field(default_factory=dict)
    actor_kinds: dict[str, ActorKind] = field(default_factory=dict)
    natures: dict[str, Nature] = field(default_factory=dict)
    stakes: dict[str, Stake] = field(default_factory=dict)
    territories: dict[str, Territory] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    keywords: dict[str, Keyword] = field(default_factory=dict)
    people: dict[str, Participation] = field(default_factory=dict)


def carry_out(
    plan: Plan,
    consultation: Consultation,
    *,
    phase: Phase | None = None,
    dry_run: bool = False,
    now: datetime,
    by: User,
) -> Outcome:
    """Write the plan; rows whose key is there already are left alone. A dry run checks all of it and writes nothing.

    Rows that name no phase go into ``phase``, or into the first one. Raises ``Refused`` with the reasons by line.
    """
    require(by, "contributions.import", consultation)
    here = Here.of(consultation, phase)
    rows = new_rows(plan, here)
    check(plan, rows, here)
    if plan.problems:
        raise Refused(plan.problems)
    outcome = _foreseen(plan, rows, here)
    if rows and not dry_run:
        _write(rows, here, now, by)
    return outcome


def _write(rows: list[PlannedRow], here: Here, now: datetime, by: User) -> None:
    consultation = here.consultation
    try:
        with transaction.atomic(), announced_together():
            _hold(rows, consultation)
            names = _prepare(rows, here, by)
            keeps_numbers = numbers_are_free(rows, here)
            entries = [_entry(row, names, here, keeps_number=keeps_numbers) for row in rows]
            written = bulk_enter(consultation, entries, by=by, now=now)
            _mark_hidden(written, consultation, now, by)
    except ValidationError as error:
        raise Refused.by(error) from error


def _foreseen(plan: Plan, rows: list[PlannedRow], here: Here) -> Outcome:
    """Count what the rows will make."""
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


def _hold(rows: Iterable[PlannedRow], consultation: Consultation) -> None:
    """Take all that will be touched in the order in which everyone does, for the rows are made in another."""
    hold_numbers(consultation, "contribution")
    answered = {row.parent_key for row in rows if row.parent_key}
    parents = Contribution.objects.filter(consultation=consultation, source_key__in=answered)
    hold(Contribution.objects.filter(Q(pk__in=parents.values("pk")) | Q(pk__in=parents.values("root"))))
    topics = Topic.objects.filter(phase__consultation=consultation).select_for_update(of=("self",), no_key=True)
    list(topics.order_by("pk").values_list("pk"))
    list(consultation.phases.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _prepare(rows: list[PlannedRow], here: Here, by: User) -> _Names:
    consultation = here.consultation
    names = _Names(
        natures={nature.code: nature for nature in consultation.natures.all()},
        stakes={stake.label: stake for stake in consultation.stakes.all()},
        territories=here.territories,
        topics=dict(here.topics),
    )
    for named in dict.fromkeys(here.topic_of(row) for row in rows):
        if named not in names.topics:
            phase = Phase.objects.get(pk=named[0])
            names.topics[named] = create_topic(phase, title=named[1], by=by)
    names.actor_kinds = {kind.label: kind for kind in consultation.actor_kinds.all()}
    for label in dict.fromkeys(row.about.actor_kind for row in rows):
        if label and label not in names.actor_kinds:
            names.actor_kinds[label] = create_item(ActorKind, consultation, label=label, by=by)
    organisations = (row.about.organisation for row in rows if row.about.organisation)
    names.organisations = bulk_find_or_create_organisations(organisations, by=by)
    names.keywords = bulk_add_keywords(consultation, (name for row in rows for name in row.keywords), by=by)
    names.people = _people(rows, names, consultation, by)
    return names


def _people(rows: list[PlannedRow], names: _Names, consultation: Consultation, by: User) -> dict[str, Participation]:
    best: dict[str, PlannedRow] = {}
    for row in rows:
        # A hidden line has lost its author's name, which another line of theirs may still have.
        if row.author_key not in best or (row.author_name and not best[row.author_key].author_name):
            best[row.author_key] = row
    people = [
        ImportedPerson(source_key=key, pseudonym=row.author_name, **_about(row.about, names))
        for key, row in best.items()
    ]
    return import_participations(consultation, people, by=by)


def _about(about: About, names: _Names) -> dict[str, Any]:
    return {
        "actor_kind": names.actor_kinds.get(about.actor_kind),
        "territory": names.territories.get(about.territory),
        "organisation": names.organisations.get(about.organisation),
        "speaks_for": about.speaks_for,
    }


def _entry(row: PlannedRow, names: _Names, here: Here, *, keeps_number: bool) -> Entry:
    return Entry(
        topic=names.topics[here.topic_of(row)],
        author=names.people[row.author_key],
        wording=row.wording,
        source_key=row.key,
        parent_key=row.parent_key,
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
        **_about(row.about, names),
    )


def _mark_hidden(written: list[Contribution], consultation: Consultation, now: datetime, by: User) -> None:
    hidden = [one for one in written if one.state == State.HIDDEN]
    if not hidden:
        return
    reason = Reason.objects.filter(consultation=consultation, label=HIDDEN_REASON).first()
    if reason is None:
        reason = create_item(Reason, consultation, label=HIDDEN_REASON, by=by)
    record_hidden_at_origin(consultation, hidden, reason=reason, now=now, by=by)
