"""What is sent without a session, or with an expired token, is given back to whoever typed it, and to nobody else."""

import re
from datetime import timedelta

import pytest
import time_machine
from django import forms
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from concertation.accounts import limits, saved_forms
from concertation.accounts.models import SavedForm, words_of
from concertation.notices.due import run_due_work
from concertation.syntheses.models import Section
from concertation.syntheses.writing import actions as writing
from contributions.actions import post_contribution
from contributions.models import Contribution, Reaction

pytestmark = pytest.mark.django_db
ADDRESS = "organisation@ville.fr"
OURS = {"Origin": "http://testserver"}
BODY = "Une section longue.\r\nEn deux lignes, avec des « guillemets »."


@pytest.fixture
def address(consultation, organiser):
    """Where a section is added: it answers POST alone."""
    synthesis = writing.create_synthesis(consultation, title="Étape", by=organiser)
    return reverse("syntheses:add_section", args=[consultation.slug, synthesis.number])


@pytest.fixture
def browser(organiser):
    client = Client(enforce_csrf_checks=True)
    client.force_login(organiser)
    client.get("/compte/")
    return client


def token_in(answer) -> str:
    return re.search(r'csrfmiddlewaretoken" value="(\w+)"', answer.text)[1]


def send(browser, address, page="/", **others):
    given = {"title": "Des lieux", "body": BODY, **others}
    token = browser.cookies["csrftoken"].value if "csrftoken" in browser.cookies else ""
    return browser.post(
        address, given | {"csrfmiddlewaretoken": token}, headers=OURS | {"Referer": f"http://testserver{page}"}
    )


def next_of(answer) -> str:
    return re.search(r"next=([^&]+)", answer["Location"])[1]


def fields_in(answer) -> dict[str, str]:
    parsed = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text)
    return {name: value.replace("&#x27;", "'") for name, value in parsed}


def log_in(browser, code_in, address):
    page = browser.get("/compte/identification/")
    steps = {"csrfmiddlewaretoken": token_in(page), "adresse": address}
    browser.post("/compte/identification/", steps | {"etape": "adresse"})
    browser.post("/compte/identification/", steps | {"etape": "code", "code": code_in()})


def end_sessions():
    Session.objects.all().delete()


def test_words_sent_without_a_session_are_found_again_after_log_in_and_written_on_a_click(
    browser, address, organiser, code_in
):
    browser.get("/compte/reglages/")
    end_sessions()
    answer = send(browser, address, page="/c/innovation-urbaine/organiser/syntheses/1/")
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/compte/identification/")
    assert "est gardé" in browser.get(answer["Location"]).text

    log_in(browser, code_in, organiser.email)
    page = browser.get(next_of(answer))
    assert "En deux lignes, avec des « guillemets »." in page.text
    assert 'href="/c/innovation-urbaine/organiser/syntheses/1/"' in page.text
    assert not Section.objects.exists()

    again = browser.post(address, fields_in(page) | {"body": BODY, "csrfmiddlewaretoken": token_in(page)})
    assert again.status_code in (302, 303)
    assert Section.objects.get().body == BODY.replace("\r\n", "\n")
    assert not SavedForm.objects.exists()
    back = browser.get(next_of(answer))
    assert (back.status_code, "Déjà envoyé" in back.text) == (200, True)
    assert f'href="{again["Location"]}"' in back.text


def test_what_one_person_sent_is_shown_to_no_other(browser, address, participant, code_in):
    browser.get("/compte/reglages/")
    end_sessions()
    answer = send(browser, address)
    assert browser.get(next_of(answer)).status_code == 302

    log_in(browser, code_in, participant.email)

    assert browser.get(next_of(answer)).status_code == 404


def test_another_person_who_logs_in_first_leaves_the_words_to_their_author(
    browser, address, organiser, participant, code_in
):
    browser.get("/compte/reglages/")
    end_sessions()
    answer = send(browser, address)
    log_in(browser, code_in, participant.email)
    assert browser.get(next_of(answer)).status_code == 404
    browser.post("/compte/deconnexion/", {"csrfmiddlewaretoken": token_in(browser.get("/"))})

    log_in(browser, code_in, organiser.email)

    assert "En deux lignes" in browser.get(next_of(answer)).text


def test_another_browser_that_knows_the_address_sees_nothing(browser, address, organiser):
    end_sessions()
    answer = send(browser, address)
    other = Client()
    other.force_login(organiser)

    assert other.get(next_of(answer)).status_code == 404


@pytest.mark.parametrize("path", ["/compte/reglages/mot-de-passe/"])
def test_a_password_is_never_kept(browser, path):
    browser.get("/compte/reglages/")
    end_sessions()
    given, token = {"new": "un secret", "again": "un secret"}, browser.cookies["csrftoken"].value
    browser.post(path, given | {"csrfmiddlewaretoken": "faux"}, headers=OURS)
    browser.post(path, given | {"autre": "un secret", "csrfmiddlewaretoken": token}, headers=OURS)

    assert not SavedForm.objects.exists()


def test_every_field_for_a_secret_is_known_by_name():
    secret = {
        name
        for form in every_form()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field.widget, forms.PasswordInput) or field.widget.attrs.get("autocomplete") == "one-time-code"
    }

    assert secret - saved_forms.SECRET_FIELDS == {"code"}  # with the step it belongs to, which is tested apart


def test_a_code_is_not_kept_with_its_step(topic, participant):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(participant)
    address = reverse("contributions:post", args=[topic.phase.consultation.slug, topic.pk])
    browser.post(address, {"texte": "Un texte.", "code": "123456", "etape": "code"}, headers=OURS)

    assert SavedForm.objects.get().fields == [["texte", "Un texte."], ["etape", "code"]]


def every_form(of=forms.BaseForm):
    apps.check_apps_ready()
    for form in of.__subclasses__():
        if form.__module__.split(".")[0] in {"concertation", "contributions", "ateliers"}:
            yield form
        yield from every_form(form)


def test_files_are_not_kept_and_the_page_says_so(browser, address, organiser, code_in):
    browser.get("/compte/reglages/")
    end_sessions()
    answer = send(browser, address, piece=SimpleUploadedFile("plan.pdf", b"%PDF"))
    log_in(browser, code_in, organiser.email)

    page = browser.get(next_of(answer)).text

    assert "Il faudra les joindre de nouveau\u00a0: plan.pdf." in page
    assert SavedForm.objects.get().files == ["plan.pdf"]


@pytest.mark.parametrize("given", [{"body": "x" * 300_001}, {f"mot-{n}": "x" for n in range(501)}])
def test_what_is_too_much_is_not_kept_and_the_page_says_so(browser, address, given):
    browser.get("/compte/reglages/")
    end_sessions()
    answer = send(browser, address, page="/c/x/organiser/", **given)

    assert next_of(answer) == "/c/x/organiser/"
    assert "n’a pas pu être gardé" in browser.get(answer["Location"]).text
    assert not SavedForm.objects.exists()


def test_a_network_is_kept_sixty_forms_a_minute(browser, address, monkeypatch):
    monkeypatch.setattr(limits, "KEPT_FORMS_OF_NETWORK", (limits.Rate(1, 60),))
    end_sessions()
    send(browser, address)
    other = Client()
    answer = send(other, address)

    assert "n’a pas pu être gardé" in other.get(answer["Location"]).text
    assert SavedForm.objects.count() == 1


def test_a_session_keeps_its_five_last_forms(browser, address):
    end_sessions()
    for number in range(7):
        send(browser, address, title=f"Titre {number}")

    titles = [dict(one.fields)["title"] for one in SavedForm.objects.order_by("at")]
    assert titles == ["Titre 2", "Titre 3", "Titre 4", "Titre 5", "Titre 6"]


def test_what_nobody_comes_back_for_is_deleted_after_a_day(browser, address):
    end_sessions()
    send(browser, address)
    run_due_work(timezone.now() + timedelta(hours=23))
    assert SavedForm.objects.count() == 1

    run_due_work(timezone.now() + timedelta(hours=25))

    assert SavedForm.objects.count() == 0


def test_what_is_a_day_old_is_not_given_back_even_before_it_is_deleted(browser, address, organiser, code_in):
    browser.get("/compte/reglages/")
    end_sessions()
    answer = send(browser, address)
    log_in(browser, code_in, organiser.email)

    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        assert browser.get(next_of(answer)).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert browser.get(next_of(answer)).status_code == 404
    assert SavedForm.objects.count() == 1


def test_what_is_refused_when_it_is_sent_again_stays(browser, address, organiser, code_in):
    browser.get("/compte/reglages/")
    end_sessions()
    answer = send(browser, address)
    log_in(browser, code_in, organiser.email)
    page = browser.get(next_of(answer))

    browser.post(address, fields_in(page) | {"title": "", "csrfmiddlewaretoken": token_in(page)})

    assert not Section.objects.exists()
    assert "En deux lignes" in browser.get(next_of(answer)).text


def test_words_whose_author_is_not_known_go_with_their_session(address, organiser):
    browser = Client()
    answer = send(browser, address)
    browser.force_login(organiser)
    assert "En deux lignes" in browser.get(next_of(answer)).text

    browser.post("/compte/deconnexion/")
    browser.force_login(organiser)

    assert browser.get(next_of(answer)).status_code == 404


def test_what_our_script_sent_without_a_session_is_not_kept(browser, address):
    end_sessions()
    token = browser.cookies["csrftoken"].value
    given = {"title": "Des lieux", "body": BODY, "csrfmiddlewaretoken": token}
    browser.post(address, given, headers=OURS | {"X-Requested-With": "fetch"})

    assert not SavedForm.objects.exists()


def test_an_act_of_a_visitor_leads_to_its_own_steps_and_is_not_kept_twice(topic):
    browser = Client()
    address = reverse("contributions:post", args=[topic.phase.consultation.slug, topic.pk])
    steps = browser.post(address, {"texte": "Il manque des lieux.", "titre": ""})["Location"]
    page = f"/compte/actes/{steps.partition('acte=')[2]}/"

    again = browser.post(page, {"csrfmiddlewaretoken": "faux"}, headers={"Referer": f"http://testserver{page}"})

    assert (again["Location"], SavedForm.objects.exists()) == (steps, False)


def test_what_is_sent_again_without_a_session_is_kept_once(browser, address, organiser, code_in):
    browser.get("/compte/reglages/")
    end_sessions()
    answer = send(browser, address)
    log_in(browser, code_in, organiser.email)
    page = browser.get(next_of(answer))

    again = browser.post(address, fields_in(page) | {"body": BODY, "csrfmiddlewaretoken": "faux"}, headers=OURS)

    assert [one.page_address for one in SavedForm.objects.all()] == [again["Location"]]


def test_what_no_database_can_hold_is_left_out(browser, address):
    end_sessions()
    send(browser, address, body="Des\x00 lieux.")

    assert ["body", "Des lieux."] in SavedForm.objects.get().fields


def test_another_site_is_not_the_page_to_go_back_to(browser, address):
    end_sessions()
    given = {"title": "Des lieux", "csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    browser.post(address, given, headers=OURS | {"Referer": "http://ailleurs.fr/page/"})

    assert SavedForm.objects.get().page == ""


def test_it_can_be_deleted_at_once(browser, address, organiser, code_in):
    browser.get("/compte/reglages/")
    end_sessions()
    answer = send(browser, address)
    log_in(browser, code_in, organiser.email)
    kept = browser.get(next_of(answer))

    browser.post(next_of(answer), {"csrfmiddlewaretoken": token_in(kept)})

    assert not SavedForm.objects.exists()


def test_an_expired_token_of_our_own_page_gives_the_words_back_with_a_new_one(topic, participant):
    """Two tabs opened before log-in: one logs in, the other publishes."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(participant)
    address = reverse("contributions:post", args=[topic.phase.consultation.slug, topic.pk])
    answer = browser.post(address, {"texte": "Il manque des lieux.", "titre": "Lieux"}, headers=OURS)
    assert (answer.status_code, "saved_drafts" in answer.cookies) == (303, False)

    page = browser.get(answer["Location"])
    assert "Il manque des lieux." in page.text
    assert not Contribution.objects.exists()
    browser.post(address, fields_in(page) | {"csrfmiddlewaretoken": token_in(page)})

    assert Contribution.objects.get().title == "Lieux"
    assert not SavedForm.objects.exists()


def test_words_sent_with_an_expired_token_are_for_their_author_alone_also_after_a_log_out(
    topic, participant, other_participant
):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(participant)
    address = reverse("contributions:post", args=[topic.phase.consultation.slug, topic.pk])
    kept = browser.post(address, {"texte": "Il manque des lieux."}, headers=OURS)["Location"]
    browser.post("/compte/deconnexion/", {"csrfmiddlewaretoken": token_in(browser.get("/"))})

    browser.force_login(other_participant)
    assert browser.get(kept).status_code == 404
    browser.post("/compte/deconnexion/", {"csrfmiddlewaretoken": token_in(browser.get("/"))})
    browser.force_login(participant)

    assert "Il manque des lieux." in browser.get(kept).text


def test_the_page_of_a_kept_reaction_names_the_contribution_and_the_reaction(topic, participant, other_participant):
    contribution = post_contribution(topic, body="Il manque des lieux.", by=participant)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(other_participant)
    address = reverse("contributions:acts", args=[topic.phase.consultation.slug, topic.pk])
    answer = browser.post(address, {"reaction": f"{contribution.number}:agree"}, headers=OURS)

    page = browser.get(answer["Location"]).text

    assert contribution.ref in page.replace("\u2011", "-").replace("\u2060", "")
    assert str(Reaction.Kind("agree").label) in page


def test_words_that_cannot_be_kept_are_shown_to_be_copied(topic, participant, monkeypatch):
    monkeypatch.setattr(limits, "KEPT_FORMS_OF_NETWORK", (limits.Rate(0, 60),))
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(participant)
    address = reverse("contributions:post", args=[topic.phase.consultation.slug, topic.pk])
    answer = browser.post(address, {"texte": "Il manque des lieux."}, headers=OURS)

    assert (answer.status_code, "Il manque des lieux." in answer.text) == (403, True)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://ailleurs.fr"},
        {"Origin": "null"},
        {"Referer": "https://ailleurs.fr/page"},
        {"Origin": "http://testserver:8000"},
        {"Origin": "https://testserver"},
        {},
    ],
)
def test_another_site_gets_a_plain_refusal(topic, participant, headers):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(participant)
    address = reverse("contributions:post", args=[topic.phase.consultation.slug, topic.pk])
    answer = browser.post(address, {"texte": "Volé."}, headers=headers)

    assert answer.status_code == 403
    assert not SavedForm.objects.exists()


def test_our_script_gets_a_plain_refusal_and_keeps_the_words_itself(topic, participant):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(participant)
    address = reverse("contributions:post", args=[topic.phase.consultation.slug, topic.pk])
    answer = browser.post(address, {"texte": "Gardé."}, headers=OURS | {"X-Requested-With": "fetch"})

    assert (answer.status_code, SavedForm.objects.exists()) == (403, False)


def test_an_expired_token_at_log_in_leads_to_the_page_to_log_in():
    browser = Client(enforce_csrf_checks=True)
    given = {"etape": "adresse", "adresse": ADDRESS, "next": "/c/x/"}
    answer = browser.post("/compte/identification/", given, headers=OURS)

    assert (answer.status_code, answer["Location"]) == (303, "/compte/identification/?next=%2Fc%2Fx%2F")
    assert not SavedForm.objects.exists()


def test_the_version_that_a_form_carries_is_sent_again_and_shown_to_nobody():
    fields = [("expected_version", "title:7a6b2089827c body:c6febe4bf382"), ("body", "un texte"), ("etat", "ready")]

    assert words_of(fields) == ["un texte"]


def test_words_whose_author_is_not_known_are_shown_with_a_warning_that_names_who_would_sign(address, participant):
    browser = Client()
    kept = next_of(browser.post(address, {"title": "Des lieux", "body": BODY}))
    browser.force_login(participant)

    page = browser.get(kept).text

    assert page.index("avant votre connexion") < page.index("Effacer") < page.index("En deux lignes")
    assert f"<strong>{participant.display_name}</strong>" in page
    browser.post(kept, {"effacer": "oui"})
    assert not SavedForm.objects.exists()
