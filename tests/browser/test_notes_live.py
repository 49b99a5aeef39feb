"""Two people take notes at one table, and each sees the other's."""

import pytest
from playwright.sync_api import expect

from ateliers import actions
from tests.ateliers.conftest import atelier, draft, held, rapporteur, table  # noqa: F401 - fixtures
from tests.browser.live_pages import WITHIN, open_live

HERE = "/c/innovation-urbaine/ateliers/"


@pytest.fixture
def noted(table, rapporteur, now):
    def write(text):
        return actions.write_note(table, text=text, by=rapporteur, now=now)

    return write


def test_a_note_of_another_waits_behind_a_button_while_one_types(
    page, log_in, held, table, noted, facilitator, rapporteur, now
):
    log_in(page, facilitator)
    open_live(page, f"{HERE}{held.number}/notes/?table={table.pk}")
    field = page.locator("textarea").first
    field.fill("Ce que j’entends")

    first = noted("Il manque des lieux.")
    expect(page.get_by_role("heading", name="1 note à cette table")).to_be_visible(timeout=WITHIN)
    page.get_by_role("button", name="Afficher la nouvelle note").click(timeout=WITHIN)
    expect(page.locator(".notes")).to_contain_text("Il manque des lieux.")
    actions.edit_note(first, text="Il manque des halles.", by=rapporteur)
    expect(page.locator(".notes")).to_contain_text("Il manque des halles.", timeout=WITHIN)
    actions.add_table(held, title="Table verte", by=rapporteur)

    expect(page.get_by_role("link", name="Table verte")).to_be_visible(timeout=WITHIN)
    expect(field).to_have_value("Ce que j’entends")
    expect(page.locator("[data-live-absent]")).to_have_count(0)


def test_the_page_of_the_atelier_shows_the_notes_that_join_the_debate(page, held, topic, table, noted, organiser, now):
    note = noted("Il manque des lieux.")
    open_live(page, f"{HERE}{held.number}/")

    actions.pour_notes(held, notes=[note], topic=topic, by=organiser, now=now)

    expect(page.get_by_text("1 note de cet atelier a rejoint")).to_be_visible(timeout=WITHIN)
    expect(page.locator(".notes")).to_contain_text("Il manque des lieux.")


@pytest.fixture
def noting(page, log_in, held, table, facilitator):
    log_in(page, facilitator)
    page.goto(f"{HERE}{held.number}/notes/?table={table.pk}")
    return page


def save(page) -> None:
    page.get_by_role("button", name="Enregistrer et écrire la suivante").click()


def test_notes_are_typed_one_after_the_other_without_losing_the_focus_or_a_letter(noting, table):
    waiting = []

    def hold_the_first(route):
        if route.request.method == "POST" and not waiting:
            waiting.append(route)
        else:
            route.continue_()

    noting.route("**/notes/*", hold_the_first)
    field = noting.locator("textarea").first
    field.fill("Il manque des lieux.")
    save(noting)
    expect(field).to_be_focused()
    noting.keyboard.type("Il manque des bancs.")
    expect(noting.locator("#unsent-notes")).to_contain_text("Envoi en cours")
    save(noting)
    noting.keyboard.type("Et ensuite")
    waiting[0].continue_()

    expect(noting.locator("[data-live-list] [data-live-shell]")).to_have_count(2)
    expect(noting.locator("#unsent-notes")).to_be_hidden()
    expect(field).to_have_value("Et ensuite")
    assert [note.text for note in table.notes.order_by("pk")] == ["Il manque des lieux.", "Il manque des bancs."]


def test_notes_taken_offline_are_shown_as_not_sent_and_go_when_the_network_is_back(noting, table):
    field = noting.locator("textarea").first
    noting.context.set_offline(True)
    for text in ("Il manque des lieux.", "Il manque des bancs."):
        field.fill(text)
        save(noting)
    expect(noting.locator("#unsent-notes li", has_text="Pas encore envoyée")).to_have_count(2)
    assert not table.notes.exists()

    noting.context.set_offline(False)

    expect(noting.locator("[data-live-list] [data-live-shell]")).to_have_count(2)
    expect(noting.locator("#unsent-notes")).to_be_hidden()
    assert [note.text for note in table.notes.order_by("pk")] == ["Il manque des lieux.", "Il manque des bancs."]


def test_a_note_whose_answer_is_lost_is_sent_again_and_written_once(noting, held, table):
    noting.locator("textarea").first.fill("Il manque des lieux.")
    noting.route("**/notes/*", lambda route: route.fetch() and route.abort(), times=1)
    save(noting)
    expect(noting.locator("#unsent-notes")).to_contain_text("Pas encore envoyée")

    noting.reload()

    expect(noting.locator("#unsent-notes")).to_be_hidden()
    expect(noting.get_by_role("heading", name="1 note à cette table")).to_be_visible()
    expect(noting.locator("textarea").first).to_have_value("")
    assert table.notes.count() == 1
