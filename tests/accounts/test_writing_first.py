"""One writes first and identifies after: nothing is kept on the server until the code is typed, and nothing is lost."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from concertation.accounts.models import User
from concertation.consultations.actions import edit_phase
from contributions.models import Contribution

pytestmark = pytest.mark.django_db
TEXT = "Il manque un lieu où essayer\nsans craindre l’échec."
ADDRESS = "nadia@exemple.fr"


@pytest.fixture
def address_of(topic):
    return reverse("contributions:post", args=[topic.phase.consultation.slug, topic.pk])


def typed(page: str) -> dict[str, str]:
    """What the form of a page carries in its hidden fields."""
    import html

    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in fields if name != "next"}


def everything_in_the_database() -> str:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names()
        return "".join(str(cursor.execute(f'SELECT * FROM "{table}"') and cursor.fetchall()) for table in tables)


def joining(consultation, **others):
    return {
        "etape": "rejoindre",
        "display_name": "Nadia",
        "actor_kind": consultation.actor_kinds.first().pk,
        "territory": "",
        "organisation": "Ville de Nantes",
        "accepts_charter": "on",
    } | others


def test_reading_and_writing_leave_no_cookie_before_one_hands_in_the_text(client, topic):
    page = client.get(reverse("contributions:topic", args=[topic.phase.consultation.slug, topic.pk]))

    assert 'name="texte"' in page.text
    assert not page.cookies


def test_the_whole_way_without_javascript_and_with_csrf(topic, address_of, code_in):
    browser = Client(enforce_csrf_checks=True)
    consultation = topic.phase.consultation

    first = browser.post(address_of, {"texte": TEXT, "titre": "Un lieu"})
    assert TEXT.split("\n")[0] in first.text
    second = browser.post(address_of, typed(first.text) | {"etape": "adresse", "adresse": ADDRESS})
    assert not User.objects.filter(email=ADDRESS).exists()
    assert "manque un lieu" not in everything_in_the_database()
    assert ADDRESS not in everything_in_the_database()
    third = browser.post(address_of, typed(second.text) | {"etape": "code", "code": code_in()})
    assert User.objects.filter(email=ADDRESS).exists()
    assert "manque un lieu" not in everything_in_the_database()
    last = browser.post(address_of, typed(third.text) | joining(consultation))

    assert last.status_code == 303
    made = Contribution.objects.get()
    assert made.current.body == TEXT
    assert made.title == "Un lieu"
    assert made.author.user.display_name == "Nadia"
    assert made.author.organisation.name == "Ville de Nantes"
    assert made.author.user.acceptances.count() == 1


def test_someone_who_has_joined_publishes_as_soon_as_the_code_is_right(topic, address_of, participant, code_in):
    browser = Client()
    first = browser.post(address_of, {"texte": TEXT})
    second = browser.post(address_of, typed(first.text) | {"etape": "adresse", "adresse": participant.email})

    last = browser.post(address_of, typed(second.text) | {"etape": "code", "code": code_in()})

    assert last.status_code == 303
    assert Contribution.objects.get().author.user == participant


def test_a_wrong_code_keeps_the_text(topic, address_of, code_in):
    browser = Client()
    first = browser.post(address_of, {"texte": TEXT})
    second = browser.post(address_of, typed(first.text) | {"etape": "adresse", "adresse": ADDRESS})
    wrong = f"{(int(code_in()) + 1) % 10**6:06}"

    third = browser.post(address_of, typed(second.text) | {"etape": "code", "code": wrong})

    assert typed(third.text)["texte"] == TEXT
    assert not Contribution.objects.exists()


def test_the_charter_refused_keeps_the_text_and_joins_nobody(topic, address_of, code_in):
    browser = Client()
    consultation = topic.phase.consultation
    first = browser.post(address_of, {"texte": TEXT})
    second = browser.post(address_of, typed(first.text) | {"etape": "adresse", "adresse": ADDRESS})
    third = browser.post(address_of, typed(second.text) | {"etape": "code", "code": code_in()})

    refused = browser.post(address_of, typed(third.text) | joining(consultation, accepts_charter=""))

    assert refused.status_code == 422
    assert typed(refused.text)["texte"] == TEXT
    assert not consultation.participations.filter(user__email=ADDRESS).exists()


def test_a_phase_that_closes_meanwhile_gives_the_text_back(topic, address_of, participant, organiser, code_in, now):
    browser = Client()
    first = browser.post(address_of, {"texte": TEXT})
    second = browser.post(address_of, typed(first.text) | {"etape": "adresse", "adresse": participant.email})
    edit_phase(topic.phase, closes_at=now, by=organiser)

    last = browser.post(address_of, typed(second.text) | {"etape": "code", "code": code_in()})

    assert "close" in last.text
    assert "manque un lieu" in last.text
    assert not Contribution.objects.exists()


def test_another_site_cannot_make_someone_publish(topic, address_of, participant):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(participant)

    assert browser.post(address_of, {"texte": TEXT}).status_code == 403
    assert not Contribution.objects.exists()


def test_another_site_cannot_have_a_code_sent(topic, address_of, mailoutbox):
    browser = Client(enforce_csrf_checks=True)

    assert browser.post(address_of, {"texte": TEXT, "etape": "adresse", "adresse": ADDRESS}).status_code == 403
    assert mailoutbox == []


def test_an_empty_text_asks_nobody_who_they_are(topic, address_of):
    answer = Client().post(address_of, {"texte": "  "})

    assert answer.status_code == 422
    assert 'name="adresse"' not in answer.text
    assert not Session.objects.exists()


def test_the_password_way_keeps_the_text_too(topic, address_of, participant):
    participant.set_password("une longue phrase")
    participant.save()
    browser = Client()
    first = browser.post(address_of, {"texte": TEXT})
    second = browser.post(address_of, typed(first.text) | {"etape": "mot-de-passe", "adresse": participant.email})

    last = browser.post(
        address_of,
        typed(second.text)
        | {"etape": "mot-de-passe", "adresse": participant.email, "mot_de_passe": "une longue phrase"},
    )

    assert last.status_code == 303
    assert Contribution.objects.get().current.body == TEXT


def test_a_closed_account_publishes_nothing(topic, address_of, participant, code_in):
    participant.is_active = False
    participant.save()
    browser = Client()
    first = browser.post(address_of, {"texte": TEXT})
    second = browser.post(address_of, typed(first.text) | {"etape": "adresse", "adresse": participant.email})

    last = browser.post(address_of, typed(second.text) | {"etape": "code", "code": code_in()})

    assert last.status_code == 403
    assert "désactivé" in last.text
    assert not Contribution.objects.exists()
