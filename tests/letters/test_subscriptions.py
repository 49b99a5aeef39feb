"""One click ends the letters of a team, and no visit does."""

import pytest
from django.test import Client

from concertation.journal.models import JournalEntry
from concertation.letters import actions
from concertation.letters.mails import mail_key, subscription_address, token_of
from concertation.letters.models import Unsubscription
from concertation.notices.models import Message
from tests.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(consultation, participant):
    return consultation.participations.get(user=participant)


@pytest.fixture
def page(mine):
    return f"/lettres/{token_of(mine.pk)}/"


def test_the_address_of_the_mail_is_that_of_the_page(mine, page, settings):
    assert subscription_address(mine.pk) == settings.SITE_URL + page


def test_a_visit_changes_nothing(client, page):
    for visit in (client.get, client.head):
        assert visit(page).status_code == 200

    assert not Unsubscription.objects.exists()


def test_one_click_of_a_mail_program_without_a_session_or_a_token_is_enough(page, mine):
    program = Client(enforce_csrf_checks=True)

    for _click in range(2):
        answer = program.post(page, {"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.cookies) == (200, {})

    assert Unsubscription.objects.get().participation == mine
    assert JournalEntry.objects.filter(verb="letters.refused").count() == 1


def test_a_person_refuses_and_resumes_on_the_page(client, page):
    assert "Vous ne recevrez plus" in words(client.post(page, follow=True))
    assert "Vous recevez les lettres" in words(client.post(page, {"recevoir": "1"}, follow=True))

    assert not Unsubscription.objects.exists()


def test_a_refusal_takes_back_the_mail_that_still_waits(write, leave, mine, organiser, now):
    letter = write()
    leave(letter)
    key = mail_key(letter.pk, mine.pk)
    assert Message.objects.filter(key=key).exists()

    actions.refuse_letters(mine, now=now)

    assert not Message.objects.filter(key=key).exists()


def test_a_link_changes_twenty_times_an_hour_at_most(client, page):
    answers = [client.post(page, {"recevoir": "1"} if number % 2 else {}).status_code for number in range(22)]

    assert answers == [303] * 20 + [429] * 2
    assert JournalEntry.objects.filter(verb__startswith="letters.").count() == 20


@pytest.mark.parametrize("forged", ["1.faux", "1", "x.y", "%00"])
def test_a_link_that_the_site_did_not_write_does_not_exist(client, forged):
    assert client.post(f"/lettres/{forged}/").status_code == 404
    assert not Unsubscription.objects.exists()


def test_one_refusal_concerns_one_consultation(mine, now):
    actions.refuse_letters(mine, now=now)

    assert list(mine.consultation.participations.exclude(letters_refused=None)) == [mine]
