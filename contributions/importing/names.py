"""The objects that rows of an import name: find them in the consultation, or create them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from concertation.accounts.models import Organisation, User
from concertation.consultations.actions import (
    ImportedPerson,
    prepare_actor_kinds,
    prepare_organisations,
    prepare_participations,
    prepare_topic,
)
from concertation.consultations.actions.programme import lock_programme
from concertation.consultations.models import (
    ActorKind,
    Consultation,
    Nature,
    Participation,
    Phase,
    Stake,
    Territory,
    Topic,
)
from concertation.live.actions import announced_together

from ..actions.batches import ACTOR_KIND, KEYWORD, ORGANISATION, TOPIC
from ..actions.keywords import prepare_keywords
from ..models import Batch, Keyword
from .checks import Here
from .plan import About, PlannedRow


@dataclass(slots=True)
class Names:
    """All that a row may name, by the words of the files."""

    natures: dict[str, Nature] = field(default_factory=dict)
    stakes: dict[str, Stake] = field(default_factory=dict)
    territories: dict[str, Territory] = field(default_factory=dict)
    topics: dict[tuple[int, str], Topic] = field(default_factory=dict)
    actor_kinds: dict[str, ActorKind] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    keywords: dict[str, Keyword] = field(default_factory=dict)
    people: dict[str, Participation] = field(default_factory=dict)

    def about(self, about: About) -> dict[str, Any]:
        """Return the author of a row, as fields of a participation or of a contribution."""
        return {
            "actor_kind": self.actor_kinds.get(about.actor_kind),
            "territory": self.territories.get(about.territory),
            "organisation": self.organisations.get(about.organisation),
            "speaks_for": about.speaks_for,
        }


def prepare(batch: Batch, rows: list[PlannedRow], here: Here, *, by: User) -> Names:
    """Create what the rows name and does not exist, invisible before the import is published.

    The import stores the keys, to list the rows when it is published and to delete them if it fails.
    """
    consultation = here.consultation
    names = Names(
        natures={one.code: one for one in consultation.natures.all()},
        stakes={one.label: one for one in consultation.stakes.all()},
        territories=here.territories,
        topics=dict(here.topics),
    )
    with transaction.atomic(), announced_together():
        lock_programme(consultation)
        topics = _make_topics(names, rows, here, by)
        labels = [row.about.actor_kind for row in rows if row.about.actor_kind]
        names.actor_kinds = prepare_actor_kinds(consultation, labels, by=by)
        names.keywords = prepare_keywords(consultation, (name for row in rows for name in row.keywords), by=by)
        names.organisations = prepare_organisations(row.about.organisation for row in rows if row.about.organisation)
        made = {
            TOPIC: topics,
            ACTOR_KIND: _prepared(names.actor_kinds),
            KEYWORD: _prepared(names.keywords),
            ORGANISATION: _prepared(names.organisations),
        }
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


def _prepared(named: Mapping[str, ActorKind | Keyword | Organisation]) -> list[int]:
    return sorted({one.pk for one in named.values() if not one.is_ready})


def _people(rows: list[PlannedRow], names: Names, consultation: Consultation, by: User) -> dict[str, Participation]:
    best: dict[str, PlannedRow] = {}
    for row in rows:
        # A hidden line has no author's name, which another line of theirs may still have.
        if row.author_key not in best or (row.author_name and not best[row.author_key].author_name):
            best[row.author_key] = row
    people = [
        ImportedPerson(source_key=key, pseudonym=row.author_name, **names.about(row.about)) for key, row in best.items()
    ]
    return prepare_participations(consultation, people, by=by)
