"""The list of what is hidden, and the page of one decision, while others decide."""

import pytest
from playwright.sync_api import Page, expect

from contributions import actions
from contributions.models import Contribution
from tests.browser.conftest import axe
from tests.browser.live_pages import WITHIN, open_live
from tests.contributions.conftest import post  # noqa: F401 - fixtures

HIDDEN = "/c/innovation-urbaine/moderation/masquees/"


@pytest.fixture
def hide(post, consultation, administrator):
    def write(body) -> Contribution:
        return actions.hide_contribution(post(body), reason=consultation.reasons.first(), by=administrator)

    return write


@pytest.fixture
def restore(consultation, administrator):
    def put_back(one) -> Contribution:
        reason = consultation.reasons.to_restore().first()
        return actions.restore_contribution(one, reason=reason, message="Relu.", by=administrator)

    return put_back


def item(page: Page, one: Contribution):
    return page.locator(f"#c-{one.number}")


def test_what_is_shown_again_says_so_and_what_is_hidden_waits_behind_the_button(page, log_in, hide, restore, moderator):
    first, second = hide("Un premier texte."), hide("Un second texte.")
    log_in(page, moderator)
    open_live(page, HIDDEN)
    expect(page.locator(".queue__title a")).to_have_text([second.ref, first.ref])

    restore(first)
    expect(item(page, first).get_by_text("Décidé entre-temps")).to_be_visible(timeout=WITHIN)
    expect(item(page, second).get_by_text("Décidé entre-temps")).to_be_hidden()
    late, last = hide("Un troisième texte."), hide("Un quatrième texte.")
    page.get_by_role("button", name="Afficher les 2 contributions masquées entre-temps").click(timeout=WITHIN)

    expect(page.locator(".queue__title a")).to_have_text([last.ref, late.ref, second.ref, first.ref])
    axe(page)


def test_a_reason_that_is_being_written_stays_when_another_puts_the_text_back(page, log_in, hide, restore, moderator):
    first, second = hide("Un premier texte."), hide("Un second texte.")
    log_in(page, moderator)
    open_live(page, HIDDEN)
    item(page, first).locator("summary").click()
    message = item(page, first).get_by_label("Message à l’auteur")
    message.fill("Ce que j’écris encore")

    restore(first)
    restore(second)

    expect(item(page, second).get_by_text("Décidé entre-temps")).to_be_visible(timeout=WITHIN)
    expect(message).to_be_focused()
    expect(message).to_have_value("Ce que j’écris encore")


def test_an_empty_list_fills(page, log_in, hide, consultation, moderator):
    log_in(page, moderator)
    open_live(page, HIDDEN)
    expect(page.get_by_text("Aucune contribution masquée")).to_be_visible()

    hidden = hide("Un texte.")
    page.get_by_role("button", name="Afficher la contribution masquée entre-temps").click(timeout=WITHIN)

    expect(item(page, hidden)).to_contain_text("Un texte.")
    expect(page.get_by_text("Aucune contribution masquée")).to_have_count(0)


def test_one_reads_the_new_text_and_the_report_while_one_writes_a_decision(
    page, log_in, post, consultation, participant, other_participant, administrator, moderator
):
    said = post("Un texte.")
    log_in(page, moderator)
    open_live(page, f"/c/innovation-urbaine/moderation/{said.number}/")
    message = page.get_by_label("Message à l’auteur")
    message.fill("Ce que j’écris encore")

    said = actions.edit_contribution(said, body="Un texte adouci.", by=participant)
    expect(page.locator(".moderation-text__words")).to_have_text("Un texte adouci.", timeout=WITHIN)
    actions.report_contribution(said, reason=consultation.reasons.first(), text="Il blesse.", by=other_participant)
    expect(page.get_by_text("Il blesse.")).to_be_visible(timeout=WITHIN)
    actions.hide_contribution(said, reason=consultation.reasons.first(), by=administrator)

    expect(page.get_by_role("heading", name="Décisions déjà prises")).to_be_visible(timeout=WITHIN)
    expect(message).to_have_value("Ce que j’écris encore")
    axe(page)
