"""A page takes its cursor before it reads what it shows: what happens while it is made is in it, or told after it."""

import pytest
from django.test import Client

from ateliers import actions as meeting
from concertation.consultations import actions as organising
from concertation.live import cursor, follow
from concertation.syntheses.writing.actions import add_section
from contributions import actions
from tests.ateliers.conftest import atelier, draft  # noqa: F401 - fixtures
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures
from tests.syntheses.conftest import recommendation, synthesis  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
HERE = "/c/innovation-urbaine/"


@pytest.fixture
def meanwhile(monkeypatch):
    """Act at the last moment before a page takes its cursor."""

    def put(act):
        left = [act]

        def reached(keys):
            if left:
                left.pop()()
            return take(keys)

        take = cursor.reached
        for module in (cursor, follow):
            monkeypatch.setattr(module, "reached", reached)

    return put


def read(person, path):
    client = Client()
    if person.is_authenticated:
        client.force_login(person)
    return client.get(f"{HERE}{path}").content.decode()


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("visitor", "ateliers/1/"),
        ("facilitator", "ateliers/1/inscriptions/"),
        ("participant", "ateliers/1/inscription/"),
    ],
)
def test_an_atelier_that_changes_meanwhile(meanwhile, atelier, organiser, now, who, path, request):
    person = request.getfixturevalue(who)
    meanwhile(lambda: meeting.edit_atelier(atelier, title="Atelier des quais", by=organiser, now=now))

    assert "Atelier des quais" in read(person, path)


@pytest.mark.parametrize("path", ["contributions/1/", "contributions/1/historique/"])
def test_a_topic_that_changes_meanwhile(meanwhile, contribution, topic, organiser, visitor, path):
    meanwhile(lambda: organising.edit_topic(topic, title="Une autre thématique", by=organiser))

    assert "Une autre thématique" in read(visitor, path)


def test_a_text_that_is_decided_upon_and_changes_meanwhile(meanwhile, contribution, participant, moderator):
    edit = actions.edit_contribution
    meanwhile(lambda: edit(contribution, body="Mieux dit.", expected_revision=1, by=participant))

    assert "Mieux dit." in read(moderator, "moderation/1/")


def test_a_draft_that_changes_meanwhile(meanwhile, synthesis, organiser, partner):
    meanwhile(lambda: add_section(synthesis, title="Habiter autrement", body="Du texte.", by=organiser))

    assert "Habiter autrement" in read(partner, "syntheses/1/")


def test_something_to_do_that_comes_meanwhile(meanwhile, contribution, consultation, other_participant, moderator):
    reason = consultation.reasons.first()
    meanwhile(lambda: actions.report_contribution(contribution, reason=reason, by=other_participant))

    assert "Contributions à modérer" in read(moderator, "organiser/")
