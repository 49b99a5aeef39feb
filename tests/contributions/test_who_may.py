"""Persona × moment × act: the whole table of what the debate lets each person do, and when."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.accounts.models import User
from concertation.consultations.models import Topic
from contributions.actions import (
    add_keyword,
    edit_contribution,
    move_thread,
    post_contribution,
    react,
    tag_contribution,
    withdraw_contribution,
)
from contributions.models import Contribution

pytestmark = pytest.mark.django_db
PERSONAS = (
    "visitor", "newcomer", "stranger_moderator", "participant", "other_participant",
    "partner", "director", "moderator", "facilitator", "organiser",
)  # fmt: skip
JOINED = {"participant", "other_participant", "partner", "director", "moderator", "facilitator"}
TEAM = {"moderator", "facilitator", "organiser"}
AUTHOR = {"participant"}
Act = Callable[[Topic, Contribution, User, datetime], object]

ACTS: dict[str, Act] = {
    "post": lambda topic, one, by, now: post_contribution(topic, body="Texte", by=by, now=now),
    "reply": lambda topic, one, by, now: post_contribution(topic, body="Texte", parent=one, by=by, now=now),
    "reply as the team": lambda topic, one, by, now: post_contribution(
        topic, body="Texte", parent=one, as_team=True, by=by, now=now
    ),
    "edit": lambda topic, one, by, now: edit_contribution(one, body="Autre", by=by, now=now),
    "react": lambda topic, one, by, now: react(one, kind="agree", by=by, now=now),
    "withdraw": lambda topic, one, by, now: withdraw_contribution(one, by=by, now=now),
    "tag": lambda topic, one, by, now: tag_contribution(
        one, keywords=[add_keyword(one.consultation, name="Mot", by=by)], by=by, now=now
    ),
    "move": lambda topic, one, by, now: move_thread(
        one,
        to=Topic.objects.exclude(pk=topic.pk).get(phase__consultation=one.consultation),
        reason=one.consultation.reasons.to_move().first(),
        by=by,
        now=now,
    ),
}
# Whom each act lets through while the phase is open, and once it is closed.
OPEN: dict[str, set[str]] = {
    "post": JOINED,
    "reply": JOINED,
    "reply as the team": TEAM,
    "edit": AUTHOR,
    "react": JOINED - AUTHOR,
    "withdraw": AUTHOR,
    "tag": TEAM,
    "move": {"moderator"},
}
CLOSED: dict[str, set[str]] = OPEN | {"post": set(), "reply": set(), "edit": set(), "react": set()}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize(("moment", "allowed"), [("open", OPEN), ("closed", CLOSED)])
def test_the_table(
    request: pytest.FixtureRequest,
    topic: Topic,
    past_topic: Topic,
    contribution: Contribution,
    persona: str,
    act: str,
    moment: str,
    allowed: dict[str, set[str]],
    now: datetime,
) -> None:
    by = request.getfixturevalue(persona)
    at = now if moment == "open" else topic.phase.closes_at + timedelta(seconds=1)

    try:
        ACTS[act](topic, contribution, by, at)
        passed = True
    except (PermissionDenied, ValidationError):
        passed = False
    assert passed == (persona in allowed[act])


@pytest.mark.parametrize("act", [act for act in ACTS if act not in ("withdraw", "tag")])
@pytest.mark.parametrize("persona", ["participant", "other_participant", "moderator"])
def test_an_archived_consultation_takes_nothing(
    request: pytest.FixtureRequest,
    topic: Topic,
    past_topic: Topic,
    contribution: Contribution,
    persona: str,
    act: str,
    now: datetime,
) -> None:
    by = request.getfixturevalue(persona)
    topic.phase.consultation.archived_at = now
    topic.phase.consultation.save()
    fresh = Contribution.objects.get(pk=contribution.pk)

    with pytest.raises(PermissionDenied):
        ACTS[act](fresh.topic, fresh, by, now)
