"""The figures of an organiser while others write."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import axe
from tests.browser.live_pages import WITHIN, open_live
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures

FIGURES = "/c/innovation-urbaine/organiser/chiffres/"


def total(page: Page, label: str):
    return page.locator(".stats__item").filter(has=page.get_by_text(label, exact=True)).locator("dd")


@pytest.mark.parametrize("division", ["semaine", "acteur"])
def test_totals_and_table_follow_what_others_write(
    page, log_in, organiser, contribution, post, other_participant, division
):
    log_in(page, organiser)
    open_live(page, f"{FIGURES}?par={division}")
    expect(total(page, "Contributions")).to_have_text("1")

    post("Une autre idée.", by=other_participant)
    expect(total(page, "Contributions")).to_have_text("2", timeout=WITHIN)
    expect(total(page, "Auteurs en tout")).to_have_text("2")
    expect(page.locator('td[data-label="Contributions"]').filter(has_text="2").first).to_be_visible()
    expect(page.get_by_role("list").filter(has_text="1 texte")).to_be_visible()
    axe(page)


def test_the_silent_leave_the_list_when_they_write(page, log_in, organiser, contribution, post, other_participant):
    log_in(page, organiser)
    open_live(page, f"{FIGURES}sans-contribution/")
    expect(page.get_by_role("rowheader", name=other_participant.display_name)).to_be_visible()
    axe(page)

    post("Me voici.", by=other_participant)
    expect(page.get_by_text("Tout le monde a écrit")).to_be_visible(timeout=WITHIN)
    axe(page)
