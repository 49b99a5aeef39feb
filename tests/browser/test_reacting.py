"""One's own reaction: one press is one reaction, whatever becomes of the answer, and the same press takes it back."""

import pytest
from playwright.sync_api import Page, expect

from contributions.models import Contribution, Reaction
from tests.browser.live_pages import AGREED, WITHIN, open_live, row
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures

SENT = "**/reagir/"
NO_ANSWER = "Le site n’a pas répondu"


@pytest.fixture
def reading(page, log_in, other_participant, contribution, topic) -> Page:
    """The page of someone who may react to what stands there."""
    log_in(page, other_participant)
    return open_live(page, f"/c/innovation-urbaine/thematiques/{topic.pk}/")


def agree(page: Page) -> None:
    page.locator("button.reaction--agree").click()


def is_pressed(page: Page, pressed: bool) -> None:
    expect(page.locator("button.reaction--agree")).to_have_attribute("aria-pressed", str(pressed).lower())


def kinds() -> list[str]:
    return list(Reaction.objects.values_list("kind", flat=True))


def test_a_reaction_is_given_and_taken_back_by_the_same_button(reading):
    agree(reading)
    is_pressed(reading, True)
    assert kinds() == ["agree"]

    agree(reading)
    is_pressed(reading, False)
    assert kinds() == []


def test_a_reaction_whose_answer_is_lost_is_said_and_pressed_again_it_counts_once(reading, contribution):
    address = reading.url
    reading.route(SENT, lambda route: route.fetch() and route.abort())
    agree(reading)
    expect(reading.locator(".toast__text")).to_contain_text(NO_ANSWER)
    # The channel tells that someone agrees: it is oneself, and the button does not know it yet.
    expect(row(reading, contribution)).to_contain_text(AGREED, timeout=WITHIN)
    is_pressed(reading, False)
    assert (reading.url, kinds()) == (address, ["agree"])
    reading.unroute(SENT)

    agree(reading)
    is_pressed(reading, True)
    expect(row(reading, contribution)).to_contain_text(AGREED)
    assert kinds() == ["agree"]


def test_a_site_in_error_is_asked_again_by_the_form_and_the_reaction_counts_once(reading, contribution):
    asked: list[str] = []

    def fail_once(route) -> None:
        asked.append(route.request.resource_type)
        if len(asked) == 1:
            route.fetch()
            route.fulfill(status=503, body="")
        else:
            route.continue_()

    reading.route(SENT, fail_once)
    with reading.expect_navigation():
        agree(reading)

    is_pressed(reading, True)
    assert (asked, kinds()) == (["fetch", "document"], ["agree"])
    assert Contribution.objects.get(pk=contribution.pk).agree_count == 1
