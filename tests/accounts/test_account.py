"""One's own page, name and password; the first administrator."""

import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from concertation.accounts.actions import open_account, rename_user, user_renamed
from concertation.accounts.models import Organisation, User
from concertation.journal.models import JournalEntry

from .conftest import IDENTIFY

pytestmark = pytest.mark.django_db


@pytest.fixture
def nadia():
    return open_account("nadia@exemple.fr", now=timezone.now())


def test_an_account_is_opened_once(nadia):
    again = open_account(" NADIA@exemple.fr", now=timezone.now())

    assert again == nadia
    assert [one.verb for one in JournalEntry.objects.of(nadia)] == ["user.opened"]
    assert "exemple.fr" not in str(JournalEntry.objects.values())


def test_nobody_renames_another_person(nadia):
    other = User.objects.create_user("other@exemple.fr")

    with pytest.raises(PermissionDenied):
        rename_user(nadia, display_name="Autre", by=other)


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "nadia@exemple.fr", "x" * 81, "\x00"])
def test_a_name_is_something_one_can_read_aloud(nadia, name):
    with pytest.raises(ValidationError):
        rename_user(nadia, display_name=name, by=nadia)


def test_renaming_tells_those_who_show_the_name_once(nadia, monkeypatch):
    told = []
    monkeypatch.setattr(user_renamed, "_sources", [lambda user, now: told.append(user) or []])

    rename_user(nadia, display_name=" Nadia  Bonnet ", by=nadia)
    rename_user(nadia, display_name="Nadia Bonnet", by=nadia)

    assert told == [nadia]
    nadia.refresh_from_db()
    assert nadia.display_name == "Nadia Bonnet"
    assert JournalEntry.objects.filter(verb="user.renamed").count() == 1
    assert "Bonnet" not in str(JournalEntry.objects.values())


def test_ones_own_pages_ask_to_identify_and_come_back(client):
    for name in ("accounts:me", "accounts:account", "accounts:password", "accounts:organisations"):
        answer = client.get(reverse(name))

        assert answer["Location"] == f"{IDENTIFY}?next={reverse(name)}"


def test_ones_own_pages_answer(identified):
    browser = identified("nadia@exemple.fr")

    for name in ("accounts:me", "accounts:account", "accounts:password"):
        assert browser.get(reverse(name)).status_code == 200


def test_a_name_is_changed_on_the_account_page(identified):
    browser = identified("nadia@exemple.fr")

    refused = browser.post(reverse("accounts:account"), {"display_name": "nadia@exemple.fr"})
    assert "montré à tout le monde" in refused.text

    browser.post(reverse("accounts:account"), {"display_name": "Nadia"})
    assert User.objects.get().display_name == "Nadia"


def test_whoever_typed_a_code_just_now_chooses_a_password_and_keeps_only_this_session(identified):
    elsewhere = identified("nadia@exemple.fr")
    browser = identified("nadia@exemple.fr")

    weak = browser.post(reverse("accounts:password"), {"new": "12345678", "again": "12345678"})
    assert weak.status_code == 200
    differs = browser.post(reverse("accounts:password"), {"new": "une longue phrase", "again": "une autre"})
    assert "Les deux saisies diffèrent" in differs.text
    browser.post(reverse("accounts:password"), {"new": "une longue phrase", "again": "une longue phrase"})

    assert User.objects.get().check_password("une longue phrase")
    assert browser.get(reverse("accounts:me")).status_code == 200
    assert elsewhere.get(reverse("accounts:me")).status_code == 302


def test_whoever_came_with_a_password_gives_it_again_to_change_it():
    User.objects.create_user("nadia@exemple.fr", "une longue phrase")
    browser = Client()
    browser.post(
        IDENTIFY, {"etape": "mot-de-passe", "adresse": "nadia@exemple.fr", "mot_de_passe": "une longue phrase"}
    )
    new = {"new": "une autre phrase", "again": "une autre phrase"}

    assert "mot de passe actuel" in browser.post(reverse("accounts:password"), new).text
    assert "Ce n’est pas" in browser.post(reverse("accounts:password"), {**new, "current": "faux"}).text
    assert User.objects.get().check_password("une longue phrase")

    browser.post(reverse("accounts:password"), {**new, "current": "une longue phrase"})
    assert User.objects.get().check_password("une autre phrase")


def test_organisations_are_suggested_from_two_letters_to_those_who_identified(identified):
    Organisation.objects.create(name="Ville de Nantes")
    Organisation.objects.create(name="Nantes Métropole", merged_into=Organisation.objects.get())
    browser = identified("nadia@exemple.fr")

    assert browser.get(reverse("accounts:organisations"), {"q": "n"}).json() == {"names": []}
    assert browser.get(reverse("accounts:organisations"), {"q": "nant\x00"}).json() == {"names": ["Ville de Nantes"]}


def test_the_first_administrator_is_made_without_a_prompt_or_a_secret_on_the_screen(monkeypatch):
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", "une longue phrase")
    out = io.StringIO()

    with pytest.raises(CommandError):
        call_command("create_administrator", no_input=True, stdout=out)
    call_command("create_administrator", email="Chef@exemple.fr", name="La cheffe", no_input=True, stdout=out)

    user = User.objects.get()
    assert (user.email, user.is_superuser, user.is_staff) == ("chef@exemple.fr", True, True)
    assert user.check_password("une longue phrase")
    assert "une longue phrase" not in out.getvalue()


def test_an_administrator_with_a_weak_password_is_refused(monkeypatch):
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", "12345678")

    with pytest.raises(CommandError):
        call_command("create_administrator", email="chef@exemple.fr", name="La cheffe", no_input=True)

    assert not User.objects.exists()
