"""A visitor registers first and says who they are after: nothing is asked for twice, and nothing is lost."""

import pytest
from django.test import Client
from django.urls import reverse

from ateliers import actions
from ateliers.models import Registration
from concertation.consultations.models import Participation
from tests.accounts.conftest import code_in  # noqa: F401 - a fixture
from tests.accounts.test_writing_first import ADDRESS, ask_for_code, enter, joining, token
from tests.reading import words

from .conftest import DAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True)


def place(name, atelier):
    return reverse(f"ateliers:{name}", args=[atelier.consultation.slug, atelier.number])


def test_a_visitor_is_registered_once_they_have_said_who_they_are(browser, atelier, code_in):
    page = browser.get(place("detail", atelier))
    assert f'<form method="post" action="{place("register", atelier)}"' in page.text
    assert not page.cookies

    step = browser.post(place("register", atelier))
    assert step.status_code == 303
    assert atelier.title in browser.get(step["Location"]).text
    code_step = ask_for_code(browser, step["Location"])
    join_step = enter(browser, code_step, code_in())["Location"]
    asked = browser.get(join_step)
    done = browser.post(join_step, joining(atelier.consultation) | token(asked))

    assert done["Location"] == place("detail", atelier)
    assert Registration.objects.active().get().user.email == ADDRESS
    assert "Votre place est confirmée." in words(browser.get(done["Location"]))


def test_a_newcomer_is_asked_in_what_capacity_and_is_registered(browser, atelier, newcomer):
    browser.force_login(newcomer)
    sent = token(browser.get(place("detail", atelier)))
    assert browser.post(place("register", atelier)).status_code in (303, 403)

    step = browser.post(place("register", atelier), sent)["Location"]
    browser.post(step, joining(atelier.consultation) | token(browser.get(step)))

    assert Registration.objects.active().get().user == newcomer


def test_a_participant_who_had_logged_out_is_registered_as_soon_as_they_are_known(
    browser, atelier, participant, code_in
):
    step = browser.post(place("register", atelier))["Location"]
    code_step = ask_for_code(browser, step, participant.email)
    enter(browser, code_step, code_in(), participant.email)

    assert Registration.objects.active().get().user == participant


def test_where_one_chooses_how_to_come_the_form_says_that_it_is_still_to_be_confirmed(
    browser, atelier, organiser, participant, code_in, now
):
    actions.edit_atelier(atelier, mode="hybrid", join_link="https://visio.example/7", by=organiser, now=now)
    assert f'action="{place("register", atelier)}"' not in browser.get(place("detail", atelier)).text

    form = browser.get(place("register", atelier))
    assert "Il reste à confirmer votre inscription." in words(form)
    assert not form.cookies
    assert browser.post(place("register", atelier)).status_code == 200
    first = browser.post(place("register", atelier), {"mode": "remote"})["Location"]
    assert not Registration.objects.exists()
    done = enter(browser, ask_for_code(browser, first, participant.email), code_in(), participant.email)

    assert done["Location"] == place("detail", atelier)
    assert Registration.objects.active().get().mode == "remote"


def test_an_atelier_that_has_closed_meanwhile_says_so(browser, atelier, organiser, participant, code_in, now):
    step = browser.post(place("register", atelier))["Location"]
    actions.edit_atelier(atelier, registration_opens_at=now + DAY, by=organiser, now=now)
    code_step = ask_for_code(browser, step, participant.email)
    done = enter(browser, code_step, code_in(), participant.email)

    assert done["Location"] == place("detail", atelier)
    assert "Les inscriptions ouvrent le" in words(browser.get(done["Location"]))
    assert not Registration.objects.exists()


def test_another_site_registers_nobody(browser, atelier):
    answer = browser.post(place("register", atelier), headers={"Origin": "https://ailleurs.fr"})

    assert answer.status_code == 403
    assert not Participation.objects.filter(user=None).exists()
