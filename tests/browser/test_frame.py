"""What every page of the site has, seen by a browser."""

import pytest
from playwright.sync_api import Page

from concertation.live import wakeup
from tests.browser.conftest import axe


@pytest.mark.one_database("what axe-core says of a page")
def test_the_home_page_is_accessible(page: Page):
    page.goto("/")

    assert page.locator("h1").count() == 1
    axe(page)


def test_the_writes_of_a_test_wake_the_server(
    page: Page, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """Its thread runs the event loop of Playwright, in which nothing may be sent."""
    monkeypatch.setattr(wakeup, "_hub_of_this_process", None)
    monkeypatch.setattr(wakeup, "is_shared", lambda: True)

    wakeup.wake({"topic:1:public": 1})

    assert caplog.messages == []
