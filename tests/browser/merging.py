"""A page merged into itself as it is now, or into what a test makes of it."""

import pytest
from playwright.sync_api import Page

from tests.browser.live_pages import open_live

MODULE = """const {name} = performance.getEntriesByType('resource').find(({name}) => /js\\/merge\\./.test(name));
    const merging = await import(name);"""
MERGE = f"async (html) => {{ {MODULE} merging.mergePage(html); }}"
SELECT = """(element) => { const range = document.createRange(); range.selectNodeContents(element);
    getSelection().removeAllRanges(); getSelection().addRange(range); }"""


@pytest.fixture
def address(topic) -> str:
    return f"/c/innovation-urbaine/thematiques/{topic.pk}/"


@pytest.fixture
def look(page, log_in, participant, address):
    def open_page(at: str = address) -> Page:
        log_in(page, participant)
        return open_live(page, at)

    return open_page


def fetched(page: Page) -> str:
    return page.request.get(page.url).text()


def merge(page: Page, html: str | None = None) -> None:
    page.evaluate(MERGE, fetched(page) if html is None else html)
