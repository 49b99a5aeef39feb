"""A synthesis on a phone: contents and downloads are folded at its top, and each section leads back to them."""

import pytest
from playwright.sync_api import expect

from concertation.syntheses.models import Synthesis
from tests.browser.conftest import axe
from tests.syntheses.conftest import contribution, extract, recommendation, synthesis, version  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database("where things are on a screen")]
PHONE = {"width": 390, "height": 844}
TOP = "one => one.getBoundingClientRect().top + scrollY"


@pytest.fixture
def address(version):
    return f"/c/innovation-urbaine/syntheses/{Synthesis.objects.get().number}/"


def test_contents_and_downloads_are_folded_at_the_top_and_each_section_leads_back(new_page, address):
    phone = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    phone.goto(address)
    contents, files = (phone.locator("summary", has_text=words) for words in ("Sommaire", "Télécharger"))
    section = phone.get_by_role("article").get_by_role("heading", level=2).first
    assert contents.evaluate(TOP) < files.evaluate(TOP) < section.evaluate(TOP) < 1.2 * PHONE["height"]
    expect(phone.locator(".toc a").first).to_be_hidden()
    axe(phone)

    files.click()
    expect(phone.locator(".downloads a").first).to_be_visible()
    back = phone.get_by_role("link", name="Revenir au sommaire")
    back.last.click()

    expect(contents).to_be_in_viewport()
    contents.click()
    expect(phone.locator(".toc a").first).to_be_visible()
    assert back.count() == phone.get_by_role("article").locator("> section").count()


def test_without_scripts_the_way_back_is_the_same(new_page, address):
    plain = new_page(viewport=PHONE, java_script_enabled=False)
    plain.goto(address)

    plain.get_by_role("link", name="Revenir au sommaire").last.click()

    expect(plain.locator("summary", has_text="Sommaire")).to_be_in_viewport()


def test_on_a_desk_nothing_is_folded(new_page, address):
    desk = new_page()
    desk.goto(address)

    expect(desk.locator(".toc a").first).to_be_visible()
    expect(desk.locator(".downloads a").first).to_be_visible()
    expect(desk.get_by_role("link", name="Revenir au sommaire").first).to_be_hidden()
