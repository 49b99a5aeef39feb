"""Letters of the tests."""

from datetime import timedelta

import pytest

from concertation.letters import actions
from concertation.letters.models import Letter
from tests.announcing import verbs_announce  # noqa: F401 - a fixture that every test here uses

MINUTE = timedelta(minutes=1)
TEN = 10 * MINUTE


@pytest.fixture
def write(consultation, organiser):
    """Write a draft to everyone, or to other groups."""

    def act(*groups, subject="La suite", body="Bonjour,\n\nla **suite** arrive."):
        return actions.create_letter(
            consultation, subject=subject, body=body, groups=list(groups or ["tous"]), by=organiser
        )

    return act


@pytest.fixture
def leave(organiser, now):
    """Schedule a letter at ``now`` and let it depart ten minutes later."""

    def act(letter):
        actions.schedule_letter(letter, by=organiser, now=now)
        actions.send_due_letters(now + TEN)
        return Letter.objects.get(pk=letter.pk)

    return act
