"""What is being typed is kept in the browser; a composer that has left the page has no say in it any more."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.live_pages import open_live
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures

pytestmark = pytest.mark.one_database("drafts.js and what the browser stores")

KEPT = "Ce qui doit rester."
# Longer than the pause after which what is typed is kept.
A_WHILE = 2_000


@pytest.fixture
def still_page(page, log_in, participant, contribution, topic) -> Page:
    """A page in a moment that lasts as long as we like: nothing is kept by the mere passing of time."""
    log_in(page, participant)
    page.clock.install()
    open_live(page, f"/c/innovation-urbaine/thematiques/{topic.pk}/")
    page.clock.pause_at(timezone.now() + timedelta(seconds=1))
    return page


def answer(page: Page, text: str) -> None:
    page.get_by_role("link", name="Répondre").first.click()
    page.get_by_label("Votre réponse").fill(text)


def cancel(page: Page) -> None:
    page.get_by_role("link", name="Annuler").click()
    expect(page.get_by_label("Votre réponse")).to_have_count(0)


def is_given_back(page: Page, text: str) -> None:
    page.get_by_role("link", name="Répondre").first.click()
    expect(page.get_by_label("Votre réponse")).to_have_value(text)


def test_cancelling_keeps_what_was_just_typed(still_page):
    answer(still_page, KEPT)
    cancel(still_page)

    still_page.reload()
    is_given_back(still_page, KEPT)


def test_a_composer_taken_off_the_page_does_not_overwrite_what_was_kept_since(still_page):
    answer(still_page, "Un premier essai.")
    still_page.locator(".reply-slot form").evaluate("(form) => form.remove()")
    answer(still_page, KEPT)
    cancel(still_page)

    still_page.clock.run_for(A_WHILE)
    is_given_back(still_page, KEPT)


def test_a_composer_asked_for_twice_keeps_what_was_typed_in_it_meanwhile(still_page):
    asked = []
    still_page.route("**/contributions/*/?repondre=*", lambda route: asked.append(route))
    link = still_page.get_by_role("link", name="Répondre").first
    link.click()
    link.click()
    while len(asked) < 2:
        still_page.wait_for_timeout(50)
    asked[0].continue_()
    still_page.get_by_label("Votre réponse").fill(KEPT)

    with still_page.expect_response("**/contributions/*/?repondre=*"):
        asked[1].continue_()
    still_page.wait_for_load_state("networkidle")

    expect(still_page.get_by_label("Votre réponse")).to_have_value(KEPT)


def test_a_composer_whose_text_was_published_does_not_erase_what_was_kept_since(still_page):
    answer(still_page, "Une réponse publiée.")
    still_page.get_by_role("button", name="Publier ma réponse").click()
    expect(still_page.locator(".replies .is-mine")).to_have_count(1)
    expect(still_page.get_by_label("Votre réponse")).to_have_count(0)
    answer(still_page, KEPT)
    cancel(still_page)

    still_page.clock.run_for(A_WHILE)
    is_given_back(still_page, KEPT)


@pytest.fixture
def address(topic) -> str:
    return f"/c/innovation-urbaine/thematiques/{topic.pk}/"


def type_in(page: Page, text: str) -> None:
    """As if one had typed it and paused."""
    page.get_by_label("Votre contribution").fill(text)
    page.evaluate("() => dispatchEvent(new Event('pagehide'))")


def test_what_one_person_leaves_unsent_is_given_to_no_other(page, log_in, address, participant, other_participant):
    log_in(page, participant)
    page.goto(address)
    type_in(page, KEPT)
    log_in(page, other_participant)
    page.goto(address)
    expect(page.get_by_label("Votre contribution")).to_have_value("")
    type_in(page, "Ce qu’une autre personne écrit.")
    page.context.clear_cookies()
    page.goto(address)
    expect(page.get_by_label("Votre contribution")).to_have_value("")

    log_in(page, participant)
    page.goto(address)

    expect(page.get_by_label("Votre contribution")).to_have_value(KEPT)


def test_what_a_visitor_types_is_theirs_once_they_have_said_who_they_are(page, log_in, address, participant, partner):
    page.goto(address)
    type_in(page, KEPT)
    log_in(page, participant)
    page.goto(address)
    expect(page.get_by_label("Votre contribution")).to_have_value(KEPT)
    type_in(page, f"{KEPT} Vraiment.")

    log_in(page, partner)
    page.goto(address)

    expect(page.get_by_label("Votre contribution")).to_have_value("")


def test_what_a_visitor_typed_in_another_tab_is_not_given_to_whoever_logs_in(page, log_in, address, participant):
    page.goto(address)
    type_in(page, KEPT)
    later = page.context.new_page()
    log_in(later, participant)

    later.goto(address)

    expect(later.get_by_label("Votre contribution")).to_have_value("")


def test_two_tabs_keep_each_its_own_text_when_one_could_not_be_sent(page, log_in, address, participant):
    log_in(page, participant)
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    page.route("**/publier/", lambda route: route.abort())
    page.get_by_label("Votre contribution").fill(KEPT)
    page.get_by_role("button", name="Publier ma contribution").click()
    expect(page.get_by_role("alert")).to_contain_text("n’a pas été envoyée")

    type_in(other, "Dans l’autre onglet.")
    page.unroute("**/publier/")
    page.reload()
    expect(page.get_by_label("Votre contribution")).to_have_value(KEPT)
    page.get_by_role("button", name="Réessayer").click()
    expect(page.get_by_label("Votre contribution")).to_have_value("")
    page.reload()

    expect(page.get_by_label("Votre contribution")).to_have_value("Dans l’autre onglet.")


def test_a_visitor_s_text_whose_answer_is_lost_is_given_back_under_its_name(page, address):
    page.goto(address)
    name = page.locator("[name=client_uuid]").input_value()
    page.route("**/publier/", lambda route: route.abort())
    page.get_by_label("Votre contribution").fill(KEPT)
    page.get_by_role("button", name="Publier ma contribution").click()
    page.wait_for_url("chrome-error://**")

    page.goto(address)

    expect(page.get_by_label("Votre contribution")).to_have_value(KEPT)
    assert page.locator("[name=client_uuid]").input_value() == name
