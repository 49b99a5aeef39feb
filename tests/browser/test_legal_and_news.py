"""The legal pages and the news of a concertation: who writes them, and who has the page open."""

from playwright.sync_api import expect

from concertation.pages.legal.texts import PAGES
from tests.browser.conftest import axe
from tests.browser.live_pages import WITHIN, open_live

HOME = "/c/innovation-urbaine/"


def test_each_legal_page_opens_for_anybody_by_the_footer(page, consultation):
    page.goto(HOME)
    for one in PAGES.values():
        page.get_by_role("contentinfo").get_by_role("link", name=str(one.title), exact=True).click()
        expect(page.get_by_role("heading", level=1, name=str(one.title))).to_be_visible()
        axe(page)


def test_the_administrator_completes_the_model_and_a_reader_sees_the_version(two_pages, log_in, administrator):
    desk, reader = two_pages
    log_in(desk, administrator)
    open_live(reader, "/contact/")
    desk.goto("/contact/")
    desk.get_by_role("link", name="Modifier cette page").click()
    axe(desk)

    desk.get_by_role("textbox", name="Texte").fill("## Nous écrire\n\nÀ la mairie, par courrier.")
    desk.get_by_role("button", name="Publier cette page").click()

    expect(desk.get_by_text("Version 1, publiée le")).to_be_visible()
    expect(reader.get_by_role("heading", name="Nous écrire")).to_be_visible(timeout=WITHIN)
    expect(reader.get_by_text("Version 1, publiée le")).to_be_visible()
    axe(reader)
    desk.get_by_role("link", name="Modifier cette page").click()
    expect(desk.get_by_text("Version 1, publiée le")).to_be_visible()
    axe(desk)


def test_the_organiser_tells_news_and_a_reader_of_the_front_page_sees_them(
    two_pages, log_in, consultation, open_phase, organiser
):
    desk, reader = two_pages
    log_in(desk, organiser)
    open_live(reader, HOME)
    expect(reader.get_by_role("heading", name="Actualités")).to_have_count(0)
    desk.goto(f"{HOME}organiser/listes/actualites/")
    desk.get_by_role("link", name="Ajouter une actualité").first.click()
    axe(desk)

    desk.get_by_role("textbox", name="Titre").fill("Le bilan de l’atelier est paru")
    desk.get_by_role("textbox", name="Texte").fill("Il se lit **en ligne**.")
    desk.locator("main form[method=post] button[type=submit]").first.click()

    expect(desk.get_by_role("cell", name="Le bilan de l’atelier est paru", exact=True)).to_be_visible()
    expect(reader.get_by_role("heading", name="Actualités")).to_be_visible(timeout=WITHIN)
    expect(reader.get_by_text("Le bilan de l’atelier est paru")).to_be_visible()
    axe(reader)
