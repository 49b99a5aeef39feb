"""Contributions of the personas, written through the verbs."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from concertation.accounts.models import User
from concertation.consultations.models import Topic
from contributions import actions
from contributions.models import Contribution
from tests.announcing import verbs_announce  # noqa: F401 - a fixture that every test here uses
from tests.counting import counters_hold  # noqa: F401 - a fixture that every test here uses
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
