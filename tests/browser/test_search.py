"""Search, as one uses it: from any page, by the keyboard, without a script, to the place of what was found."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import axe
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures

pytestmark = pytest.mark.one_database("a form and its links; what is found is tested on both")


def test_words_lead_from_any_page_to_the_text_that_holds_them(
    page_without_javascript: Page, page: Page, topic, contribution
) -> None:
    for one in (page_without_javascript, page):
        one.goto(f"/c/innovation-urbaine/thematiques/{topic.pk}/")
        one.get_by_role("link", name="Rechercher").click()
        field = one.get_by_label("Mots cherchés")
        field.fill("lieu essais")
        field.press("Enter")

        expect(one.get_by_role("heading", name="1 résultat")).to_be_visible()
        expect(one.locator(".search-hit mark").first).to_have_text("lieux")
        if one is page:
            axe(one)
        one.get_by_role("link", name="Des lieux d’essai").click()
        expect(one).to_have_url(re.compile(rf"/thematiques/{topic.pk}/#c-{contribution.number}$"))
