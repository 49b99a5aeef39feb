"""Identifying says nothing about who has an account, goes nowhere else, and leaves nothing behind."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from concertation.accounts.actions import open_account
from concertation.accounts.addresses import is_path_of_this_site
from concertation.accounts.models import User

from .conftest import IDENTIFY

pytestmark = pytest.mark.django_db


def without_what_changes(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def test_known_and_unknown_addresses_get_the_same_page_and_the_same_mail(mailoutbox):
    User.objects.create_user("known@exemple.fr", display_name="Connue")
    answers = [
        Client().post(IDENTIFY, {"etape": "adresse", "adresse": address}, follow=True)
        for address in ("known@exemple.fr", "other@exemple.fr")
    ]

    known, unknown = (without_what_changes(one.text) for one in answers)
    assert known.replace("known@", "other@") == unknown
    assert answers[0].status_code == answers[1].status_code
    mails = [re.sub(r"\d{6}", "000000", one.subject + one.body) for one in mailoutbox]
    assert mails[0] == mails[1]


@pytest.mark.parametrize("address", ["a@cœur.fr", "α@ville.fr", "😀" * 254, "a@b%40.fr", "x\ny\x00"])
def test_an_address_of_any_signs_travels_to_the_next_step(client, address):
    for step in ("adresse", "code", "ailleurs"):
        answer = client.post(IDENTIFY, {"etape": step, "adresse": address})

        assert all(value.isascii() for value in answer.cookies.output(header="").splitlines())
        assert client.get(IDENTIFY).status_code == 200
    assert client.get(IDENTIFY).context["identification"].address == address


def test_a_wrong_password_reads_the_same_for_known_and_unknown_addresses():
    User.objects.create_user("known@exemple.fr", "une longue phrase")
    pages = [
        Client().post(IDENTIFY, {"etape": "mot-de-passe", "adresse": address, "mot_de_passe": "faux"}).text
        for address in ("known@exemple.fr", "other@exemple.fr")
    ]

    known, unknown = map(without_what_changes, pages)
    assert "Adresse ou mot de passe incorrect" in known
    assert known.replace("known@", "other@") == unknown


def test_asking_for_a_code_makes_no_account(client, mailoutbox):
    client.post(IDENTIFY, {"etape": "adresse", "adresse": "nadia@exemple.fr"})

    assert not User.objects.exists()


def test_the_same_address_in_capitals_is_the_same_account(identified):
    identified("nadia@exemple.fr")
    identified("Nadia@Exemple.FR")

    assert [one.email for one in User.objects.all()] == ["nadia@exemple.fr"]


def test_the_session_is_renewed_when_a_person_identifies(client, code_in):
    client.post(IDENTIFY, {"etape": "adresse", "adresse": "nadia@exemple.fr"})
    before = client.cookies["sessionid"].value

    client.post(IDENTIFY, {"etape": "code", "adresse": "nadia@exemple.fr", "code": code_in()})

    assert client.cookies["sessionid"].value != before
    fixed = Client()
    fixed.cookies["sessionid"] = before
    assert fixed.get(reverse("accounts:me")).status_code == 302


def test_one_lands_on_the_page_one_came_from(identified, client, code_in):
    client.post(IDENTIFY, {"etape": "adresse", "adresse": "a@exemple.fr", "next": "/c/ville/?tri=recent"})

    answer = client.post(
        IDENTIFY, {"etape": "code", "adresse": "a@exemple.fr", "code": code_in(), "next": "/c/ville/?tri=recent"}
    )

    assert answer["Location"] == "/c/ville/?tri=recent"


HOSTILE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "https:evil.example",
    "http:///evil.example",
    "\x01//evil.example",
    " //evil.example",
    "c/ville/",
]


@pytest.mark.parametrize("wanted", HOSTILE)
def test_one_is_never_sent_to_another_site(wanted, client, code_in):
    page = client.get(IDENTIFY, {"next": wanted})
    assert 'name="next"' not in page.text

    client.post(IDENTIFY, {"etape": "adresse", "adresse": "a@exemple.fr", "next": wanted})
    answer = client.post(IDENTIFY, {"etape": "code", "adresse": "a@exemple.fr", "code": code_in(), "next": wanted})

    assert answer["Location"] == reverse("accounts:me")
    assert client.get(IDENTIFY, {"next": wanted})["Location"] == reverse("accounts:me")


def test_plain_paths_are_followed():
    assert is_path_of_this_site("/c/ville/?a=1#c-12")
    assert not is_path_of_this_site(None)


def test_a_closed_account_is_told_so_and_stays_out(client, code_in):
    user = open_account("nadia@exemple.fr", now=User().date_joined)
    User.objects.filter(pk=user.pk).update(is_active=False)
    client.post(IDENTIFY, {"etape": "adresse", "adresse": "nadia@exemple.fr"})

    answer = client.post(IDENTIFY, {"etape": "code", "adresse": "nadia@exemple.fr", "code": code_in()})

    assert answer.status_code == 403
    assert "Ce compte est désactivé" in answer.text
    assert client.get(reverse("accounts:me")).status_code == 302


def test_a_closed_account_with_a_password_is_told_so_and_stays_out(client):
    User.objects.create_user("nadia@exemple.fr", "une longue phrase", is_active=False)

    answer = client.post(
        IDENTIFY, {"etape": "mot-de-passe", "adresse": "nadia@exemple.fr", "mot_de_passe": "une longue phrase"}
    )

    assert answer.status_code == 403
    assert client.get(reverse("accounts:me")).status_code == 302


def test_a_password_opens_the_account(client):
    user = User.objects.create_user("nadia@exemple.fr", "une longue phrase", display_name="Nadia")

    shown = client.post(IDENTIFY, {"etape": "mot-de-passe", "adresse": "nadia@exemple.fr"}, follow=True)
    assert 'value="nadia@exemple.fr"' in shown.text
    client.post(IDENTIFY, {"etape": "mot-de-passe", "adresse": "nadia@exemple.fr", "mot_de_passe": "une longue phrase"})

    assert client.get(reverse("accounts:me")).context["user"] == user


def test_passwords_cannot_be_guessed_without_end(client):
    User.objects.create_user("nadia@exemple.fr", "une longue phrase")
    for number in range(5):
        client.post(IDENTIFY, {"etape": "mot-de-passe", "adresse": "nadia@exemple.fr", "mot_de_passe": f"x{number}"})

    answer = client.post(
        IDENTIFY, {"etape": "mot-de-passe", "adresse": "nadia@exemple.fr", "mot_de_passe": "une longue phrase"}
    )

    assert answer.status_code == 429
    assert "Trop d’essais" in answer.text


def test_thirty_people_behind_one_address_log_in_with_passwords():
    for number in range(30):
        User.objects.create_user(f"p{number}@exemple.fr", "une longue phrase")

    answers = [
        Client().post(
            IDENTIFY,
            {"etape": "mot-de-passe", "adresse": f"p{number}@exemple.fr", "mot_de_passe": "une longue phrase"},
        )
        for number in range(30)
    ]

    assert {one.status_code for one in answers} == {302}


def test_a_form_from_elsewhere_is_refused():
    answer = Client(enforce_csrf_checks=True).post(IDENTIFY, {"etape": "adresse", "adresse": "a@exemple.fr"})

    assert answer.status_code == 403


def test_leaving_closes_the_session(identified):
    browser = identified("nadia@exemple.fr")
    cookie = browser.cookies["sessionid"].value

    assert browser.get(reverse("accounts:logout")).status_code == 405
    assert browser.get(reverse("accounts:me")).status_code == 200
    browser.post(reverse("accounts:logout"))

    ghost = Client()
    ghost.cookies["sessionid"] = cookie
    assert ghost.get(reverse("accounts:me")).status_code == 302


@pytest.mark.parametrize("name", ["login", "logout", "signup", "email", "password/reset", "password/change"])
def test_no_page_of_allauth_is_reachable(client, name):
    for prefix in ("compte", "accounts"):
        assert client.get(f"/{prefix}/{name}/").status_code == 404


def test_a_double_click_sends_one_code_and_asking_again_sends_another(client, db, mailoutbox):
    session = client.session  # as of who has handed in a text
    session["of a visitor"] = True
    session.save()
    asked = {"etape": "adresse", "adresse": "claire@ville.fr"}

    twice = [client.post("/compte/identification/", asked)["Location"] for _ in range(2)]

    assert (len(set(twice)), len(mailoutbox)) == (1, 1)
    client.post(twice[0], asked)
    assert len(mailoutbox) == 2
