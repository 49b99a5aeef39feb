"""Words typed into the forms of the teams: each draft comes back where it belongs, and over nothing newer."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from concertation.syntheses.writing import actions as writing
from tests.browser.conftest import axe

TEXT = "Ce qui est en train d’être écrit."


@pytest.fixture
def made(served, consultation, organiser):
    return [
        writing.create_recommendation(consultation, title=f"Titre {n}", body=f"Texte {n}.", by=organiser)
        for n in (1, 2, 3, 4)
    ]


def open_one(page: Page, recommendation) -> None:
    slug = recommendation.consultation.slug
    page.goto(f"/c/{slug}/organiser/recommandations/{recommendation.number}/")


def body(page: Page):
    return page.locator("[name=body]")


def leave(page: Page) -> None:
    page.goto("/compte/")


def test_each_text_has_its_own_draft_that_is_offered_over_a_newer_text(page, log_in, made, organiser, administrator):
    first, second, third, fourth = made
    log_in(page, organiser)

    # What is saved is not kept, and goes into no other text.
    open_one(page, first)
    body(page).fill(f"{TEXT} Un.")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Recommandation enregistrée.")).to_be_visible()
    expect(page.locator(".saved-draft")).to_have_count(0)
    open_one(page, second)
    expect(body(page)).to_have_value("Texte 2.")
    expect(page.locator(".saved-draft")).to_have_count(0)

    # What is not saved comes back in its own place alone, and says that it is not saved.
    open_one(page, third)
    body(page).fill(f"{TEXT} Trois.")
    leave(page)
    open_one(page, fourth)
    expect(body(page)).to_have_value("Texte 4.")
    expect(page.locator(".saved-draft")).to_have_count(0)
    open_one(page, third)
    expect(body(page)).to_have_value(f"{TEXT} Trois.")
    expect(page.locator(".saved-draft")).to_contain_text("pas encore enregistré")
    expect(page.locator(".saved-draft time")).to_have_text(re.compile(r"\w \d{4} à \d+\sh(\s\d\d)?$"))

    # Somebody saves another text meanwhile: the draft is offered, and the new text stays until one takes it.
    words = {"title": third.title, "body": "Un texte plus récent.", "kind": third.kind, "status": third.status}
    writing.edit_recommendation(third, **words, by=administrator)
    open_one(page, third)
    expect(body(page)).to_have_value("Un texte plus récent.")
    expect(page.locator(".saved-draft")).to_contain_text(f"{TEXT} Trois.")
    page.get_by_role("button", name="Reprendre ce texte").click()
    expect(body(page)).to_have_value(f"{TEXT} Trois.")
    page.get_by_role("button", name="Revenir au texte enregistré").click()
    expect(body(page)).to_have_value("Un texte plus récent.")
    leave(page)
    open_one(page, third)
    expect(page.locator(".saved-draft")).to_have_count(0)


def say_who_one_is(page: Page, address: str, code_for) -> None:
    page.get_by_label("Votre adresse électronique").fill(address)
    page.get_by_role("button", name="Recevoir un code").click()
    page.get_by_label("Code à six chiffres").fill(code_for(address))
    page.get_by_role("button", name="Valider le code").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_words_sent_once_the_session_is_gone_are_there_after_log_in(
    new_page, log_in, made, organiser, code_for, javascript
):
    page = new_page(java_script_enabled=javascript)
    log_in(page, organiser)
    open_one(page, made[0])
    body(page).fill(TEXT)
    Session.objects.all().delete()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Ce que vous avez écrit est gardé")).to_be_visible()

    say_who_one_is(page, organiser.email, code_for)
    expect(page.get_by_text(TEXT)).to_be_visible()
    if javascript:
        axe(page)
        other = page.context.new_page()
        open_one(other, made[0])
        expect(body(other)).to_have_value(TEXT)
        other.close()
    page.get_by_role("button", name="Envoyer de nouveau").click()

    expect(page.get_by_text("Recommandation enregistrée.")).to_be_visible()
    expect(body(page)).to_have_value(TEXT)
    expect(page.locator(".saved-draft")).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False])
def test_of_two_tabs_opened_before_log_in_the_second_publishes_too(new_page, log_in, participant, topic, javascript):
    page = new_page(java_script_enabled=javascript)
    page.goto(f"/c/innovation-urbaine/thematiques/{topic.pk}/")
    page.get_by_label("Votre contribution").fill(TEXT)
    log_in(page, participant)
    page.get_by_role("button", name="Publier ma contribution").click()
    expect(page.get_by_role("heading", name="Votre envoi est gardé")).to_be_visible()
    page.get_by_role("button", name="Envoyer de nouveau").click()

    expect(page.locator(".threads .contribution", has_text=TEXT)).to_have_count(1)
    expect(page.get_by_label("Votre contribution")).to_have_value("")


def test_one_goes_back_to_a_form_that_was_refused_in_place(page, log_in, consultation, organiser):
    log_in(page, organiser)
    page.goto(f"/c/{consultation.slug}/organiser/invitations/")
    form = page.locator("main form[method=post]").first
    form.locator("textarea").first.fill(" ")
    form.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    page.goto(f"/c/{consultation.slug}/")

    page.go_back()

    expect(page.locator("main form[method=post]").first).to_be_visible()
