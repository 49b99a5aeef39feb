"""Words that are no longer shown, or were never let through, are nowhere: not in a title, a form or a history."""

from datetime import timedelta

import pytest

from concertation.consultations.actions import edit_phase
from concertation.consultations.models import Phase
from concertation.journal.actions import record
from contributions import actions
from contributions.models import Contribution
from contributions.moderation.queue import hidden_pks, pending_count

pytestmark = pytest.mark.django_db

HERE = "/c/innovation-urbaine"
WORDS = "Il manque des lieux d’essai."
TITLE = "Des lieux d’essai"


@pytest.fixture
def hide(moderator, consultation):
    def act(contribution: Contribution) -> Contribution:
        return actions.hide_contribution(contribution, reason=consultation.reasons.first(), by=moderator)

    return act


def html_of(client, address):
    return client.get(address, follow=True).content.decode()


@pytest.mark.parametrize("away", ["hidden", "withdrawn"])
def test_the_form_to_report_a_text_does_not_show_one_that_is_gone(
    client, contribution, hide, participant, other_participant, away
):
    client.force_login(other_participant)
    assert WORDS in html_of(client, f"{HERE}/contributions/1/signaler/")

    hide(contribution) if away == "hidden" else actions.withdraw_contribution(contribution, by=participant)

    html = html_of(client, f"{HERE}/contributions/1/signaler/")
    assert WORDS not in html
    assert TITLE not in html


@pytest.mark.parametrize("away", ["hidden", "withdrawn"])
def test_the_title_of_a_permalink_goes_with_the_words(client, contribution, hide, participant, away):
    assert TITLE in html_of(client, f"{HERE}/contributions/1/")

    hide(contribution) if away == "hidden" else actions.withdraw_contribution(contribution, by=participant)

    assert TITLE not in html_of(client, f"{HERE}/contributions/1/")


def test_the_team_reads_no_word_that_its_author_took_back(
    client, contribution, consultation, participant, moderator, facilitator
):
    actions.withdraw_contribution(contribution, by=participant)
    record("contribution.kept", contribution, by=moderator, consultation_id=consultation.pk)

    client.force_login(moderator)
    for address in ("moderation/1/", "journal/", "contributions/1/mots-cles/"):
        html = html_of(client, f"{HERE}/{address}")
        assert WORDS not in html
        assert TITLE not in html


def test_a_report_on_a_text_taken_back_leaves_the_queue(contribution, consultation, participant, other_participant):
    actions.report_contribution(contribution, reason=consultation.reasons.first(), by=other_participant)
    assert pending_count(consultation) == 1

    actions.withdraw_contribution(contribution, by=participant)

    assert pending_count(consultation) == 0


def test_a_text_hidden_twice_is_listed_once(contribution, consultation, moderator, hide, now):
    hide(contribution)
    conform = consultation.reasons.to_restore().first()
    later = now + timedelta(minutes=1)
    actions.restore_contribution(contribution, reason=conform, message="Relu.", now=later, by=moderator)
    hide(contribution)

    assert hidden_pks(consultation) == [contribution.pk]


def test_a_version_that_moderation_never_read_is_not_in_the_public_history(
    client, topic, post, participant, organiser, moderator, other_participant, now
):
    edit_phase(topic.phase, moderation=Phase.Moderation.BEFORE, by=organiser)
    topic.phase.refresh_from_db()
    minute = timedelta(minutes=1)
    one = post("Une insulte.", now=now)
    one = actions.edit_contribution(one, body="Un argument.", by=participant, now=now + minute)
    actions.publish_contribution(one, by=moderator, now=now + 2 * minute)
    one = actions.edit_contribution(one, body="Une menace.", by=participant, now=now + 3 * minute)
    one = actions.edit_contribution(one, body="Un exemple.", by=participant, now=now + 4 * minute)
    actions.publish_contribution(one, by=moderator, now=now + 5 * minute)

    for reader, reads_all in ((None, False), (other_participant, False), (participant, True), (moderator, True)):
        client.logout()
        if reader is not None:
            client.force_login(reader)
        html = html_of(client, f"{HERE}/contributions/1/historique/")
        assert "argument" in html
        assert "exemple" in html
        assert ("insulte" in html) is reads_all
        assert ("menace" in html) is reads_all


def test_no_browser_stores_the_page_of_a_hidden_text(client, contribution, participant, hide):
    page = f"/c/{contribution.consultation.slug}/contributions/{contribution.number}/"
    client.force_login(participant)
    assert "no-store" not in client.get(page).headers.get("Cache-Control", "")

    hide(contribution)

    assert "no-store" in client.get(page)["Cache-Control"]
