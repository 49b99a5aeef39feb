"""The short way from a text to its publication: the address beside the text, one field a page, acts that wait."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from concertation.accounts.models import User
from contributions.actions import hide_contribution, post_contribution
from contributions.models import Contribution, Report
from tests.reading import ordinary, words

from .test_writing_first import ADDRESS, ask_for_code, enter, everything_in_the_database, joining

pytestmark = pytest.mark.django_db
TEXT = "Il manque un lieu où essayer.\n\nIl manque aussi du temps."


@pytest.fixture
def address_of(topic):
    return reverse("contributions:post", args=[topic.phase.consultation.slug, topic.pk])


@pytest.fixture
def said(topic, other_participant):
    return post_contribution(topic, body="Il manque des lieux.", by=other_participant)


def title_of(page):
    return ordinary(re.search(r"<title>(.*?)</title>", page.text, re.DOTALL)[1])


def focused(page):
    """The names of the fields that take the focus of a page."""
    return re.findall(
        r'name="(\w+)"', " ".join(re.findall(r"<(?:input|select|textarea)[^>]*autofocus[^>]*>", page.text))
    )


def test_the_address_beside_the_text_leads_to_the_code_at_once(topic, address_of, code_in, mailoutbox):
    browser = Client()

    step = browser.post(address_of, {"texte": TEXT, "adresse": f" {ADDRESS} "})["Location"]
    join = enter(browser, step, code_in())["Location"]
    last = browser.post(join, joining(topic.phase.consultation))

    assert step.startswith("/compte/identification/code/?acte=")
    assert join.startswith("/c/innovation-urbaine/rejoindre/?acte=")
    assert last["Location"] == f"/c/innovation-urbaine/thematiques/{topic.pk}/#c-1"
    assert (Contribution.objects.get().current.body, len(mailoutbox)) == (TEXT, 1)


def test_an_address_that_is_none_is_said_beside_the_text(address_of, mailoutbox):
    answer = Client().post(address_of, {"texte": TEXT, "adresse": "nadia chez exemple"})

    assert answer.status_code == 422
    assert "Cette adresse est incomplète" in answer.text
    assert not Session.objects.exists()
    assert mailoutbox == []


def test_an_address_to_which_no_mail_leaves_is_asked_again_and_the_text_waits(address_of, monkeypatch):
    def unreachable(*args, **options):
        raise OSError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", unreachable)
    browser = Client()

    step = browser.post(address_of, {"texte": TEXT, "adresse": ADDRESS})["Location"]
    page = browser.get(step)

    assert step.startswith("/compte/identification/?acte=")
    assert "Le courriel n’a pas pu partir." in page.text
    assert f'value="{ADDRESS}"' in page.text
    assert "Il manque aussi du temps." in page.text


def test_two_clicks_send_one_code(address_of, mailoutbox):
    browser = Client()
    browser.post(address_of, {"texte": "Un autre texte."})
    first = browser.post(address_of, {"texte": TEXT, "adresse": ADDRESS})["Location"]

    again = browser.post(address_of, {"texte": TEXT, "adresse": ADDRESS})["Location"]

    assert (first.partition("?")[0], again.partition("?")[0]) == ("/compte/identification/code/",) * 2
    assert len(mailoutbox) == 1


def test_until_the_code_is_typed_the_address_is_not_stored(address_of, code_in):
    browser = Client()
    step = browser.post(address_of, {"texte": TEXT, "adresse": ADDRESS})["Location"]

    assert ADDRESS not in everything_in_the_database()
    assert all(ADDRESS not in str(one.get_decoded()) for one in Session.objects.all())
    enter(browser, step, code_in())
    assert User.objects.filter(email=ADDRESS).exists()


def test_a_person_who_is_known_is_not_asked_for_an_address(client, topic, participant):
    client.force_login(participant)

    assert 'name="adresse"' not in client.get(f"/c/innovation-urbaine/thematiques/{topic.pk}/").text


def test_each_step_has_its_address_its_title_and_the_focus_in_its_field(topic, address_of, code_in):
    browser = Client()
    first = browser.post(address_of, {"texte": TEXT})["Location"]
    asked = browser.get(first)
    second = ask_for_code(browser, first)
    code = browser.get(second)
    password = browser.get("/compte/identification/mot-de-passe/")
    join = browser.get(enter(browser, second, code_in())["Location"])

    assert [focused(one) for one in (asked, code, password, join)] == [
        ["adresse"], ["code"], ["mot_de_passe"], ["display_name"],
    ]  # fmt: skip
    assert len({title_of(one) for one in (asked, code, password, join)}) == 4
    assert len({one.request["PATH_INFO"] for one in (asked, code, password, join)}) == 4


def test_an_error_takes_the_focus_to_its_field(address_of):
    browser = Client()
    first = browser.post(address_of, {"texte": TEXT})["Location"]

    refused = browser.post(
        "/compte/identification/mot-de-passe/", {"etape": "mot-de-passe", "adresse": "x", "mot_de_passe": "y"}
    )

    assert focused(browser.get(first)) == ["adresse"]
    assert focused(refused) == ["adresse"]


def test_the_text_that_waits_is_folded_with_its_paragraphs(address_of):
    browser = Client()
    first = browser.post(address_of, {"texte": TEXT, "titre": "Un lieu"})["Location"]

    preview = re.search(r'<details class="kept fold">(.*?)</details>', browser.get(first).text, re.DOTALL)[1]

    assert "<summary>Relire votre contribution</summary>" in preview
    assert "<p>Il manque un lieu où essayer.</p>" in preview
    assert "<p>Il manque aussi du temps.</p>" in preview


def test_a_report_waits_and_leads_back_to_the_page_it_came_from(topic, said, participant, code_in):
    page = f"/c/innovation-urbaine/thematiques/{topic.pk}/?tri=actives"
    report = reverse("contributions:report", args=["innovation-urbaine", said.number])
    reason = said.consultation.reasons.to_hide().first()
    browser = Client()
    assert f'href="{report}"' in browser.get(page).text

    form = browser.get(report, headers={"Referer": f"http://testserver{page}"})
    back = form.context["back"]
    step = browser.post(report, {"reason": reason.pk, "text": "Une attaque.", "next": back})["Location"]
    assert not Report.objects.exists()
    assert "Une attaque." in browser.get(step).text
    last = enter(browser, ask_for_code(browser, step, participant.email), code_in(), participant.email)

    made = Report.objects.get()
    assert (made.participation.user, made.reason, made.text) == (participant, reason, "Une attaque.")
    assert last["Location"] == back == f"{page}#c-{said.number}"
    assert "La modération lira cette contribution." in words(browser.get(last["Location"]))


def test_a_newcomer_joins_before_their_report_is_sent(client, said, newcomer):
    client.force_login(newcomer)
    report = reverse("contributions:report", args=["innovation-urbaine", said.number])
    reason = said.consultation.reasons.to_hide().first()

    join = client.post(report, {"reason": reason.pk, "text": ""})["Location"]
    assert not Report.objects.exists()
    answers = joining(said.consultation)
    del answers["display_name"]
    client.post(join, answers)

    assert Report.objects.get().participation.user == newcomer


def test_a_report_of_ones_own_words_is_refused_on_the_page_it_leads_back_to(said, other_participant, code_in):
    browser = Client()
    report = reverse("contributions:report", args=["innovation-urbaine", said.number])
    reason = said.consultation.reasons.to_hide().first()

    step = browser.post(report, {"reason": reason.pk})["Location"]
    last = enter(browser, ask_for_code(browser, step, other_participant.email), code_in(), other_participant.email)

    assert "Vous ne pouvez pas signaler cette contribution." in browser.get(last["Location"]).text
    assert not Report.objects.exists()


def test_a_report_of_a_text_that_was_hidden_meanwhile_is_not_made(said, participant, moderator, code_in):
    browser = Client()
    report = reverse("contributions:report", args=["innovation-urbaine", said.number])
    reason = said.consultation.reasons.to_hide().first()
    step = browser.post(report, {"reason": reason.pk})["Location"]
    hide_contribution(said, reason=reason, by=moderator)

    last = enter(browser, ask_for_code(browser, step, participant.email), code_in(), participant.email)

    assert "il n’y a plus rien à signaler" in browser.get(last["Location"]).text
    assert not Report.objects.exists()
