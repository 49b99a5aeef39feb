"""The cookie by which a success names the draft that the browser may forget."""

from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from concertation.syntheses.writing import actions as writing

pytestmark = pytest.mark.django_db


@pytest.fixture
def recommendation(consultation, organiser):
    return writing.create_recommendation(consultation, title="Un guide", by=organiser)


@pytest.fixture
def browser(organiser):
    client = Client()
    client.force_login(organiser)
    return client


@pytest.fixture
def address(consultation, recommendation):
    return reverse("syntheses:recommendation", args=[consultation.slug, recommendation.number])


def saved(response) -> list[str]:
    cookie = response.cookies.get("saved_drafts")
    return unquote(cookie.value).split("|") if cookie else []


def given(**others):
    return {"kind": "recommendation", "status": "draft", "title": "Un guide commun", "body": "Court.", **others}


def test_a_form_that_is_refused_names_no_draft(browser, address, recommendation):
    assert saved(browser.post(address, given(title=""))) == []


def test_a_form_that_is_saved_names_its_own_draft_whatever_the_form(browser, address, recommendation):
    assert saved(browser.post(address, given())) == [address]


def test_a_form_named_by_a_uuid_clears_that_one_alone(browser, consultation):
    listed = reverse("syntheses:recommendations", args=[consultation.slug])
    uuid = "0b7d4a52-5a0e-4a4e-9d39-0f0f6a2c1d11"
    answer = browser.post(listed, {"kind": "recommendation", "title": "Un autre", "client_uuid": uuid})

    assert saved(answer) == [f"{listed}#{uuid}"]


def test_what_was_saved_before_the_next_page_is_named_with_it(browser, address, recommendation):
    browser.cookies["saved_drafts"] = "%2Fc%2Fautre%2F"

    assert saved(browser.post(address, given())) == ["/c/autre/", address]


def test_being_sent_to_log_in_is_no_success(address, recommendation):
    assert saved(Client().post(address, given())) == []


def test_a_redirect_that_says_why_nothing_was_done_is_no_success(browser, consultation, organiser):
    synthesis = writing.create_synthesis(consultation, title="Étape", by=organiser)
    section = writing.add_section(synthesis, title="Acheter", by=organiser)
    answer = browser.post(reverse("syntheses:arrange", args=[consultation.slug, section.pk]), {"acte": "placer"})

    assert (answer.status_code, saved(answer)) == (302, [])
