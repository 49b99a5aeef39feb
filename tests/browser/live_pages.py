"""What the browser tests of the live channel share: pages that listen, their rows, and what they say."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page

WITHIN = 30_000
AGREED = re.compile(r"D’accord\s*1")

# The rows of a page in their order, without what only says that a row has just come.
ROWS = """() => [...document.querySelectorAll('[data-live]')].map((row) => {
    const copy = row.cloneNode(true);
    copy.classList.remove('is-fresh');
    copy.removeAttribute('tabindex');
    return copy.outerHTML; })"""
HEAR = "document.addEventListener('live:clock', () => { window.heard = (window.heard ?? 0) + 1; });"
LISTEN = """() => { window.said = []; const line = document.getElementById('status');
    new MutationObserver(() => line.textContent && said.push(line.textContent))
        .observe(line, {childList: true, characterData: true, subtree: true}); }"""


def row(page: Page, one: Any) -> Locator:
    return page.locator(f'[data-live="contribution:{one.pk}"]')


def open_live(page: Page, address: str) -> Page:
    """Open the page and wait for the hello of its socket: from here on nothing can be missed."""
    page.add_init_script(HEAR)
    page.goto(address)
    page.wait_for_function("() => window.heard > 0")
    return page


def show_everything(page: Page) -> None:
    """Press each button that holds rows back, until none is left."""
    buttons = page.locator("[data-live-show]:visible, [data-live-more]:visible")
    while buttons.count():
        buttons.first.click()


def equals_a_fresh_load(page: Page, fresh: Page) -> Callable[[], bool]:
    """Whether what the page shows now is what a fresh load shows, row by row."""

    def look() -> bool:
        show_everything(page)
        fresh.reload()
        return bool(page.evaluate(ROWS) == fresh.evaluate(ROWS))

    return look
