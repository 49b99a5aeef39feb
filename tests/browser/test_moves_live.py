"""A thread is moved while its old place, its new place and its own page are open."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from concertation.consultations import actions as organising
from contributions import actions
from tests.browser.conftest import axe
from tests.browser.live_pages import LISTEN, PRESS, WITHIN, open_live, row, rows_of_a_fresh_load, rows_shown
from tests.contributions.conftest import contribution, post, reply  # noqa: F401 - fixtures

HOME = "/c/innovation-urbaine/"


@pytest.fixture
def elsewhere(consultation, open_phase, organiser, now):
    day = timedelta(days=1)
    phase = organising.create_phase(consultation, title="Suite", opens_at=now - day, closes_at=now + day, by=organiser)
    return organising.create_topic(phase, title="Outiller", by=organiser)


@pytest.fixture
def move(contribution, elsewhere, moderator):
    def act():
        reason = contribution.consultation.reasons.to_move().first()
        return actions.move_thread(contribution, to=elsewhere, reason=reason, by=moderator)

    return act


def test_it_leaves_one_page_and_waits_behind_the_button_of_the_other(
    two_pages, topic, elsewhere, contribution, reply, post, move
):
    post("Encore une réponse.", parent=contribution)
    here, there = two_pages
    open_live(here, f"{HOME}thematiques/{topic.pk}/")
    open_live(there, f"{HOME}thematiques/{elsewhere.pk}/")

    move()

    expect(row(here, contribution)).to_have_count(0, timeout=WITHIN)
    expect(row(here, reply)).to_have_count(0)
    expect(here.locator("#contributions")).to_contain_text("0 contribution")
    there.get_by_role("button", name="Afficher la nouvelle contribution").click(timeout=WITHIN)
    expect(row(there, contribution)).to_have_count(1)
    there.evaluate(PRESS)
    expect(row(there, reply)).to_have_count(1)
    shown = rows_shown(there)
    assert shown == rows_of_a_fresh_load(there, f"{HOME}thematiques/{elsewhere.pk}/")


def test_its_own_page_keeps_it_and_offers_to_reload(page, contribution, reply, move):
    open_live(page, f"{HOME}contributions/{reply.number}/")

    move()

    expect(page.locator("[data-live-reload]")).to_be_visible(timeout=WITHIN)
    expect(row(page, contribution)).to_have_count(1)
    expect(row(page, reply)).to_have_count(1)
    page.reload()
    expect(page.locator("main")).to_contain_text("Dans la thématique Outiller")


@pytest.mark.parametrize("words", ["Ce que j’écris encore", ""])
def test_the_thread_one_answers_in_stays_whole_with_what_one_writes(
    page, topic, contribution, reply, post, move, words, log_in, other_participant
):
    left = post("Un autre fil.")
    log_in(page, other_participant)
    open_live(page, f"{HOME}thematiques/{topic.pk}/")
    page.get_by_role("link", name=f"Répondre à {contribution.ref}").click()
    text = page.locator(".composer--reply textarea")
    text.fill(words)
    page.evaluate(LISTEN)

    move()

    expect(page.locator("[data-live-reload]")).to_be_visible(timeout=WITHIN)
    expect(page.locator("#contributions")).to_contain_text("1 contribution")
    page.wait_for_function("() => said.some((one) => one.includes('Ce que vous écrivez y reste'))")
    for one in (contribution, reply, left):
        expect(row(page, one)).to_have_count(1)
    expect(text).to_be_focused()
    expect(text).to_have_value(words)
    axe(page)


def test_words_left_without_the_focus_keep_their_thread_too(page, topic, reply, move, log_in, other_participant):
    log_in(page, other_participant)
    open_live(page, f"{HOME}thematiques/{topic.pk}/")
    page.get_by_role("link", name=f"Répondre à {reply.ref}").click()
    text = page.locator(".composer--reply textarea")
    text.fill("Ce que j’écris encore")
    text.blur()

    move()

    expect(page.locator("[data-live-reload]")).to_be_visible(timeout=WITHIN)
    expect(text).to_have_value("Ce que j’écris encore")
