"""The journal as organisers, moderators and the team read it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from concertation.consultations import actions
from concertation.consultations.models import (
    Stake,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_the_journal_says_each_act_in_french_and_is_filtered_by_act(as_organiser, consultation, open_phase, organiser):
    actions.edit_phase(open_phase, title="Outils communs", by=organiser)
    page = f"/c/{consultation.slug}/journal/"

    lines = as_organiser.get(page).context["lines"]
    filtered = as_organiser.get(page, {"acte": "charter.published"}).context["lines"]
    nonsense = as_organiser.get(page, {"acte": "rien", "page": "x"})

    assert (lines[0].actor, lines[0].sentence, lines[0].about.name) == (
        "Organisatrice", "a modifié une phase", "Outils communs",
    )  # fmt: skip
    assert [line.sentence for line in filtered] == ["a publié la version 1 de la charte"]
    assert nonsense.status_code == 200
    assert [line.sentence for line in lines if line.sentence.startswith("a agi")] == []


def test_the_journal_is_read_in_pages_of_fifty_with_few_queries(as_organiser, consultation, organiser):
    page = f"/c/{consultation.slug}/journal/"

    def queries():
        with CaptureQueriesContext(connection) as captured:
            as_organiser.get(page, {"acte": "stake.created"})
        return len(captured)

    actions.create_item(Stake, consultation, label="Un", by=organiser)
    queries()
    few = queries()
    for n in range(60):
        actions.create_item(Stake, consultation, label=f"Enjeu {n}", by=organiser)

    assert queries() == few
    assert len(as_organiser.get(page).context["lines"]) == 50
    assert as_organiser.get(page, {"page": 2}).context["page"].number == 2


def test_addresses_are_shown_in_the_journal_to_the_organiser_only(client, consultation, organiser, moderator, now):
    actions.invite(consultation, email="ada@exemple.fr", role="", organisation=None, by=organiser, now=now)
    page = f"/c/{consultation.slug}/journal/"

    client.force_login(moderator)
    assert "ada@exemple.fr" not in client.get(page).content.decode()
    client.force_login(organiser)
    assert "ada@exemple.fr" in client.get(page).content.decode()


def test_decisions_of_moderation_are_apart_from_activity(as_organiser, consultation, participant, suspend):
    suspend(participant)
    page = f"/c/{consultation.slug}/journal/"

    activity = {line.entry.verb for line in as_organiser.get(page).context["lines"]}
    decisions = [line.entry.verb for line in as_organiser.get(f"{page}moderation/").context["lines"]]

    assert decisions == ["participation.suspended"]
    assert "participation.suspended" not in activity
    assert "participation.joined" in activity


def test_the_menu_of_the_organiser_space_is_grouped_and_shows_what_one_may_open(
    client, consultation, organiser, moderator
):
    def menu(user):
        client.force_login(user)
        page = client.get(f"/c/{consultation.slug}/organiser/").content.decode()
        return re.findall(r'class="organiser__group"[^>]*>([^<]+)<', page)

    assert menu(organiser) == ["Préparer", "Animer", "Ateliers", "Analyser", "Publier"]
    assert menu(moderator) == ["Animer", "Ateliers", "Analyser", "Publier"]
