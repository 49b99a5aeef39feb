"""Words that are hidden or taken back leave every page that is open, also those that only quote them."""

from playwright.sync_api import expect

from ateliers import actions as meeting
from concertation.consultations import actions as organising
from contributions import actions
from tests.ateliers.conftest import atelier, draft, held, table  # noqa: F401 - fixtures
from tests.browser.live_pages import WITHIN, open_live
from tests.syntheses.conftest import contribution, extract, recommendation, synthesis, version  # noqa: F401 - fixtures

HERE = "/c/innovation-urbaine/"
CITED = "Une petite commune renonce avant la fin."


def test_the_page_of_an_atelier_shows_no_more_what_is_hidden_of_its_notes(
    page, held, table, topic, consultation, organiser, moderator, now
):
    note = meeting.write_note(table, text="Il manque des lieux.", by=organiser, now=now)
    [said] = meeting.pour_notes(held, notes=[note], topic=topic, by=organiser, now=now)
    open_live(page, f"{HERE}ateliers/{held.number}/")
    expect(page.get_by_text("Il manque des lieux.")).to_be_visible()

    actions.hide_contribution(said, reason=consultation.reasons.first(), by=moderator)

    expect(page.get_by_text("Il manque des lieux.")).to_have_count(0, timeout=WITHIN)


def test_an_open_synthesis_blanks_what_is_hidden_and_shows_it_again(
    page, version, contribution, consultation, moderator
):
    open_live(page, f"{HERE}syntheses/1/")
    expect(page.get_by_text(CITED)).to_be_visible()

    actions.hide_contribution(contribution, reason=consultation.reasons.first(), by=moderator)
    expect(page.get_by_text(CITED)).to_have_count(0, timeout=WITHIN)
    reason = consultation.reasons.to_restore().first()
    actions.restore_contribution(contribution, reason=reason, message="Relu.", by=moderator)

    expect(page.get_by_text(CITED)).to_be_visible(timeout=WITHIN)


def test_a_history_says_no_more_what_is_hidden(page, contribution, consultation, moderator):
    open_live(page, f"{HERE}contributions/{contribution.number}/historique/")
    expect(page.locator(".revision")).to_contain_text(CITED)

    actions.hide_contribution(contribution, reason=consultation.reasons.first(), by=moderator)

    expect(page.get_by_text("a été masquée par la modération")).to_be_visible(timeout=WITHIN)
    expect(page.get_by_text(CITED)).to_have_count(0)


def test_a_history_that_moves_out_of_sight_offers_to_reload(
    page, contribution, past_topic, consultation, organiser, moderator
):
    organising.edit_phase(past_topic.phase, access="committees", by=organiser)
    open_live(page, f"{HERE}contributions/{contribution.number}/historique/")

    reason = consultation.reasons.to_move().first()
    actions.move_thread(contribution, to=past_topic, reason=reason, by=moderator)

    expect(page.locator("[data-live-reload]")).to_be_visible(timeout=WITHIN)


def test_a_history_whose_thread_is_elsewhere_offers_to_reload(page, contribution, past_topic, consultation, moderator):
    """What becomes of it there is told there."""
    open_live(page, f"{HERE}contributions/{contribution.number}/historique/")

    actions.move_thread(contribution, to=past_topic, reason=consultation.reasons.to_move().first(), by=moderator)

    expect(page.locator("[data-live-reload]")).to_be_visible(timeout=WITHIN)


def test_what_follows_two_rooms_hears_of_both(page, atelier, consultation, organiser, participant, now):
    open_live(page, f"{HERE}ateliers/{atelier.number}/")
    expect(page.get_by_role("button", name="S’inscrire à l’atelier")).to_be_visible()

    meeting.register(atelier, by=participant, now=now)
    expect(page.get_by_text("1 place restante sur 2")).to_be_visible(timeout=WITHIN)
    organising.archive_consultation(consultation, by=organiser)

    expect(page.get_by_role("button", name="S’inscrire à l’atelier")).to_have_count(0, timeout=WITHIN)
