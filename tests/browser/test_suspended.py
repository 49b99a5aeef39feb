"""What a suspended person meets: on the page that was open, on the next one, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from contributions.models import Contribution
from tests.browser.conftest import axe
from tests.browser.live_pages import WITHIN, open_live


@pytest.fixture
def address(topic):
    return f"/c/innovation-urbaine/thematiques/{topic.pk}/"


def test_the_open_page_offers_to_reload_and_the_next_one_says_why(page, log_in, participant, address, suspend):
    log_in(page, participant)
    open_live(page, address)
    page.get_by_label("Votre contribution").fill("J’allais le dire.")

    suspend()

    expect(page.locator("[data-live-reload]")).to_be_visible(timeout=WITHIN)
    expect(page.get_by_label("Votre contribution")).to_have_value("J’allais le dire.")
    page.reload()
    expect(page.get_by_role("heading", name="Votre participation est suspendue")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Restons sur les idées.")
    expect(page.get_by_label("Votre contribution")).to_have_count(0)
    axe(page)


def test_without_javascript_a_text_sent_too_late_is_kept_beside_the_sentence(
    page_without_javascript, log_in, participant, address, suspend
):
    page = page_without_javascript
    log_in(page, participant)
    page.goto(address)
    page.get_by_label("Votre contribution").fill("J’allais le dire.")

    suspend()
    page.get_by_role("button", name="Publier ma contribution").click()

    expect(page.locator("main")).to_contain_text("vous ne pouvez ni écrire ni réagir")
    expect(page.get_by_label("Votre contribution")).to_have_value("J’allais le dire.")
    assert Contribution.objects.count() == 0
