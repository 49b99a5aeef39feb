from datetime import timedelta

import pytest

from concertation.consultations import actions
from concertation.consultations.models import Participation
from tests.announcing import verbs_announce  # noqa: F401 - a fixture that every test here uses
from tests.indexing import index_holds  # noqa: F401 - a fixture that every test here uses

DAY = timedelta(days=1)


@pytest.fixture
def space(consultation):
    """Where the organiser space of the consultation is."""
    return f"/c/{consultation.slug}/organiser/"


@pytest.fixture
def as_organiser(client, organiser):
    client.force_login(organiser)
    return client


@pytest.fixture
def of(consultation):
    def participation(user):
        return Participation.objects.get(consultation=consultation, user=user)

    return participation


@pytest.fixture
def suspend(of, consultation, moderator, now):
    """Suspend someone, as the moderator and for a week unless told otherwise."""

    def act(user, **given):
        told = {"reason": consultation.reasons.first(), "message": "Restons sur les idées.", "ends_at": now + 7 * DAY}
        return actions.suspend_participation(of(user), **{**told, "now": now, "by": moderator, **given})

    return act


@pytest.fixture
def suspension(suspend, participant):
    return suspend(participant)
