"""Carrying out a plan: names are found or refused first, then all is written in one transaction or nothing is."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

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
from concertation.documents.spreadsheets import Problem
from concertation.live.actions import announced_together

from ..actions.bulk import Entry, bulk_enter
from ..actions.keywords import bulk_add_keywords
from ..actions.moderation import record_hidden_at_origin
from ..models import Contribution, Keyword, State
from ..threads import hold
from .plan import About, Plan, PlannedRow, Refused

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

    topics: dict[tuple[str, str], Topic] = field(default_factory=dict)
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
    """Write the plan; rows whose key is there already are left alone. A dry run writes it all and takes it back.

    Rows that name no phase go into ``phase``, or into the first one. Raises ``Refused`` with the reasons by line.
    """
    if plan.problems:
        raise Refused(plan.problems)
    rows = _new_rows(plan, consultation)
    outcome = Outcome(already_there=len(plan.rows) - len(rows))
    if not rows:
        return outcome
    _check_names(rows, consultation, plan.makes_actor_kinds)
    with transaction.atomic():
        with announced_together():
            _hold(rows, consultation)
            names = _prepare(rows, consultation, phase, outcome, by)
            keeps_numbers = _numbers_are_free(rows, consultation)
            entries = [_entry(row, names, keeps_number=keeps_numbers) for row in rows]
            try:
                written = bulk_enter(consultation, entries, by=by, now=now)
            except ValidationError as error:
                raise Refused({"": [Problem(None, None, message) for message in error.messages]}) from error
            _mark_hidden(written, consultation, outcome, now, by)
        outcome.roots = sum(one.parent_id is None for one in written)
        outcome.replies = len(written) - outcome.roots
        if dry_run:
            transaction.set_rollback(True)
    return outcome


def _new_rows(plan: Plan, consultation: Consultation) -> list[PlannedRow]:
    twice = [key for key, times in Counter(row.key for row in plan.rows).items() if times > 1]
    if twice:
        message = _("Ces clés servent à deux lignes ou plus : %(keys)s.") % {"keys": ", ".join(twice[:5])}
        raise Refused({"": [Problem(None, "cle", message)]})
    here = set(
        Contribution.objects.filter(consultation=consultation)
        .exclude(source_key="")
        .values_list("source_key", flat=True)
    )
    # Our own corpus names rows that were not imported by their number.
    own = f"{consultation.slug}:c"
    numbers = set(Contribution.objects.filter(consultation=consultation).values_list("number", flat=True))
    here |= {f"{own}{number}" for number in numbers if number}
    return [row for row in plan.rows if row.key not in here]


def _check_names(rows: Iterable[PlannedRow], consultation: Consultation, makes_actor_kinds: bool) -> None:
    """Names that an import does not make must be there: nature, stake, territory, phase, kind of actor."""
    known = {
        "nature": {nature.code for nature in consultation.natures.all()},
        "enjeux": {stake.label for stake in consultation.stakes.all()},
        "phase": {phase.title for phase in consultation.phases.all()},
        "type_acteur": {kind.label for kind in consultation.actor_kinds.all()},
        "territoire_code": set(_territories(consultation)),
    }
    problems: list[Problem] = []
    for row in rows:
        named = {
            "nature": [row.nature],
            "enjeux": list(row.stakes),
            "phase": [row.phase],
            "type_acteur": [] if makes_actor_kinds else [row.about.actor_kind],
            "territoire_code": [row.about.territory],
        }
        problems += [
            Problem(row.line, column, _("« %(name)s » n’existe pas dans cette concertation.") % {"name": name})
            for column, wanted in named.items()
            for name in wanted
            if name and name not in known[column]
        ]
    if problems:
        raise Refused({"": problems[:100]})


def _hold(rows: Iterable[PlannedRow], consultation: Consultation) -> None:
    """Take all that will be touched in the order in which everyone does, for the rows are made in another."""
    hold_numbers(consultation, "contribution")
    answered = {row.parent_key for row in rows if row.parent_key}
    parents = Contribution.objects.filter(consultation=consultation, source_key__in=answered)
    hold(Contribution.objects.filter(Q(pk__in=parents.values("pk")) | Q(pk__in=parents.values("root"))))
    topics = Topic.objects.filter(phase__consultation=consultation).select_for_update(of=("self",), no_key=True)
    list(topics.order_by("pk").values_list("pk"))
    list(consultation.phases.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _prepare(
    rows: list[PlannedRow], consultation: Consultation, phase: Phase | None, outcome: Outcome, by: User
) -> _Names:
    names = _Names(
        natures={nature.code: nature for nature in consultation.natures.all()},
        stakes={stake.label: stake for stake in consultation.stakes.all()},
        territories=_territories(consultation),
    )
    names.topics = _topics(rows, consultation, phase, outcome, by)
    names.actor_kinds = {kind.label: kind for kind in consultation.actor_kinds.all()}
    for label in dict.fromkeys(row.about.actor_kind for row in rows):
        if label and label not in names.actor_kinds:
            names.actor_kinds[label] = create_item(ActorKind, consultation, label=label, by=by)
    organisations = (row.about.organisation for row in rows if row.about.organisation)
    names.organisations = bulk_find_or_create_organisations(organisations, by=by)
    names.keywords = bulk_add_keywords(consultation, (name for row in rows for name in row.keywords), by=by)
    names.people = _people(rows, names, consultation, outcome, by)
    return names


def _topics(
    rows: list[PlannedRow], consultation: Consultation, phase: Phase | None, outcome: Outcome, by: User
) -> dict[tuple[str, str], Topic]:
    phases = {one.title: one for one in consultation.phases.all()}
    first = phase or consultation.phases.in_order().first()
    if first is None:
        message = _("Cette concertation n’a pas encore de phase : créez-en une, puis recommencez.")
        raise Refused({"": [Problem(None, None, message)]})
    topics: dict[tuple[str, str], Topic] = {}
    for named in dict.fromkeys((row.phase, row.topic) for row in rows):
        in_phase = phases.get(named[0], first)
        topic = Topic.objects.filter(phase=in_phase, title=named[1]).first()
        if topic is None:
            topic = create_topic(in_phase, title=named[1], by=by)
            outcome.topics += 1
        topics[named] = topic
    return topics


def _people(
    rows: list[PlannedRow], names: _Names, consultation: Consultation, outcome: Outcome, by: User
) -> dict[str, Participation]:
    best: dict[str, PlannedRow] = {}
    for row in rows:
        # A hidden line has lost its author's name, which another line of theirs may still have.
        if row.author_key not in best or (row.author_name and not best[row.author_key].author_name):
            best[row.author_key] = row
    people = [
        ImportedPerson(source_key=key, pseudonym=row.author_name, **_about(row.about, names))
        for key, row in best.items()
    ]
    before = consultation.participations.count()
    found = import_participations(consultation, people, by=by)
    outcome.people = consultation.participations.count() - before
    return found


def _about(about: About, names: _Names) -> dict[str, Any]:
    return {
        "actor_kind": names.actor_kinds.get(about.actor_kind),
        "territory": names.territories.get(about.territory),
        "organisation": names.organisations.get(about.organisation),
        "speaks_for": about.speaks_for,
    }


def _territories(consultation: Consultation) -> dict[str, Territory]:
    return {f"{one.kind}:{one.code}": one for one in Territory.objects.offered_in(consultation)}


def _numbers_are_free(rows: list[PlannedRow], consultation: Consultation) -> bool:
    numbers = {row.number for row in rows}
    if None in numbers or len(numbers) < len(rows):
        return False
    taken = set(Contribution.objects.filter(consultation=consultation).values_list("number", flat=True))
    return not numbers & taken


def _entry(row: PlannedRow, names: _Names, *, keeps_number: bool) -> Entry:
    return Entry(
        topic=names.topics[row.phase, row.topic],
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


def _mark_hidden(
    written: list[Contribution], consultation: Consultation, outcome: Outcome, now: datetime, by: User
) -> None:
    hidden = [one for one in written if one.state == State.HIDDEN]
    outcome.hidden = len(hidden)
    if not hidden:
        return
    reason = Reason.objects.filter(consultation=consultation, label=HIDDEN_REASON).first()
    if reason is None:
        reason = create_item(Reason, consultation, label=HIDDEN_REASON, by=by)
    record_hidden_at_origin(consultation, hidden, reason=reason, now=now, by=by)
