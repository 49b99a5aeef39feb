"""The queue of moderation while others work it: nothing moves, nothing typed goes, what is new waits behind a button."""

import pytest
from playwright.sync_api import Page, expect

from concertation.consultations.actions import edit_consultation
from contributions import actions
from contributions.models import Contribution, State
from contributions.moderation.views import PAGE
from tests.browser.conftest import axe
from tests.browser.live_pages import LISTEN, WITHIN, open_live
from tests.contributions.conftest import post  # noqa: F401 - fixtures

QUEUE = "/c/innovation-urbaine/moderation/"


@pytest.fixture
def report(post, consultation, other_participant):
    def write(body) -> Contribution:
        reported = post(body)
        actions.report_contribution(reported, reason=consultation.reasons.first(), by=other_participant)
        return reported

    return write


@pytest.fixture
def queue(page, log_in, report, moderator):
    """The open queue, with two items, and what they are about."""
    reported = [report("Un premier texte."), report("Un second texte.")]
    log_in(page, moderator)
    return open_live(page, QUEUE), *reported


def item(page: Page, one: Contribution):
    return page.locator(f"#c-{one.number}")


def test_what_another_decided_says_so_in_its_place_and_nothing_moves(queue, administrator):
    page, first, second = queue
    before = item(page, second).bounding_box()

    actions.keep_contribution(first, by=administrator)

    expect(item(page, first).get_by_text("Décidé entre-temps")).to_be_visible(timeout=WITHIN)
    expect(item(page, first).get_by_role("button")).to_have_count(0)
    expect(item(page, second).get_by_text("Décidé entre-temps")).to_be_hidden()
    expect(page.locator(".tabs__count")).to_have_text("1")
    assert item(page, second).bounding_box() == before
    axe(page)


def test_a_decision_that_is_being_written_stays_when_another_has_decided(queue, administrator, report):
    page, first, second = queue
    message = item(page, first).get_by_label("Message à l’auteur")
    message.fill("Ce que j’écris encore")

    actions.keep_contribution(first, by=administrator)
    actions.keep_contribution(second, by=administrator)

    expect(item(page, second).get_by_text("Décidé entre-temps")).to_be_visible(timeout=WITHIN)
    expect(message).to_be_visible()
    expect(message).to_be_focused()
    expect(message).to_have_value("Ce que j’écris encore")


@pytest.mark.parametrize("choose", ["Masquer", "Motif"])
def test_what_one_has_chosen_stays_when_another_has_decided(queue, administrator, choose):
    page, first, second = queue
    field = item(page, first).get_by_label(choose)
    if choose == "Motif":
        field.select_option(index=1)
    else:
        field.check()
    field.blur()

    actions.keep_contribution(first, by=administrator)
    actions.keep_contribution(second, by=administrator)

    expect(item(page, second).get_by_text("Décidé entre-temps")).to_be_visible(timeout=WITHIN)
    expect(field).to_be_visible()
    expect(item(page, first).get_by_text("Décidé entre-temps")).to_be_hidden()


def test_what_another_decided_is_said_once(queue, administrator, report):
    page, first, second = queue
    page.evaluate(LISTEN)

    actions.keep_contribution(first, by=administrator)
    page.wait_for_function(f"() => said.includes('{first.ref} n’attend plus de décision')")
    actions.keep_contribution(second, by=administrator)
    page.wait_for_function(f"() => said.includes('{second.ref} n’attend plus de décision')")

    assert len(page.evaluate("said")) == 2


def test_what_moves_up_from_a_later_page_is_offered_and_only_what_is_new_is_told(
    page, log_in, report, moderator, administrator, consultation, organiser
):
    edit_consultation(consultation, most_reports=PAGE + 2, by=organiser)
    first, second, *_others, last = [report(f"Texte {number}.") for number in range(PAGE + 1)]
    log_in(page, moderator)
    open_live(page, QUEUE)
    page.evaluate(LISTEN)

    actions.keep_contribution(first, by=administrator)
    expect(page.get_by_role("button", name="Afficher l’élément suivant")).to_be_visible(timeout=WITHIN)
    settled = f"{first.ref} n’attend plus de décision"
    page.wait_for_function(f"() => said.includes('{settled}')")
    expect(page.locator("#status")).to_be_empty(timeout=WITHIN)
    assert page.evaluate("said") == [settled]

    actions.keep_contribution(second, by=administrator)
    late = report("Un texte de plus.")
    page.wait_for_function("() => said.includes('Un nouvel élément à modérer')")
    page.get_by_role("button", name="Afficher les 2 éléments suivants").click(timeout=WITHIN)
    expect(item(page, last)).to_be_visible()
    expect(item(page, late)).to_be_visible()
    axe(page)


def test_what_is_new_waits_behind_the_button_and_can_be_decided_upon(queue, report, consultation):
    page, *_both = queue
    late = [report("Un troisième texte."), report("Un quatrième texte.")]
    button = page.get_by_role("button", name="Afficher les 2 éléments suivants")

    expect(button).to_be_visible(timeout=WITHIN)
    expect(page.locator(".queue__item")).to_have_count(2)
    button.click()
    expect(page.locator(".queue__item .moderation-text__words")).to_have_text(
        ["Un premier texte.", "Un second texte.", "Un troisième texte.", "Un quatrième texte."]
    )
    expect(button).to_be_hidden()
    item(page, late[0]).get_by_label("Masquer").check()
    item(page, late[0]).get_by_label("Motif").select_option(index=1)
    item(page, late[0]).get_by_role("button", name="Enregistrer la décision").click()

    expect(page.get_by_text(f"Décision enregistrée pour {late[0].ref}.")).to_be_visible()
    assert Contribution.objects.get(pk=late[0].pk).state == State.HIDDEN


def test_what_is_decided_before_it_was_shown_is_held_no_longer(queue, report, administrator):
    page, *_both = queue
    late = [report("Un troisième texte."), report("Un quatrième texte.")]
    expect(page.get_by_role("button", name="Afficher les 2 éléments suivants")).to_be_visible(timeout=WITHIN)

    actions.keep_contribution(late[0], by=administrator)
    page.get_by_role("button", name="Afficher l’élément suivant").click(timeout=WITHIN)

    expect(page.locator(".queue__item .moderation-text__words").last).to_have_text("Un quatrième texte.")
    expect(page.locator(".queue__item")).to_have_count(3)


def test_an_empty_queue_fills(page, log_in, report, moderator):
    log_in(page, moderator)
    open_live(page, QUEUE)
    expect(page.get_by_text("Rien à traiter")).to_be_visible()

    report("Un texte.")
    page.get_by_role("button", name="Afficher l’élément suivant").click(timeout=WITHIN)

    expect(page.locator(".queue__item")).to_contain_text("Un texte.")
    expect(page.get_by_text("Rien à traiter")).to_have_count(0)


def test_another_wording_and_a_second_report_are_read_where_the_text_stands(
    queue, consultation, facilitator, participant
):
    page, first, _second = queue

    actions.edit_contribution(first, body="Un texte adouci.", by=participant)
    expect(item(page, first)).to_contain_text("Un texte adouci.", timeout=WITHIN)
    actions.report_contribution(first, reason=consultation.reasons.first(), text="Pour moi aussi.", by=facilitator)

    expect(item(page, first)).to_contain_text("Pour moi aussi.", timeout=WITHIN)


def test_the_next_page_passes_over_nothing_that_is_hidden_behind_the_button(
    page, log_in, report, moderator, administrator, consultation, organiser
):
    edit_consultation(consultation, most_reports=PAGE + 4, by=organiser)
    reported = [report(f"Texte {number}.") for number in range(PAGE + 4)]
    log_in(page, moderator)
    open_live(page, QUEUE)

    for one in reported[:2]:
        actions.keep_contribution(one, by=administrator)
    button = page.get_by_role("button", name="Afficher les 2 éléments suivants")
    expect(button).to_be_visible(timeout=WITHIN)
    page.get_by_role("link", name="Page suivante").click()

    for one in reported[PAGE:]:
        expect(item(page, one)).to_be_visible()
