"""The re-fetched page is merged into the open one: each line of the contract in static/js/merge.js."""

import pytest
from playwright.sync_api import Page, expect

from contributions import actions
from tests.browser.live_pages import AGREED, WITHIN, open_live, row
from tests.browser.merging import MODULE, address, fetched, look, merge  # noqa: F401 - fixtures among them
from tests.contributions.conftest import contribution, post, reply  # noqa: F401 - fixtures

pytestmark = pytest.mark.one_database("merge.js, which sees pages alone")

# Without what the channel writes at any time.
CONTENT = """() => { const copy = document.querySelector('main').cloneNode(true);
    for (const one of copy.querySelectorAll('[name=csrfmiddlewaretoken]')) one.removeAttribute('value');
    for (const one of copy.querySelectorAll('[data-live-readers]')) one.textContent = '';
    return copy.innerHTML; }"""
NODES = "() => [...document.querySelectorAll('main *, header *')]"


def rows(page: Page) -> list[str]:
    return page.evaluate("() => [...document.querySelectorAll('.threads [data-live]')].map((one) => one.dataset.live)")


# Versions and lists -------------------------------------------------------------------------------------------------------


def test_a_page_where_nothing_changed_keeps_every_element_as_it_is(look, contribution, reply):
    page = look()
    before = page.evaluate_handle(NODES)
    html = page.evaluate(CONTENT)

    merge(page)

    after = page.evaluate_handle(NODES)
    same = "([before, after]) => before.length === after.length && before.every((node, index) => node === after[index])"
    assert page.evaluate(same, [before, after])
    assert page.evaluate(CONTENT) == html


def test_rows_that_are_newer_here_than_in_the_fetched_page_stay(look, contribution, other_participant):
    page = look()
    older = fetched(page)
    actions.react(contribution, kind="agree", by=other_participant)
    expect(row(page, contribution)).to_contain_text(AGREED, timeout=WITHIN)

    merge(page, older)

    expect(row(page, contribution)).to_contain_text(AGREED)


def test_a_pushed_row_older_than_the_one_here_is_not_merged(look, contribution, other_participant):
    page = look()
    older = row(page, contribution).evaluate("(one) => one.outerHTML")
    actions.react(contribution, kind="agree", by=other_participant)
    expect(row(page, contribution)).to_contain_text(AGREED, timeout=WITHIN)

    page.evaluate(
        f"async (html) => {{ {MODULE} const next = document.createElement('div'); next.innerHTML = html; "
        "merging.mergeRow(document.querySelector('.threads [data-live]'), next.firstChild); }",
        older,
    )

    expect(row(page, contribution)).to_contain_text(AGREED)


def test_one_s_own_mark_is_not_taken_back_by_a_page_fetched_before_it(
    page, log_in, address, contribution, other_participant
):
    log_in(page, other_participant)
    open_live(page, address)
    older = fetched(page)
    button = row(page, contribution).locator("button.reaction--agree")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")

    merge(page, older)
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")

    merge(page)
    expect(button).to_have_attribute("aria-pressed", "false")


def test_the_mark_that_one_left_on_another_page_comes_with_the_fetched_one(
    page, log_in, address, contribution, other_participant
):
    log_in(page, other_participant)
    page.goto(address)
    actions.react(contribution, kind="agree", by=other_participant)

    merge_plain(page)

    expect(row(page, contribution).locator("button.reaction--agree")).to_have_attribute("aria-pressed", "true")


def merge_plain(page: Page) -> None:
    """Merge once the modules of a page whose socket is not waited for have run."""
    page.wait_for_function(
        "() => performance.getEntriesByType('resource').some(({name}) => /js\\/merge\\./.test(name))"
    )
    merge(page)


def test_rows_behind_the_button_stay_behind_it(look, contribution, post):
    page = look()
    late = post("Une autre idée")
    answer = post("Une réponse", parent=contribution)
    button = page.get_by_role("button", name="Afficher la nouvelle contribution")
    expect(button).to_be_visible(timeout=WITHIN)
    expect(page.get_by_role("button", name="Afficher la nouvelle réponse")).to_be_visible(timeout=WITHIN)

    merge(page)

    expect(row(page, late)).to_have_count(0)
    expect(row(page, answer)).to_have_count(0)
    expect(button).to_be_visible()
    button.click()
    expect(row(page, late)).to_have_count(1)
    expect(page.locator(".threads > li").first).to_contain_text("Une autre idée")


def test_rows_that_a_fresh_load_would_not_show_stay_and_in_their_order(look, post):
    for number in range(20):
        post(f"Une idée, numéro {number}")
    page = look()
    for number in (20, 21):
        post(f"Une idée, numéro {number}")
    page.get_by_role("button", name="Afficher les 2 nouvelles contributions").click(timeout=WITHIN)
    before = rows(page)
    assert len(before) == 22

    merge(page)

    assert rows(page) == before


def test_rows_that_came_stay_the_ones_that_are_known_by_the_next_event(look, contribution, post, other_participant):
    page = look()
    late = post("Une autre idée")
    page.get_by_role("button", name="Afficher la nouvelle contribution").click(timeout=WITHIN)
    merge(page)

    actions.react(late, kind="agree", by=other_participant)

    expect(row(page, late)).to_contain_text(AGREED, timeout=WITHIN)
    expect(row(page, late)).to_have_count(1)


def test_replies_that_were_unfolded_stay_and_are_not_offered_again(look, contribution, post):
    said = [post(f"Réponse {number}", parent=contribution) for number in range(6)]
    page = look()
    page.locator("a[data-unfold]").click()
    expect(row(page, said[-1])).to_be_visible()

    merge(page)

    assert len(rows(page)) == 7
    expect(page.locator("a[data-unfold]")).to_have_count(0)


def test_the_row_that_is_being_sent_stays(look):
    page = look()
    page.route("**/publier/", lambda route: None)
    page.get_by_label("Votre contribution").fill("En chemin")
    page.get_by_role("button", name="Publier ma contribution").click()
    expect(page.locator("[data-sending]")).to_be_visible()

    merge(page)

    expect(page.locator("[data-sending]")).to_contain_text("En chemin")
    expect(page.locator(".composer.is-sending[inert]")).to_have_count(1)


def test_the_empty_state_leaves_with_the_first_row_and_not_before(look, post):
    page = look()
    post("Une première idée")
    button = page.get_by_role("button", name="Afficher la nouvelle contribution")
    expect(button).to_be_visible(timeout=WITHIN)

    merge(page)

    expect(page.locator("[data-live-absent]")).to_be_visible()
    button.click()
    expect(page.locator("[data-live-absent]")).to_have_count(0)


# Typed and chosen ---------------------------------------------------------------------------------------------------------


def test_what_is_typed_and_chosen_stays_without_the_focus_and_under_its_name(look, consultation, organiser):
    page = look()
    field = page.get_by_label("Votre contribution")
    field.fill("Ce que j’écris encore")
    choice = page.locator(".composer input[type=radio]").nth(1)
    choice.check(force=True)
    page.evaluate("document.querySelector('[name=client_uuid]').value = 'a-name-of-ours'")
    page.evaluate("document.activeElement.blur()")

    merge(page)

    expect(field).to_have_value("Ce que j’écris encore")
    expect(choice).to_be_checked()
    expect(page.locator("[name=client_uuid]")).to_have_value("a-name-of-ours")
    expect(page.locator(".composer .field__left")).to_have_count(page.locator(".composer textarea").count())


def test_what_is_chosen_stays_in_a_form_without_a_text_and_its_name_too(look):
    page = look()
    choice = page.locator(".composer input[type=radio]").nth(1)
    choice.check(force=True)
    page.evaluate("document.querySelector('[name=client_uuid]').value = 'a-name-of-ours'")
    page.evaluate("document.activeElement.blur()")

    merge(page)

    expect(choice).to_be_checked()
    expect(page.locator("[name=client_uuid]")).to_have_value("a-name-of-ours")


def test_the_reply_that_is_being_written_stays_with_its_caret(page, log_in, address, contribution, other_participant):
    log_in(page, other_participant)
    open_live(page, address)
    page.get_by_role("link", name=f"Répondre à {contribution.ref}").click()
    field = page.get_by_label("Votre réponse")
    field.fill("Ce que j’écris encore")
    field.evaluate("(field) => field.setSelectionRange(3, 6)")

    merge(page)

    expect(field).to_be_focused()
    assert field.evaluate("(field) => [field.value, field.selectionStart, field.selectionEnd]") == [
        "Ce que j’écris encore",
        3,
        6,
    ]


def test_an_empty_reply_that_was_opened_stays_open(page, log_in, address, contribution, other_participant):
    log_in(page, other_participant)
    open_live(page, address)
    page.get_by_role("link", name=f"Répondre à {contribution.ref}").click()
    expect(page.get_by_label("Votre réponse")).to_be_focused()
    page.evaluate("document.activeElement.blur()")

    merge(page)

    expect(page.get_by_label("Votre réponse")).to_be_visible()
