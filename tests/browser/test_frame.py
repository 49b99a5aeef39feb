"""What every page of the site has, seen by a browser."""

from playwright.sync_api import Page

from tests.browser.conftest import axe


def test_the_home_page_is_accessible(page: Page):
    page.goto("/")

    assert page.locator("h1").count() == 1
    axe(page)
