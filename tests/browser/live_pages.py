"""What the browser tests of the live channel share: pages that listen, their rows, and what they say."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

WITHIN = 30_000
AGREED = re.compile(r"D’accord\s*1")

# The rows of a page in their order, without the marks of new rows; the order of attributes says nothing.
ROWS = """() => [...document.querySelectorAll('[data-live]')].map((row) => {
    const copy = row.cloneNode(true);
    copy.classList.remove('is-fresh');
    copy.removeAttribute('tabindex');
    for (const element of [copy, ...copy.querySelectorAll('*')]) {
        const attributes = [...element.attributes].sort((one, other) => one.name < other.name ? -1 : 1);
        for (const { name } of attributes) element.removeAttribute(name);
        for (const { name, value } of attributes) element.setAttribute(name, value); }
    return copy.outerHTML; })"""
PRESS = """() => { const buttons = "[data-live-show]:not([hidden]), [data-live-more]:not([hidden])";
    for (const button of document.querySelectorAll(buttons)) button.click(); }"""
HEAR = "document.addEventListener('live:clock', () => { window.heard = (window.heard ?? 0) + 1; });"
# What the channel has told of, whether or not it shows.
TOLD = "window.told = []; document.addEventListener('live:event', ({detail}) => told.push(detail.obj));"
LISTEN = """() => { window.said = []; const line = document.getElementById('status');
    new MutationObserver(() => line.textContent && said.push(line.textContent))
        .observe(line, {childList: true, characterData: true, subtree: true}); }"""


def row(page: Page, one: Any) -> Locator:
    return page.locator(f'[data-live="contribution:{one.pk}"]')


def open_live(page: Page, address: str) -> Page:
    """Open the page and wait for the hello of its socket: from here on no event can be missed."""
    page.add_init_script(HEAR)
    page.add_init_script(TOLD)
    page.goto(address)
    page.wait_for_function("() => window.heard > 0")
    return page


def is_told(page: Page, one: Any, times: int = 1) -> None:
    """Wait until this page has received the event, as often as ``times``."""
    page.wait_for_function(f"() => told.filter((obj) => obj === 'contribution:{one.pk}').length >= {times}")


def rows_shown(page: Page) -> list[str]:
    """Return the rows of the page once each button with hidden rows has been pressed."""
    page.evaluate(PRESS)
    return list(page.evaluate(ROWS))


def rows_of_a_fresh_load(page: Page, address: str) -> list[str]:
    """Return the same of a freshly loaded page, with each thread unfolded."""
    page.goto(address)
    folded = page.locator("a[data-unfold]")
    while left := folded.count():
        folded.first.click()
        expect(folded).to_have_count(left - 1)
    return list(page.evaluate(ROWS))
