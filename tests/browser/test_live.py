"""What others do appears on an open page: nothing moves, nothing typed is touched, nothing is shown twice."""

import re

import pytest
from playwright.sync_api import Page, expect

from contributions import actions
from tests.contributions.conftest import contribution, post, reply  # noqa: F401 - fixtures

WITHIN = 30_000
AGREED = re.compile(r"D’accord\s*1")


@pytest.fixture
def address(topic) -> str:
    return f"/c/innovation-urbaine/thematiques/{topic.pk}/"


def row(page: Page, one):
    return page.locator(f'[data-live="contribution:{one.pk}"]')


def connected(page: Page) -> Page:
    """Wait for the hello of the socket: from here on nothing can be missed, whenever it happens."""
    page.wait_for_function("import('/static/js/live.js').then((live) => live.channel.lastSign > 0)")
    return page


@pytest.fixture
def open_page(page, address):
    def look(at: str = address) -> Page:
        page.goto(at)
        page.wait_for_function("!!customElements.get('live-room')")
        return page

    return look


def test_a_new_contribution_waits_behind_a_button_and_is_shown_once(open_page, post):
    page = open_page()
    first, second = post("Une première idée"), post("Une seconde idée")
    button = page.get_by_role("button", name="Afficher les 2 nouvelles contributions")

    expect(button).to_be_visible(timeout=WITHIN)
    expect(row(page, first)).to_have_count(0)
    button.click()

    expect(row(page, second)).to_have_count(1)
    expect(row(page, first)).to_have_count(1)
    expect(page.locator(".threads > li").first).to_contain_text("Une seconde idée")
    expect(page.locator("[data-live-show]")).to_be_hidden()
    expect(row(page, second)).to_be_focused()


def test_a_reply_waits_under_what_it_answers(open_page, contribution, post, other_participant):
    page = open_page()
    answer = post("Je ne suis pas d’accord.", parent=contribution, by=other_participant)

    page.get_by_role("button", name="Afficher la nouvelle réponse").click(timeout=WITHIN)

    expect(page.locator(f'[data-live-list="contribution:{contribution.pk}"]')).to_contain_text(
        "Je ne suis pas d’accord."
    )
    expect(row(page, answer)).to_have_count(1)


def test_an_edit_a_reaction_and_a_hiding_replace_the_row_in_place(
    open_page, contribution, consultation, participant, other_participant, moderator
):
    page = open_page()
    actions.react(contribution, kind="agree", by=other_participant)
    expect(row(page, contribution)).to_contain_text(AGREED, timeout=WITHIN)

    actions.hide_contribution(contribution, reason=consultation.reasons.first(), message="", by=moderator)

    expect(row(page, contribution)).to_contain_text("masquée par la modération", timeout=WITHIN)
    assert "lieux d’essai" not in page.content()


def test_a_page_kept_up_to_date_equals_a_fresh_load_row_by_row(
    open_page, new_page, address, contribution, reply, post, participant, other_participant
):
    page = open_page()
    late = post("Une autre idée")
    actions.react(contribution, kind="disagree", by=other_participant)
    actions.react(reply, kind="agree", by=participant)
    post("Encore une réponse", parent=contribution, by=participant)
    page.get_by_role("button", name="Afficher la nouvelle contribution").click(timeout=WITHIN)
    page.get_by_role("button", name="Afficher la nouvelle réponse").click(timeout=WITHIN)
    expect(row(page, late)).to_be_visible()
    expect(row(page, reply)).to_contain_text(AGREED, timeout=WITHIN)

    fresh = new_page()
    fresh.goto(address)

    rows = """() => [...document.querySelectorAll('[data-live]')].map((row) => {
        const copy = row.cloneNode(true); copy.classList.remove('is-fresh'); copy.removeAttribute('tabindex');
        return copy.outerHTML; })"""
    assert page.evaluate(rows) == fresh.evaluate(rows)


def test_twenty_pushes_move_nothing_and_leave_caret_selection_scroll_and_focus_alone(
    page, log_in, address, participant, other_participant, contribution, post
):
    for n in range(12):
        post(f"Une idée déjà là, numéro {n}. " * 10)
    log_in(page, participant)
    page.goto(address)
    field = page.locator("textarea[name=texte]").first
    field.fill("Ce que je suis en train d’écrire")
    field.evaluate("(field) => { field.focus(); field.setSelectionRange(3, 9); }")
    page.evaluate("scrollTo(0, 120)")
    page.evaluate(
        """() => { window.said = []; new MutationObserver(() => said.push(document.getElementById('status').textContent))
        .observe(document.getElementById('status'), {childList: true, characterData: true, subtree: true}); }"""
    )
    state = """() => { const field = document.activeElement;
        const top = document.querySelector('.threads > li').getBoundingClientRect().top;
        return [field.name, field.value, field.selectionStart, field.selectionEnd, scrollY, top]; }"""
    before = page.evaluate(state)

    for n in range(20):
        post(f"Une nouvelle idée, numéro {n}.", by=other_participant)
    expect(page.get_by_role("button", name="Afficher les 20 nouvelles contributions")).to_be_visible(timeout=WITHIN)
    actions.react(contribution, kind="agree", by=other_participant)
    expect(row(page, contribution)).to_contain_text(AGREED, timeout=WITHIN)

    assert page.evaluate(state) == before
    assert len([text for text in page.evaluate("said") if text]) <= 4


def test_without_a_socket_the_page_asks_and_gets_the_same(new_page, address, post):
    page = new_page()
    page.add_init_script("window.WebSocket = class { constructor() { throw new Error('no sockets here'); } };")
    page.goto(address)
    page.wait_for_function("!!customElements.get('live-room')")
    late = post("Sans canal")

    page.get_by_role("button", name="Afficher la nouvelle contribution").click(timeout=60_000)

    expect(row(page, late)).to_have_count(1)


def test_a_restart_of_the_server_loses_nothing(open_page, served, post):
    page = open_page()
    first = post("Avant l’arrêt")
    served.stop()
    second = post("Pendant l’arrêt")
    served.start()
    third = post("Après l’arrêt")

    page.get_by_role("button", name="Afficher les 3 nouvelles contributions").click(timeout=60_000)

    for one in (first, second, third):
        expect(row(page, one)).to_have_count(1)
