"""The link to a contribution is copied by a script, which says so; without it, it is a plain link."""

import pytest
from playwright.sync_api import expect

from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/c/innovation-urbaine/contributions/1/"


def test_the_link_is_copied_and_that_is_said(new_page, contribution, served):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(PAGE)

    page.get_by_role("link", name="Copier le lien").press("Enter")

    expect(page.locator("#status")).to_have_text("Le lien est copié.")
    assert page.evaluate("navigator.clipboard.readText()") == f"{served.url}{PAGE}"


def test_where_a_browser_refuses_that_is_said_too(new_page, contribution):
    page = new_page()
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error())")
    page.goto(PAGE)

    page.get_by_role("link", name="Copier le lien").click()

    expect(page.locator("#status")).to_contain_text("Le lien n’a pas pu être copié")


def test_without_scripts_it_leads_to_the_page(new_page, contribution, served):
    page = new_page(java_script_enabled=False)
    page.goto(PAGE)

    page.get_by_role("link", name="Copier le lien").click()

    assert page.url == f"{served.url}{PAGE}"
