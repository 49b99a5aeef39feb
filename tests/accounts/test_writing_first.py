"""One acts first and says who one is after: each step is a page, what was done waits meanwhile, nothing is lost."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from concertation.accounts.models import User
from concertation.consultations.actions import ImportedPerson, edit_phase, prepare_participations
from contributions.actions import post_contribution
from contributions.models import Contribution

pytestmark = pytest.mark.django_db
TEXT = "Il manque un lieu où essayer\nsans craindre l’échec."
ADDRESS = "nadia@exemple.fr"


@pytest.fixture
def address_of(topic):
    return reverse("contributions:post", args=[topic.phase.consultation.slug, topic.pk])


def everything_in_the_database() -> str:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names()
        return "".join(str(cursor.execute(f'SELECT * FROM "{table}"') and cursor.fetchall()) for table in tables)


def joining(consultation, **others):
    return {
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


def write_first(browser, address_of, **others):
    """Hand in a text; the address of the first step."""
    answer = browser.post(address_of, {"texte": TEXT, "titre": "Un lieu", **others})
    assert answer.status_code == 303
    return answer["Location"]


def token(page):
    return {"csrfmiddlewaretoken": re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]}


def ask_for_code(browser, step, address=ADDRESS):
    """From the step of the address to that of the code, whose address is returned."""
    answer = browser.post(step, {"etape": "adresse", "adresse": address, **token(browser.get(step))})
    assert answer.status_code == 303
    return answer["Location"]


def enter(browser, step, code, address=ADDRESS):
    return browser.post(step, {"etape": "code", "adresse": address, "code": code, **token(browser.get(step))})


def test_the_whole_way_without_javascript_and_with_csrf(topic, address_of, code_in):
    browser = Client(enforce_csrf_checks=True)
    consultation = topic.phase.consultation

    first = write_first(browser, address_of)
    assert "Il manque un lieu où essayer" in browser.get(first).text
    second = ask_for_code(browser, first)
    assert not User.objects.filter(email=ADDRESS).exists()
    assert ADDRESS not in everything_in_the_database()
    third = enter(browser, second, code_in())
    assert (third.status_code, User.objects.filter(email=ADDRESS).exists()) == (303, True)
    join = third["Location"]
    assert "Il manque un lieu où essayer" in browser.get(join).text
    last = browser.post(join, joining(consultation) | token(browser.get(join)))

    made = Contribution.objects.get()
    assert (last.status_code, last["Location"]) == (303, f"/c/innovation-urbaine/thematiques/{topic.pk}/#c-1")
    assert (made.title, made.current.body, made.author.user.display_name) == ("Un lieu", TEXT, "Nadia")
    assert made.author.organisation.name == "Ville de Nantes"
    assert made.author.user.acceptances.count() == 1


def test_every_step_may_be_loaded_again_and_sends_nothing(topic, address_of, code_in, mailoutbox):
    browser = Client()
    first = write_first(browser, address_of)
    second = ask_for_code(browser, first)
    for _ in range(2):
        assert [browser.get(one).status_code for one in (first, second)] == [200, 200]
    assert len(mailoutbox) == 1

    join = enter(browser, second, code_in())["Location"]
    for _ in range(2):
        assert browser.get(join).status_code == 200
    browser.post(join, joining(topic.phase.consultation))

    published = f"/c/innovation-urbaine/thematiques/{topic.pk}/#c-1"
    for step in (first, second, join):
        assert browser.get(step, follow=True).redirect_chain[-1][0] == published
    assert Contribution.objects.count() == 1


@pytest.mark.parametrize("act", ["publier", "reagir"])
def test_the_address_a_form_was_sent_to_gives_a_page(client, topic, act):
    answer = client.get(f"/c/innovation-urbaine/thematiques/{topic.pk}/{act}/")

    assert answer["Location"] == f"/c/innovation-urbaine/thematiques/{topic.pk}/"


def test_the_step_of_the_code_without_a_code_is_that_of_the_address(client, db):
    answer = client.get("/compte/identification/code/?next=/c/ville/")

    assert answer["Location"] == "/compte/identification/?next=%2Fc%2Fville%2F"


def test_someone_who_has_joined_publishes_as_soon_as_the_code_is_right(address_of, participant, code_in):
    browser = Client()
    second = ask_for_code(browser, write_first(browser, address_of), participant.email)

    last = enter(browser, second, code_in(), participant.email)

    assert last.status_code == 303
    assert Contribution.objects.get().author.user == participant


def test_a_text_sent_without_the_field_of_its_title_is_kept_too(address_of):
    browser = Client()
    step = browser.post(address_of, {"texte": TEXT})["Location"]

    page = browser.get(step)

    assert (page.status_code, "Il manque un lieu où essayer" in page.text) == (200, True)


def test_a_wrong_code_keeps_the_text_and_the_page(address_of, code_in):
    browser = Client()
    second = ask_for_code(browser, write_first(browser, address_of))

    wrong = enter(browser, second, f"{(int(code_in()) + 1) % 10**6:06}")

    assert wrong.request["PATH_INFO"] == "/compte/identification/code/"
    assert "Il manque un lieu" in wrong.text
    assert enter(browser, second, code_in()).status_code == 303


def test_the_charter_refused_keeps_the_text_and_joins_nobody(topic, address_of, code_in):
    browser, consultation = Client(), topic.phase.consultation
    join = enter(browser, ask_for_code(browser, write_first(browser, address_of)), code_in())["Location"]

    refused = browser.post(join, joining(consultation, accepts_charter=""))

    assert refused.status_code == 422
    assert "Il manque un lieu" in refused.text
    assert not consultation.participations.filter(user__email=ADDRESS).exists()


def test_a_phase_that_closes_meanwhile_gives_the_text_back(topic, address_of, participant, organiser, code_in, now):
    browser = Client()
    second = ask_for_code(browser, write_first(browser, address_of), participant.email)
    edit_phase(topic.phase, closes_at=now, by=organiser)

    last = browser.get(enter(browser, second, code_in(), participant.email)["Location"])

    assert last.status_code == 200
    assert "close" in last.text
    assert "manque un lieu" in last.text
    assert not Contribution.objects.exists()


def test_two_texts_of_two_tabs_do_not_mix(topic, address_of, participant, code_in):
    browser = Client()
    one = write_first(browser, address_of, client_uuid=str(uuid.uuid4()))
    other = write_first(browser, address_of, texte="Un autre texte.", client_uuid=str(uuid.uuid4()))
    enter(browser, ask_for_code(browser, one, participant.email), code_in(), participant.email)
    assert [text.current.body for text in Contribution.objects.all()] == [TEXT]

    asked = browser.get(other, follow=True)
    browser.post(asked.redirect_chain[-1][0])

    assert {text.current.body for text in Contribution.objects.all()} == {TEXT, "Un autre texte."}


def test_only_a_few_acts_wait_and_for_a_day(address_of):
    browser = Client()
    steps = [write_first(browser, address_of, client_uuid=str(uuid.uuid4())) for _ in range(6)]

    assert ["Il manque un lieu" in browser.get(step).text for step in steps] == [False] + [True] * 5

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert "Il manque un lieu" not in browser.get(steps[-1]).text


def test_another_site_cannot_make_someone_publish(topic, address_of, participant):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(participant)

    assert browser.post(address_of, {"texte": TEXT}).status_code == 403
    assert not Contribution.objects.exists()


def test_another_site_cannot_hand_in_a_text_for_a_visitor(address_of):
    browser = Client(enforce_csrf_checks=True)

    answer = browser.post(address_of, {"texte": TEXT}, headers={"Origin": "https://ailleurs.example"})

    assert answer.status_code == 403
    assert not Session.objects.exists()


def test_the_steps_want_their_token(address_of, mailoutbox):
    browser = Client(enforce_csrf_checks=True)
    step = write_first(browser, address_of)

    assert browser.post(step, {"etape": "adresse", "adresse": ADDRESS}).status_code == 403
    assert mailoutbox == []


def test_an_empty_text_asks_nobody_who_they_are(topic, address_of):
    answer = Client().post(address_of, {"texte": "  "})

    assert answer.status_code == 422
    assert "Qui êtes-vous" not in answer.text
    assert not Session.objects.exists()


def test_the_password_way_keeps_the_text_too(address_of, participant):
    participant.set_password("une longue phrase")
    participant.save()
    browser = Client()
    first = write_first(browser, address_of)
    asked = browser.post(first, {"etape": "mot-de-passe", "adresse": participant.email}, follow=True)
    assert f'value="{participant.email}"' in asked.text
    step = asked.redirect_chain[-1][0]

    last = browser.post(
        step, {"etape": "mot-de-passe", "adresse": participant.email, "mot_de_passe": "une longue phrase"}
    )

    assert last.status_code == 303
    assert Contribution.objects.get().current.body == TEXT


def test_a_closed_account_publishes_nothing(address_of, participant, code_in):
    participant.is_active = False
    participant.save()
    browser = Client()
    second = ask_for_code(browser, write_first(browser, address_of), participant.email)

    last = enter(browser, second, code_in(), participant.email)

    assert last.status_code == 403
    assert "désactivé" in last.text
    assert not Contribution.objects.exists()


def test_a_reaction_waits_too_and_leads_back_to_its_page(topic, participant, other_participant, code_in):
    said = post_contribution(topic, body="Il manque des lieux.", by=other_participant)
    page = f"/c/innovation-urbaine/thematiques/{topic.pk}/?tri=actives"
    browser = Client()

    step = browser.post(
        f"/c/innovation-urbaine/thematiques/{topic.pk}/reagir/",
        {"reaction": f"{said.number}:agree"},
        headers={"Referer": f"http://testserver{page}"},
    )["Location"]
    last = enter(browser, ask_for_code(browser, step, participant.email), code_in(), participant.email)

    said.refresh_from_db()
    assert (said.agree_count, last["Location"]) == (1, f"{page}#c-{said.number}")
    assert "est comptée" in browser.get(last["Location"]).text


def test_a_newcomer_who_reacts_joins_first_and_the_reaction_is_counted(topic, other_participant, organiser, code_in):
    said = post_contribution(topic, body="Il manque des lieux.", by=other_participant)
    # Imported authors have no account, like a visitor: they are not the same person.
    imported = [ImportedPerson(source_key="a1", pseudonym="Autrice")]
    prepare_participations(topic.phase.consultation, imported, by=organiser)
    browser = Client()
    acts = f"/c/innovation-urbaine/thematiques/{topic.pk}/reagir/"

    step = browser.post(acts, {"reaction": f"{said.number}:agree"})["Location"]
    join = enter(browser, ask_for_code(browser, step), code_in())["Location"]
    last = browser.post(join, joining(topic.phase.consultation))

    said.refresh_from_db()
    assert (said.agree_count, last["Location"]) == (1, f"/c/innovation-urbaine/thematiques/{topic.pk}/#c-{said.number}")


def test_a_reaction_to_ones_own_words_is_refused_on_the_page_it_leads_back_to(topic, participant, code_in):
    said = post_contribution(topic, body="Il manque des lieux.", by=participant)
    browser = Client()
    acts = f"/c/innovation-urbaine/thematiques/{topic.pk}/reagir/"

    step = browser.post(acts, {"reaction": f"{said.number}:agree"})["Location"]
    last = enter(browser, ask_for_code(browser, step, participant.email), code_in(), participant.email)

    assert "On ne réagit pas à sa propre contribution." in browser.get(last["Location"]).text


def test_whoever_logs_in_by_the_ordinary_door_is_told_that_the_text_was_there_before_and_may_delete_it(
    topic, address_of, other_participant
):
    browser = Client(enforce_csrf_checks=True)
    name = write_first(browser, address_of).partition("acte=")[2]
    browser.force_login(other_participant)
    address = reverse("accounts:act", args=[name])
    page = browser.get(address)

    assert page.text.index("avant votre connexion") < page.text.index("Effacer") < page.text.index("un lieu où essayer")
    assert f"<strong>{other_participant.display_name}</strong>" in page.text
    browser.post(address, {"effacer": "oui", **token(page)})
    assert "un lieu où essayer" not in browser.get(address, follow=True).text
    assert not Contribution.objects.exists()


def test_a_text_of_ones_own_session_is_shown_without_a_warning(topic, address_of, newcomer):
    browser = Client()
    browser.force_login(newcomer)
    name = write_first(browser, address_of).partition("acte=")[2]

    page = browser.get(reverse("accounts:act", args=[name])).text

    assert ("un lieu où essayer" in page, "avant votre connexion" in page) == (True, False)
