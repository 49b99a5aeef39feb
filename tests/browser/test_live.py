"""What others do appears on an open page: nothing moves, nothing typed is touched, nothing is shown twice."""

import re

import pytest
from playwright.sync_api import Page, expect

from concertation.consultations.actions import edit_phase
from concertation.consultations.models import Topic
from contributions import actions
from tests.browser.live_pages import AGREED, LISTEN, ROWS, WITHIN, is_told, open_live, row
from tests.contributions.conftest import contribution, post, reply  # noqa: F401 - fixtures

DISAGREED = re.compile(r"Pas d’accord\s*1")


@pytest.fixture
def address(topic) -> str:
    return f"/c/innovation-urbaine/thematiques/{topic.pk}/"


@pytest.fixture
def open_page(page, address):
    def look(at: str = address) -> Page:
        return open_live(page, at)

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


def test_sorting_and_filtering_are_offered_as_soon_as_there_is_something_to_choose_from(open_page, post):
    page = open_page()
    sorts, filters = page.get_by_role("navigation", name="Trier les contributions"), page.locator(".filters")
    expect(page.get_by_role("heading", name="0 contribution")).to_be_visible()
    expect(sorts).to_be_hidden()
    expect(filters).to_be_hidden()

    post("Une première idée")
    expect(filters).to_be_visible(timeout=WITHIN)
    expect(sorts).to_be_hidden()
    post("Une seconde idée")

    expect(sorts).to_be_visible(timeout=WITHIN)


def test_what_a_thread_folds_is_counted_right_while_replies_arrive(open_page, contribution, post):
    said = [post(f"Réponse {number}", parent=contribution) for number in range(5)]
    page = open_page()
    fold = page.get_by_role("link", name="Afficher les 2 autres réponses")
    expect(fold).to_be_visible()

    said.append(post("Réponse 5", parent=contribution))
    page.get_by_role("button", name="Afficher la nouvelle réponse").click(timeout=WITHIN)
    expect(page.locator(".replies > li")).to_have_count(4)
    said.append(post("Réponse 6", parent=contribution))
    expect(page.get_by_role("button", name="Afficher la nouvelle réponse")).to_be_visible(timeout=WITHIN)
    fold.click()

    expect(page.locator(".replies .contribution__text")).to_have_text([f"Réponse {number}" for number in range(7)])
    expect(page.locator("[data-live-more]:visible")).to_have_count(0)


def test_a_folded_reply_is_not_counted_again_when_it_is_published(
    page, log_in, address, contribution, participant, moderator, organiser, topic, post
):
    for number in range(3):
        post(f"Réponse {number}", parent=contribution)
    edit_phase(topic.phase, moderation="before", by=organiser)
    waits = post("À relire", topic=Topic.objects.get(pk=topic.pk), parent=contribution)
    log_in(page, participant)
    open_live(page, address)
    expect(page.get_by_role("link", name="Afficher l’autre réponse")).to_be_visible()

    actions.publish_contribution(waits, by=moderator)
    is_told(page, waits)

    expect(page.locator("[data-live-more]:visible")).to_have_count(0)
    page.get_by_role("link", name="Afficher l’autre réponse").click()
    expect(row(page, waits)).to_have_count(1)


def test_the_page_of_one_thread_keeps_nothing_of_what_is_said_in_the_others(page, open_page, contribution, post):
    other = post("Un autre fil")
    page.clock.install()
    page = open_page(f"/c/innovation-urbaine/contributions/{contribution.number}/")
    is_told(page, post("Une réponse d’un autre fil", parent=other))

    page.clock.run_for(6_000)

    assert page.evaluate("document.querySelector('live-room').newRows.hidden.size") == 0


def test_what_is_said_of_a_reply_while_its_thread_is_unfolded_is_not_undone_by_what_was_fetched(
    open_page, contribution, consultation, post, moderator
):
    said = [post(f"Réponse {number}", parent=contribution) for number in range(5)]
    page, waiting = open_page(), []
    page.route(f"**/contributions/{contribution.number}/", lambda route: waiting.append((route, route.fetch())))
    page.locator("a[data-unfold]").click()
    while not waiting:
        page.wait_for_timeout(50)

    actions.hide_contribution(said[4], reason=consultation.reasons.first(), message="", by=moderator)
    is_told(page, said[4])
    route, answer = waiting[0]
    route.fulfill(response=answer)

    expect(page.locator(".replies > li")).to_have_count(5)
    expect(row(page, said[4])).to_contain_text("masquée par la modération")
    assert "Réponse 4" not in page.content()


def acts_on(page: Page, one) -> list[str]:
    """What one may do with it, as it is read out."""
    links = page.locator(f'[data-live-shell="contribution:{one.pk}"] > article > .contribution-aside a')
    return [" ".join(text.split()) for text in links.all_text_contents()]


def test_what_one_may_do_with_a_text_comes_with_it_goes_when_it_is_hidden_and_comes_back(
    page, log_in, address, contribution, consultation, post, moderator, other_participant, participant
):
    log_in(page, moderator)
    open_live(page, address)
    late = post("Une autre idée")
    page.get_by_role("button", name="Afficher la nouvelle contribution").click(timeout=WITHIN)
    shell = page.locator(f'[data-live-shell="contribution:{late.pk}"] > article')
    expect(shell.get_by_role("link", name="Modérer")).to_be_visible(timeout=WITHIN)
    assert acts_on(page, late)[0] == f"Répondre à {late.ref}"
    expect(shell).to_have_attribute("aria-label", f"Contribution {late.ref}")
    page.evaluate(LISTEN)

    actions.hide_contribution(late, reason=consultation.reasons.first(), message="", by=moderator)
    expect(shell.get_by_role("link", name="Répondre")).to_have_count(0, timeout=WITHIN)
    reason = consultation.reasons.filter(use="restore").first()
    actions.restore_contribution(late, reason=reason, message="Après relecture.", by=moderator)
    expect(shell.get_by_role("link", name="Répondre")).to_be_visible(timeout=WITHIN)

    shown = acts_on(page, late)
    page.reload()
    assert shown == acts_on(page, late)


def test_what_one_may_do_with_an_unfolded_reply_follows_it_too(
    page, log_in, address, contribution, consultation, post, moderator
):
    said = [post(f"Réponse {number}", parent=contribution) for number in range(5)]
    log_in(page, moderator)
    open_live(page, address)
    page.locator("a[data-unfold]").click()
    shell = page.locator(f'[data-live-shell="contribution:{said[4].pk}"]')
    expect(shell.get_by_role("link", name="Répondre")).to_be_visible()

    actions.hide_contribution(said[4], reason=consultation.reasons.first(), message="", by=moderator)
    late = post("Encore une réponse", parent=contribution)
    page.get_by_role("button", name="Afficher la nouvelle réponse").click(timeout=WITHIN)

    expect(shell.get_by_role("link", name="Répondre")).to_have_count(0, timeout=WITHIN)
    shown = page.locator(f'[data-live-shell="contribution:{late.pk}"]')
    expect(shown.get_by_role("link", name="Modérer")).to_be_visible(timeout=WITHIN)


def test_a_reaction_does_not_make_the_page_ask_for_itself(page, open_page, contribution, other_participant):
    page.clock.install()
    page, asked = open_page(), []
    page.on("request", lambda request: asked.append(request.url) if request.url == page.url else None)
    actions.react(contribution, kind="agree", by=other_participant)
    expect(row(page, contribution)).to_contain_text(AGREED, timeout=WITHIN)

    page.clock.run_for(15_000)

    assert asked == []


def test_a_reply_that_came_live_is_answered_by_a_link_that_says_to_what(open_page, contribution, post):
    page = open_page()
    answer = post("Une réponse", parent=contribution)
    page.get_by_role("button", name="Afficher la nouvelle réponse").click(timeout=WITHIN)

    expect(row(page, answer)).to_be_visible()
    assert acts_on(page, answer) == [f"Répondre à {answer.ref}"]


def test_a_sorted_list_says_that_there_is_something_new_and_not_how_much(open_page, address, contribution, post):
    page = open_page(f"{address}?tri=actives")
    page.evaluate(LISTEN)
    late = post("Une autre idée")

    page.get_by_role("button", name="Il y a du nouveau : recharger la liste").click(timeout=WITHIN)

    expect(row(page, late)).to_be_visible()


def test_a_later_page_leads_to_the_first_where_what_is_new_is(open_page, address, contribution, post):
    for number in range(20):
        post(f"Une idée, numéro {number}")
    page = open_page()
    page.get_by_role("link", name="Suivant").click()
    expect(row(page, contribution)).to_be_visible()
    late = post("Une autre idée")

    page.get_by_role("button", name="Il y a du nouveau : revenir au début de la liste").click(timeout=WITHIN)

    expect(row(page, late)).to_be_visible()


def test_the_focus_stays_on_a_row_that_changes(open_page, contribution, post, other_participant):
    page = open_page()
    late = post("Une autre idée")
    page.get_by_role("button", name="Afficher la nouvelle contribution").click(timeout=WITHIN)
    expect(row(page, late)).to_be_focused()

    actions.react(late, kind="agree", by=other_participant)

    expect(row(page, late)).to_contain_text(AGREED, timeout=WITHIN)
    expect(row(page, late)).to_be_focused()


def test_the_focus_of_a_button_that_goes_is_given_to_its_row(open_page, contribution, consultation, moderator):
    page = open_page()
    row(page, contribution).locator("button.reaction--agree").focus()

    actions.hide_contribution(contribution, reason=consultation.reasons.first(), message="", by=moderator)

    expect(row(page, contribution)).to_contain_text("masquée par la modération", timeout=WITHIN)
    expect(row(page, contribution)).to_be_focused()


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_a_button_that_is_being_pressed_is_not_taken_away(
    page, log_in, address, contribution, other_participant, partner, by
):
    log_in(page, other_participant)
    open_live(page, address)
    button = row(page, contribution).locator("button.reaction--agree")
    button.hover() if by == "mouse" else button.focus()
    page.mouse.down() if by == "mouse" else page.keyboard.down(" ")

    actions.react(contribution, kind="disagree", by=partner)
    is_told(page, contribution)
    expect(row(page, contribution)).not_to_contain_text(DISAGREED)
    page.mouse.up() if by == "mouse" else page.keyboard.up(" ")

    expect(row(page, contribution)).to_contain_text(AGREED, timeout=WITHIN)
    expect(row(page, contribution)).to_contain_text(DISAGREED)
    expect(button).to_have_attribute("aria-pressed", "true")


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

    assert page.evaluate(ROWS) == fresh.evaluate(ROWS)


TYPING = """() => { const field = document.activeElement;
    const top = document.querySelector('.threads > li').getBoundingClientRect().top;
    return [field.name, field.value, field.selectionStart, field.selectionEnd, scrollY, top]; }"""


def test_twenty_pushes_while_one_types_move_nothing_and_leave_caret_selection_scroll_and_focus_alone(
    page, log_in, address, participant, other_participant, contribution, post
):
    for n in range(12):
        post(f"Une idée déjà là, numéro {n}. " * 10)
    log_in(page, participant)
    page.clock.install()
    open_live(page, address)
    field = page.get_by_label("Votre contribution")
    field.fill("Ce que je suis en train d’écrire.\n" * 30)
    field.evaluate("(field) => { field.focus(); field.setSelectionRange(3, 9); }")
    page.evaluate("scrollTo(0, 120)")
    page.evaluate(LISTEN)
    before = page.evaluate(TYPING)

    for n in range(20):
        post(f"Une nouvelle idée, numéro {n}.", by=other_participant)
    button = page.get_by_role("button", name="Afficher les 20 nouvelles contributions")
    expect(button).to_be_visible(timeout=WITHIN)
    actions.react(contribution, kind="agree", by=other_participant)
    expect(row(page, contribution)).to_contain_text(AGREED, timeout=WITHIN)

    assert page.evaluate(TYPING) == before
    assert before[2:5] == [3, 9, 120]
    page.keyboard.type("Et")
    assert field.input_value().startswith("Ce Et suis")
    page.clock.run_for(30_000)
    assert 1 <= len(page.evaluate("said")) <= 4
    expect(button).to_be_visible()


def test_without_a_socket_the_page_asks_and_gets_the_same(new_page, address, post):
    page = new_page()
    page.add_init_script("window.WebSocket = class { constructor() { throw new Error('no sockets here'); } };")
    page.goto(address)
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
