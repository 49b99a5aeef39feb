"""Contributions of the personas, written through the verbs."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from concertation.accounts.models import User
from concertation.consultations.models import Topic
from contributions import actions
from contributions.actions.batches import begin_batch
from contributions.actions.drafts import Entry, drafts_of, write_drafts
from contributions.importing.plan import Plan
from contributions.importing.run import carry_out
from contributions.models import Contribution, State
from contributions.wording import word
from tests.announcing import verbs_announce  # noqa: F401 - a fixture that every test here uses
from tests.contributions.batches import planned
from tests.counting import counters_hold  # noqa: F401 - a fixture that every test here uses
from tests.indexing import index_holds  # noqa: F401 - a fixture that every test here uses
from tests.kept_rows import kept

Post = Callable[..., Contribution]


@pytest.fixture
def post(topic: Topic, participant: User, now: datetime) -> Post:
    """Write as the participant in the open topic, unless told otherwise."""

    def write(body: str = "Il manque des lieux d’essai.", **options: Any) -> Contribution:
        given = {"by": participant, "now": now} | options
        return actions.post_contribution(given.pop("topic", topic), body=body, **given)

    return write


@kept
def contribution(post: Post) -> Contribution:
    return post(title="Des lieux d’essai")


@kept
def reply(post: Post, contribution: Contribution, other_participant: User) -> Contribution:
    return post("Oui, mais pour qui ?", parent=contribution, by=other_participant)


@pytest.fixture
def name_of_write() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def bring_in(consultation, open_phase, organiser, now):
    """Import a thread, a hidden line, a new topic, a keyword and three people; then say what to do at each step."""

    def bring_in(*rows, **options):
        rows = rows or (
            planned("a", "Une proposition.", keywords=("Eau",)),
            planned("b", "Une réponse.", parent_key="a"),
            planned("c", "Masquée ailleurs.", state=State.HIDDEN),
        )
        given = {"phase": open_phase, "now": now, "by": organiser}
        return carry_out(Plan(list(rows), kind="exchange"), consultation, **{**given, **options}).batch

    return bring_in


@pytest.fixture
def half_written(consultation, topic, contribution, participant, organiser, now):
    """Write the drafts of an import: a root with a keyword, a reply to it, one to what is there, one hidden."""

    def write():
        author = participant.participations.get()
        keyword = actions.add_keyword(consultation, name="Eau", by=organiser)
        rows = [
            Entry(topic=topic, author=author, body="Demi-écrite.", source_key="a", keywords=[keyword]),
            Entry(topic=topic, author=author, body="Réponse demi-écrite.", parent_key="a"),
            Entry(topic=topic, author=author, body="Autre réponse demi-écrite.", parent=contribution),
            Entry(topic=topic, author=author, body="Masquée demi-écrite.", state=State.HIDDEN),
        ]
        batch = begin_batch(consultation, numbers=[None] * len(rows), by=organiser)
        drafts = drafts_of(batch, rows, [word(row.body) for row in rows], by=organiser, now=now)
        write_drafts(batch, drafts, by=organiser)
        return batch, drafts

    return write


@pytest.fixture
def reason(consultation):
    return consultation.reasons.first()


@pytest.fixture
def conform(consultation):
    return consultation.reasons.to_restore().first()


@pytest.fixture
def hidden(contribution, reason, moderator):
    return actions.hide_contribution(contribution, reason=reason, message="Restons sur les idées.", by=moderator)


@pytest.fixture
def report(contribution, reason, other_participant):
    return actions.report_contribution(contribution, reason=reason, text="Attaque une personne.", by=other_participant)


@pytest.fixture
def as_user() -> Callable[[User | None], Client]:
    def log_in(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return log_in
