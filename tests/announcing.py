"""Refuse a verb that writes what pages show without announcing it: import the fixture where verbs are tried."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import local
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Model
from django.db.transaction import Atomic

from concertation.live import actions, registry
from concertation.live.actions import Announcement

WRITES = re.compile(r'\s*(?:INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM) "?(\w+)"?')
# Objects without a row of their own, and those in whose rows or pages they are shown.
SHOWN_BY = {
    "consultations.Membership": {"staff_pages"},
    "consultations.Participation": {"staff_pages"},
    "consultations.Invitation": {"staff_pages"},
    "consultations.Suspension": {"staff_pages"},
    "consultations.Nature": {"programme"},
    "consultations.News": {"programme"},
    "consultations.Partner": {"programme"},
    "consultations.Document": {"programme"},
    "consultations.Stake": {"programme", "staff_pages"},
    "consultations.ActorFamily": {"programme", "staff_pages"},
    "consultations.ActorKind": {"programme", "staff_pages"},
    "consultations.Reason": {"programme", "staff_pages"},
    "letters.Letter": {"staff_pages"},
    "letters.Unsubscription": {"staff_pages"},
    "contributions.Reaction": {"contribution", "topic"},
    "contributions.Revision": {"contribution", "topic"},
    "contributions.TaggedContribution": {"contribution", "topic"},
    "contributions.Report": {"queue"},
    "contributions.Decision": {"contribution", "queue", "topic"},
    "ateliers.Registration": {"atelier"},
    "ateliers.AgendaItem": {"meeting"},
    "ateliers.AtelierRole": {"meeting"},
    "pages.AccessibilityAudit": {"legal"},
    "syntheses.Recommendation": {"syntheses"},
    "syntheses.Evidence": {"syntheses"},
    "syntheses.Synthesis": {"syntheses", "programme"},
    "syntheses.Section": {"syntheses"},
    "syntheses.Placement": {"syntheses"},
    "syntheses.SynthesisVersion": {"syntheses", "programme"},
}
# A reload of its topic stands for the rows of a bulk verb; a charter is on the pages of its consultation.
ALSO = {"contributions.Contribution": {"topic"}, "accounts.LegalText": {"programme"}}
# By verb and model, or by verb: the reason why nothing is announced.
SILENT = {
    ("delete_consultation", ""): "nobody but its organiser reads a draft that may be deleted",
    ("_end", "jobs.Job"): "the job is no longer this worker's: nothing is written",
    ("publish_synthesis", "jobs.Job"): "starts a job of the site, which has no page",
    ("_by_the_hundred", "consultations.Participation"): "deletes what an import that failed or was undone had written",
    ("_by_the_hundred", "contributions.Contribution"): "the same",
    ("_by_the_hundred", "letters.Delivery"): "the same",
    ("_by_the_hundred", "letters.Unsubscription"): "the same",
    ("_by_the_hundred", "contributions.Decision"): "the same",
    ("_by_the_hundred", "contributions.Reaction"): "the same",
    ("_by_the_hundred", "contributions.Report"): "the same",
    ("_by_the_hundred", "contributions.Revision"): "the same",
    ("_by_the_hundred", "contributions.TaggedContribution"): "the same",
    ("bulk_react", "contributions.Reaction"): "these people had reacted already: nothing is new",
    ("clone_consultation", ""): "nobody reads a draft before it is made",
    ("create_atelier", "ateliers.Atelier"): "a draft is on the pages of the teams, which are announced",
    ("create_consultation", "consultations.Nature"): "nobody reads it yet",
    ("create_consultation", "consultations.Phase"): "the same",
    ("create_consultation", "consultations.Topic"): "the same",
    ("create_phase", "consultations.Phase"): "the programme is announced, and no page of it is open yet",
    ("create_recommendation", "syntheses.Recommendation"): "no synthesis has it yet",
    ("create_topic", "consultations.Topic"): "its phase is announced, and no page of it is open yet",
    ("create_topics", "consultations.Topic"): "the same",
    ("delete_item", "ateliers.Atelier"): "nothing refers to a line that may be deleted",
    ("delete_item", "consultations.Phase"): "the same",
    ("delete_item", "contributions.Contribution"): "the same",
    ("delete_phase", "ateliers.Atelier"): "nothing refers to a phase that may be deleted",
    ("delete_topic", "ateliers.AgendaItem"): "nothing refers to a topic that may be deleted",
    ("delete_topic", "consultations.Topic"): "its phase is announced",
    ("delete_topic", "contributions.TaggedContribution"): "nothing refers to a topic that may be deleted",
    ("discard_keywords", "contributions.TaggedContribution"): "nothing bears a keyword that may be discarded",
    ("discard_topics", "ateliers.AgendaItem"): "nothing refers to a topic that may be discarded",
    ("discard_topics", "consultations.Topic"): "its phase is announced",
    ("discard_topics", "contributions.TaggedContribution"): "nothing refers to a topic that may be discarded",
    ("duplicate_atelier", "ateliers.Atelier"): "a draft is on the pages of the teams, which are announced",
    ("duplicate_phase", "consultations.Phase"): "the programme is announced, and no page of it is open yet",
    ("duplicate_phase", "consultations.Topic"): "the same",
    ("prepare_participations", "consultations.Participation"): "shown when the import is published",
    ("publish_batch", "consultations.Participation"): "each author is on the rows of the topics, which are reloaded",
    ("reorder", "consultations.Topic"): "their phases are announced",
    ("reorder", "consultations.Phase"): "their order is that of the programme, which is announced",
    ("start_job", "jobs.Job"): "its page opens with it",
    ("write_drafts", "contributions.Contribution"): "drafts of an import, which no page shows",
    ("write_drafts", "contributions.Revision"): "the same",
    ("write_drafts", "contributions.TaggedContribution"): "the same",
}


@dataclass
class Verb:
    """The outermost transaction of a verb: what it wrote, and how much had been announced before it."""

    name: str
    block: Any
    before: int
    written: set[str] = field(default_factory=set)
    announced: list[Announcement] = field(default_factory=list)


def names_by_table() -> dict[str, tuple[str, set[str]]]:
    """For each table that pages show: its model, and the names of which one must be announced."""
    names: dict[str, set[str]] = {label: set(shown) for label, shown in SHOWN_BY.items()}
    for one in registry._followed.values():
        label = one.model._meta.label
        names.setdefault(label, set(ALSO.get(label, ()))).add(one.name)
    return {table: (label, shown) for label, shown in names.items() for table in _tables_of(apps.get_model(label))}


def _tables_of(model: type[Model]) -> list[str]:
    own = [one.remote_field.through for one in model._meta.local_many_to_many]
    return [model._meta.db_table, *(one._meta.db_table for one in own if one._meta.auto_created)]


def silent_writes(verb: Verb) -> set[tuple[str, str]]:
    told = {one.followed.name for one in verb.announced}
    by_table = names_by_table()
    written = [by_table[table] for table in verb.written if table in by_table]
    found = {(verb.name, label) for label, names in written if not names & told}
    return {one for one in found if one not in SILENT and (one[0], "") not in SILENT}


def name_of_verb(frame: Any) -> str:
    """Return the function that opened a transaction, if it is in the ``actions`` of an app; else nothing."""
    path = Path(frame.f_code.co_filename)
    if not path.is_relative_to(settings.BASE_DIR) or "tests" in path.parts:
        return ""
    return frame.f_code.co_name if "actions" in (path.stem, path.parent.name) else ""


@contextmanager
def watched_verbs() -> Iterator[set[tuple[str, str]]]:
    """Yield what verbs write within this block without announcing it, by verb and model."""
    found: set[tuple[str, str]] = set()
    here = local()
    enter, leave = Atomic.__enter__, Atomic.__exit__

    def entered(block: Any) -> None:
        enter(block)
        name = name_of_verb(sys._getframe(1))
        if name and getattr(here, "verb", None) is None:
            here.verb = Verb(name, block, len(actions._postponed.get() or ()))

    def left(block: Any, error: Any, *rest: Any) -> None:
        verb = getattr(here, "verb", None)
        if verb is not None and verb.block is block:
            here.verb = None
            verb.announced += (actions._postponed.get() or [])[verb.before :]
            if error is None:
                found.update(silent_writes(verb))
        leave(block, error, *rest)

    def listener(told: Any) -> None:
        if getattr(here, "verb", None) is not None:
            here.verb.announced += told

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        verb, table = getattr(here, "verb", None), WRITES.match(sql)
        if verb is not None and table:
            verb.written.add(table[1])
        return execute(sql, *rest)

    with pytest.MonkeyPatch.context() as patch, connection.execute_wrapper(watch):
        patch.setattr(Atomic, "__enter__", entered)
        patch.setattr(Atomic, "__exit__", left)
        patch.setattr(actions, "_listeners", [*actions._listeners, listener])
        yield found


@pytest.fixture(autouse=True)
def verbs_announce() -> Iterator[None]:
    with watched_verbs() as found:
        yield
    if found:
        pytest.fail(f"written without announcing, by verb and model: {sorted(found)}")
