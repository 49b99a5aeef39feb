"""The main job, end to end, in two browsers at once: what one person does is what the other sees."""

import pytest
from playwright.sync_api import Page, expect

from tests.architecture.world import atelier_held  # noqa: F401 - fixture
from tests.browser import journey
from tests.contributions.conftest import post  # noqa: F401 - fixture

WITHIN = 20_000
TEXT = "Il manque un lieu où essayer sans craindre l’échec."
LATER = "Il manque un lieu ouvert où essayer sans craindre l’échec."
NOTE = "Les petites communes n’ont personne pour suivre un essai."
QUOTE = "un lieu d’essai par commune"


@pytest.fixture
def reading(new_page, log_in, other_participant, topic):
    """Someone else, in another browser, on the topic's live page."""
    page = new_page()
    log_in(page, other_participant)
    page.goto(journey.topic_page(topic))
    live(page)
    return page


def live(page: Page) -> None:
    page.wait_for_function("!!customElements.get('live-room')")


def test_a_text_written_before_saying_who_one_is_reaches_the_others_and_changes_under_their_eyes(
    page, reading, new_page, log_in, code_for, topic, moderator
):
    journey.write_then_say_who_one_is(page, topic, text=TEXT, address="nadia@exemple.fr", code_for=code_for)

    reading.get_by_role("button", name="Afficher la nouvelle contribution").click(timeout=WITHIN)
    expect(journey.thread(reading, TEXT)).to_contain_text("Nadia Ferreira")
    expect(journey.thread(reading, TEXT)).to_have_count(1)

    journey.edit(page, TEXT, text=LATER)
    expect(journey.thread(reading, LATER)).to_contain_text("Modifiée", timeout=WITHIN)
    expect(journey.thread(reading, TEXT)).to_have_count(0)

    live(page)
    journey.thread(reading, LATER).get_by_role("button", name=journey.AGREE).click()
    expect(journey.thread(page, LATER)).to_contain_text("1 d’accord", timeout=WITHIN)

    reading.reload()
    journey.report(reading, LATER)
    reading.goto(journey.topic_page(topic))
    live(reading)
    deciding = new_page()
    log_in(deciding, moderator)
    journey.hide(deciding, LATER, message="Merci de ne citer personne.")
    for one in (page, reading):
        expect(one.get_by_text("masquée par la modération")).to_be_visible(timeout=WITHIN)
        assert LATER not in one.get_by_role("main").inner_text()

    page.goto("/compte/notifications/")
    expect(page.get_by_text("Merci de ne citer personne.")).to_be_visible()


def test_a_note_of_an_atelier_joins_the_debate_that_others_are_reading(
    page, reading, log_in, organiser, topic, atelier_held
):
    log_in(page, organiser)

    journey.note_and_pour(page, atelier_held[0].atelier.number, topic, text=NOTE)

    reading.get_by_role("button", name="Afficher la nouvelle contribution").click(timeout=WITHIN)
    expect(journey.thread(reading, NOTE)).to_contain_text("Atelier des rives")


def test_words_become_a_citation_a_recommendation_a_synthesis_and_files(
    page, reading, log_in, organiser, topic, post, worker
):
    said = post(f"Nous proposons {QUOTE}, même petite. Le reste suivra.", title="Des lieux d’essai")
    log_in(page, organiser)

    page.goto(f"{journey.SITE}organiser/corpus/{said.number}/")
    expect(page.locator("[data-coding-text]")).to_be_visible(timeout=WITHIN)
    page.evaluate(
        """(words) => { const all = document.createTreeWalker(document.querySelector("[data-coding-text]"), 4);
        let text = all.nextNode(); while (text && !text.data.includes(words)) text = all.nextNode();
        const at = text.data.indexOf(words); getSelection().setBaseAndExtent(text, at, text, at + words.length); }""",
        QUOTE,
    )
    expect(page.locator("[data-coding-chosen]")).to_contain_text(QUOTE, timeout=WITHIN)
    page.get_by_role("button", name="Ajouter l’extrait").click()
    expect(page.locator(".extract", has_text=QUOTE)).to_be_visible()
    journey.recommend(page, QUOTE, title="Ouvrir des lieux d’essai")
    journey.publish_synthesis(page, title="Ce que nous retenons", recommendation="Ouvrir des lieux d’essai")

    reading.goto(f"{journey.SITE}syntheses/")
    reading.get_by_role("link", name="Ce que nous retenons").click()
    expect(reading.get_by_role("article")).to_contain_text(QUOTE)
    journey.check_beginnings(journey.download_all(reading), journey.FORMATS)
    reading.goto(journey.topic_page(topic))
    expect(journey.thread(reading, QUOTE)).to_contain_text("R-01")
    journey.check_beginnings(journey.export_all(page, wait=journey.is_shown_live), journey.CORPUS)
