"""What the rows of an import name: found in the consultation, or made for it."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from concertation.accounts.models import Organisation, User
from concertation.consultations.actions import (
    ImportedPerson,
    bulk_find_or_create_organisations,
    create_item,
    import_participations,
    prepare_topic,
)
from concertation.consultations.actions.programme import lock_programme
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
from concertation.live.actions import announced_together

from ..actions.keywords import bulk_add_keywords
from ..models import Batch, Keyword, State
from .checks import Here
from .plan import About, PlannedRow

HIDDEN_REASON = "Masquée sur la plateforme d’origine"


@dataclass(slots=True)
class Names:
    """Everything a row may name, by the words of the files."""

    natures: dict[str, Nature] = field(default_factory=dict)
    stakes: dict[str, Stake] = field(default_factory=dict)
    territories: dict[str, Territory] = field(default_factory=dict)
    topics: dict[tuple[int, str], Topic] = field(default_factory=dict)
    actor_kinds: dict[str, ActorKind] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    keywords: dict[str, Keyword] = field(default_factory=dict)
    people: dict[str, Participation] = field(default_factory=dict)
    hidden_reason: Reason | None = None

    def about(self, about: About) -> dict[str, Any]:
        """Return who wrote a row, as fields of a participation or of a contribution."""
        return {
            "actor_kind": self.actor_kinds.get(about.actor_kind),
            "territory": self.territories.get(about.territory),
            "organisation": self.organisations.get(about.organisation),
            "speaks_for": about.speaks_for,
        }


def prepare(batch: Batch, rows: list[PlannedRow], here: Here, *, by: User) -> Names:
    """Make what the rows name and is not there yet; the import keeps the keys of it, to delete it if it fails."""
    consultation = here.consultation
    names = Names(
        natures={one.code: one for one in consultation.natures.all()},
        stakes={one.label: one for one in consultation.stakes.all()},
        territories=here.territories,
        topics=dict(here.topics),
        actor_kinds={one.label: one for one in consultation.actor_kinds.all()},
    )
    with transaction.atomic(), announced_together():
        lock_programme(consultation)
        made = {
            "topic": _make_topics(names, rows, here, by),
            "actorkind": _make_actor_kinds(names, rows, consultation, by),
            "keyword": _make_keywords(names, rows, consultation, by),
        }
        organisations = (row.about.organisation for row in rows if row.about.organisation)
        names.organisations = bulk_find_or_create_organisations(organisations, by=by)
        if any(row.state == State.HIDDEN for row in rows):
            names.hidden_reason = _hidden_reason(consultation, by)
        Batch.objects.filter(pk=batch.pk).update(made=made)
    names.people = _people(rows, names, consultation, by)
    batch.refresh_from_db()
    return names


def _make_topics(names: Names, rows: list[PlannedRow], here: Here, by: User) -> list[int]:
    phases = Phase.objects.in_bulk({here.topic_of(row)[0] for row in rows})
    made = []
    for named in dict.fromkeys(here.topic_of(row) for row in rows):
        if named not in names.topics:
            names.topics[named] = prepare_topic(phases[named[0]], title=named[1], by=by)
            made.append(names.topics[named].pk)
    return made


def _make_actor_kinds(names: Names, rows: list[PlannedRow], consultation: Consultation, by: User) -> list[int]:
    made = []
    for label in dict.fromkeys(row.about.actor_kind for row in rows):
        if label and label not in names.actor_kinds:
            names.actor_kinds[label] = create_item(ActorKind, consultation, label=label, by=by)
            made.append(names.actor_kinds[label].pk)
    return made


def _make_keywords(names: Names, rows: list[PlannedRow], consultation: Consultation, by: User) -> list[int]:
    before = set(consultation.keywords.values_list("pk", flat=True))
    names.keywords = bulk_add_keywords(consultation, (name for row in rows for name in row.keywords), by=by)
    return sorted({one.pk for one in names.keywords.values()} - before)


def _hidden_reason(consultation: Consultation, by: User) -> Reason:
    found = Reason.objects.filter(consultation=consultation, label=HIDDEN_REASON).first()
    return found or create_item(Reason, consultation, label=HIDDEN_REASON, by=by)


def _people(rows: list[PlannedRow], names: Names, consultation: Consultation, by: User) -> dict[str, Participation]:
    best: dict[str, PlannedRow] = {}
    for row in rows:
        # A hidden line has lost its author's name, which another line of theirs may still have.
        if row.author_key not in best or (row.author_name and not best[row.author_key].author_name):
            best[row.author_key] = row
    people = [
        ImportedPerson(source_key=key, pseudonym=row.author_name, **names.about(row.about)) for key, row in best.items()
    ]
    return import_participations(consultation, people, by=by)
