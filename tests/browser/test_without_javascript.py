"""The main job with JavaScript off: longer by a few pages, and nothing that cannot be done."""

import pytest
from playwright.sync_api import Page, expect

from tests.architecture.world import atelier_held  # noqa: F401 - fixture
from tests.browser import journey
from tests.contributions.conftest import contribution, post, reply  # noqa: F401 - fixtures

TEXT = "Il manque un lieu où essayer sans craindre l’échec."
LATER = "Il manque un lieu ouvert où essayer sans craindre l’échec."
ANSWER = "D’accord, à condition de dire pour qui."
NOTE = "Les petites communes n’ont personne pour suivre un essai."


@pytest.fixture
def plain(new_page, log_in):
    """A browser without JavaScript for someone."""

    def open_for(user) -> Page:
        page = new_page(java_script_enabled=False)
        log_in(page, user)
        return page

    return open_for


def test_one_writes_says_who_one_is_edits_and_is_answered(
    page_without_javascript, plain, code_for, topic, other_participant
):
    page, other = page_without_javascript, plain(other_participant)
    journey.write_then_say_who_one_is(page, topic, text=TEXT, address="sans-script@exemple.fr", code_for=code_for)
    journey.edit(page, TEXT, text=LATER)

    other.goto(journey.topic_page(topic))
    journey.thread(other, LATER).get_by_role("button", name=journey.AGREE).click()
    expect(journey.thread(other, LATER).get_by_role("button", name=journey.AGREE)).to_contain_text("1")
    journey.thread(other, LATER).get_by_role("link", name="Répondre").click()
    other.get_by_label("Votre réponse").fill(ANSWER)
    other.get_by_role("button", name="Publier ma réponse").click()

    page.goto(journey.topic_page(topic))
    expect(journey.thread(page, ANSWER)).to_be_visible()
    expect(journey.thread(page, LATER)).to_contain_text("1 d’accord")


def test_a_moderator_hides_what_is_reported_and_its_author_is_told(
    plain, contribution, participant, other_participant, moderator, topic
):
    words = "Il manque des lieux d’essai."
    reporting, deciding, page = plain(other_participant), plain(moderator), plain(participant)
    reporting.goto(journey.topic_page(topic))
    journey.report(reporting, words)
    journey.hide(deciding, words, message="Merci de ne citer personne.")

    reporting.goto(journey.topic_page(topic))
    expect(reporting.get_by_text("masquée par la modération")).to_be_visible()
    assert words not in reporting.content()
    page.goto("/compte/notifications/")
    expect(page.get_by_text("Merci de ne citer personne.")).to_be_visible()


def test_notes_are_poured_and_a_synthesis_is_written_published_and_downloaded(
    plain, page_without_javascript, organiser, topic, atelier_held, worker
):
    page, reader = plain(organiser), page_without_javascript
    journey.note_and_pour(page, atelier_held[0].atelier.number, topic, text=NOTE)
    reader.goto(journey.topic_page(topic))
    expect(journey.thread(reader, NOTE)).to_contain_text("Atelier des rives")

    page.goto(f"{journey.SITE}organiser/corpus/")
    page.get_by_role("listitem").filter(has_text=NOTE).get_by_role("link").first.click()
    page.get_by_label(NOTE).check()
    page.get_by_role("button", name="Ajouter l’extrait").click()
    journey.recommend(page, NOTE, title="Suivre les essais")
    journey.publish_synthesis(page, title="Ce que nous retenons", recommendation="Suivre les essais")

    reader.goto(f"{journey.SITE}syntheses/")
    reader.get_by_role("link", name="Ce que nous retenons").click()
    expect(reader.get_by_role("article")).to_contain_text(NOTE)
    journey.check_beginnings(journey.download_all(reader), journey.FORMATS)
    journey.check_beginnings(journey.export_all(page, wait=journey.is_shown_when_asked_again), journey.CORPUS)
