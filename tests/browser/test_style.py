"""The components in a browser: seen in each palette and width, used by keyboard, and never losing a text."""

import pytest
from playwright.sync_api import Page, expect

from concertation.accounts.models import User
from tests.browser.conftest import axe

pytestmark = pytest.mark.one_database("what components do in a browser")

COMPOSER = "#composer-text"


@pytest.fixture
def staff(served) -> User:
    return User.objects.create_user("style@example.org", display_name="Anne Roux", is_staff=True)


@pytest.fixture
def open_style(new_page, log_in, staff):
    def look(**options) -> Page:
        page = new_page(**options)
        log_in(page, staff)
        page.goto("/style/")
        return page

    return look


@pytest.mark.parametrize("palette", [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_every_component_is_accessible_in_each_palette(open_style, palette):
    axe(open_style(**palette))


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_no_component_is_wider_than_the_window(open_style, width):
    page = open_style(viewport={"width": width, "height": 800})

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_one_presses_with_a_thumb_is_large_enough(open_style):
    page = open_style(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)

    small = page.evaluate(
        """() => [...document.querySelectorAll("main :is(button, .button, select, .tabs a, .choice-card)")]
            .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44)
            .map((one) => one.outerHTML.slice(0, 80))"""
    )

    assert small == []


def test_a_text_is_given_back_after_a_reload(open_style):
    page = open_style()
    page.fill(COMPOSER, "Six mois d’attente pour poser un banc.")
    page.reload()

    expect(page.locator(COMPOSER)).to_have_value("Six mois d’attente pour poser un banc.")


def test_a_text_is_forgotten_once_the_site_says_that_it_is_saved(open_style):
    page = open_style()
    page.fill(COMPOSER, "Six mois d’attente pour poser un banc.")
    page.reload()
    expect(page.locator(COMPOSER)).not_to_have_value("")
    page.evaluate("document.cookie = 'saved_drafts=style%3Acomposer; Path=/'")
    page.reload()

    expect(page.locator(COMPOSER)).to_have_value("")


def test_what_the_server_gives_back_after_an_error_is_not_overwritten(open_style):
    page = open_style()
    page.evaluate(
        """() => localStorage.setItem("draft:|/style/?remplir",
            JSON.stringify({at: Date.now(), tab: sessionStorage.tab ??= "ici", fields: {title: "Gardé", text: "Gardé"}}))"""
    )
    page.reload()

    expect(page.locator("#id_title")).to_have_value("Gardé")
    expect(page.locator("#wrong_text")).to_have_value("Un texte gardé.")


def test_the_summary_of_errors_takes_the_focus_and_leads_to_the_field(open_style):
    page = open_style()

    expect(page.locator(".form-errors")).to_be_focused()
    page.locator(".form-errors").get_by_role("link", name="Titre").click()
    expect(page.locator("#wrong_title")).to_be_focused()


def test_a_menu_opens_by_keyboard_and_closes_by_escape(open_style):
    page = open_style()
    opener = page.locator("summary", has_text="Exporter")
    opener.focus()
    page.keyboard.press("Enter")
    menu = page.locator("details.menu", has=opener)

    expect(menu.get_by_role("link", name="Modifier")).to_be_visible()
    page.keyboard.press("Escape")

    expect(menu.get_by_role("link", name="Modifier")).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_danger_is_said_before_it_is_done_and_can_be_left_by_escape(open_style):
    page = open_style()
    page.get_by_role("button", name="Supprimer…").click()
    dialog = page.get_by_role("dialog")

    expect(dialog).to_contain_text("sans retour possible")
    axe(page)
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Supprimer…")).to_be_focused()


def test_the_dialog_is_left_by_its_own_button_without_sending(open_style):
    page = open_style()
    page.get_by_role("button", name="Supprimer…").click()
    page.get_by_role("dialog").get_by_role("button", name="Annuler").click()

    expect(page.get_by_role("dialog")).to_be_hidden()


def test_an_act_can_be_undone_for_ten_seconds(new_page, log_in, staff):
    page = new_page()
    log_in(page, staff)
    page.clock.install()
    page.goto("/style/")
    page.evaluate(
        """document.dispatchEvent(new CustomEvent("concertation:toast",
            {detail: {text: "La contribution est masquée.", undo: "/annuler/12/"}}))"""
    )
    toast = page.locator("#toasts .toast")

    expect(toast).to_contain_text("La contribution est masquée.")
    expect(toast.locator("form")).to_have_attribute("action", "/annuler/12/")
    expect(toast.locator("[name=csrfmiddlewaretoken]")).to_have_count(1)
    page.clock.run_for(9_000)
    expect(toast).to_have_count(1)
    page.clock.run_for(2_000)
    expect(toast).to_have_count(0)


def test_the_status_line_says_the_last_of_many_sentences(open_style):
    page = open_style()
    page.evaluate(
        """() => { for (const n of [1, 2, 3]) document.dispatchEvent(
            new CustomEvent("concertation:status", {detail: `${n} nouvelles contributions`})); }"""
    )

    expect(page.locator("#status")).to_have_text("3 nouvelles contributions")


def test_the_letters_left_are_counted_near_the_end(open_style):
    page = open_style()
    page.fill("#id_text", "a" * 190)

    expect(page.locator("#id_text + .field__left")).to_have_text("10\u00a0caractères restants")


def test_the_page_is_whole_without_javascript(new_page, log_in, staff):
    page = new_page(java_script_enabled=False)
    log_in(page, staff)
    page.goto("/style/")

    expect(page.get_by_text("La contribution C-142 est masquée.")).to_be_visible()
    page.locator("summary", has_text="Exporter").click()
    expect(page.locator("details.menu[open]").get_by_role("link", name="Modifier")).to_be_visible()
