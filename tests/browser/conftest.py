"""Chromium for the browser tests: pages with and without JavaScript, axe-core, a screenshot of a failure."""

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from concertation.accounts.models import User
from concertation.live import wakeup
from tests import chromium
from tests.serving import ROOT, Mailbox, Served

OPTIONS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
SCREENSHOTS = ROOT / "var" / "screenshots"
PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}

NewPage = Callable[..., Page]
failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    if report.when == "call":
        item.stash[failed] = report.failed
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.NONE_FOUND, pytrace=False)
    # Playwright's synchronous API runs a loop in this thread; the database is still used by this thread alone.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    options = [*OPTIONS, "--no-sandbox"] if os.geteuid() == 0 else OPTIONS
    # The same loop would refuse to send the wake-ups of the test's writes to the server: another thread sends them.
    send, sender = wakeup._send, ThreadPoolExecutor(1)
    with sender, pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setattr(wakeup, "_send", lambda message: sender.submit(send, message).result())
        yield playwright.chromium.launch(executable_path=path, args=options)


@pytest.fixture
def new_page(request: pytest.FixtureRequest, browser: Browser, served: Served) -> Iterator[NewPage]:
    """Return a function that makes pages, each in its own browser profile, and fails on an error in the console."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def make(**options: Any) -> Page:
        given = {"locale": "fr-FR", "timezone_id": "Europe/Paris", "viewport": DESK, "base_url": served.url}
        context = browser.new_context(**{**given, **options})
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: errors.extend(_error_in(message)))
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    if request.node.stash.get(failed, False):
        _keep_screenshots(request.node.name, contexts)
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """Return a desktop page without a logged-in user."""
    return new_page()


@pytest.fixture
def two_pages(new_page: NewPage) -> tuple[Page, Page]:
    """Return the pages of two people."""
    return new_page(), new_page()


@pytest.fixture
def page_without_javascript(new_page: NewPage) -> Page:
    return new_page(java_script_enabled=False)


@pytest.fixture
def log_in() -> Callable[[Page, User], None]:
    """Give a page the session that log-in would create."""

    def give_session(page: Page, user: User) -> None:
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        cookie = {
            "name": settings.SESSION_COOKIE_NAME,
            "value": session.session_key,
            "domain": "localhost",
            "path": "/",
        }
        page.context.add_cookies([cookie])

    return give_session


@pytest.fixture
def code_for(served: Served, server_environment: dict[str, str]) -> Callable[[str], str]:
    """Return the six digits of the last mail to an address; the server sends it itself, so no worker is needed."""
    letters = Mailbox(Path(server_environment["MAIL_DIR"]))

    def read(address: str, count: int = 1) -> str:
        found = re.search(r"\b\d{6}\b", letters.wait_for(address, count).get_content())
        assert found
        return found[0]

    return read


# Links in a sentence may be small (WCAG 2.5.8), and so may a box whose label, or a title whose card, is the target.
_SMALL = """() => [...document.querySelectorAll('a[href], button, summary, input, select, textarea')]
  .filter((one) => one.checkVisibility() && !one.closest('.skip-links, .visually-hidden') && !one.labels?.length)
  .filter((one) => {
    const around = one.closest('p, li, dd, td, th, h1, h2, h3, h4, label, figcaption, legend') ?? one;
    if (getComputedStyle(one, '::after').position === 'absolute') return false;
    const isInline = getComputedStyle(one).display === 'inline' && one.matches('a');
    return !isInline || around.innerText.trim() === one.innerText.trim();
  })
  .map((one) => [one.outerHTML.slice(0, 100), one.getBoundingClientRect()])
  .filter(([, { width, height }]) => width && Math.min(width, height) < 23.99)
  .map(([html, { width, height }]) => `${Math.round(width)} × ${height.toFixed(1)}: ${html}`)"""
_COVERED = """() => { const one = document.activeElement; if (one === document.body) return '';
  const { left, top, width, height } = one.getBoundingClientRect();
  const seen = document.elementFromPoint(left + width / 2, top + height / 2);
  return !seen || one.contains(seen) || seen.contains(one) || seen.closest('label') ? '' : one.outerHTML.slice(0, 120); }"""


def small_targets(page: Page) -> list[str]:
    """Return what one can press and is smaller than 24 px, with its size."""
    found: list[str] = page.evaluate(_SMALL)
    return found


def covered_by_keyboard(page: Page, key: str, *, presses: int) -> list[str]:
    """Press a key so many times; return what had the focus while something else was over it."""
    covered = []
    for _press in range(presses):
        page.keyboard.press(key)
        covered.append(page.evaluate(_COVERED))
    return [one for one in covered if one]


def axe(page: Page) -> None:
    """Check that this page, in this state, violates no rule of axe-core, at the width of a desktop and of a phone."""
    before = page.viewport_size
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        if not page.evaluate("typeof window.axe === 'object'"):
            page.evaluate(AXE)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert [_told(one) for one in found] == [], f"{page.url} at {size['width']} px"
    if before:
        page.set_viewport_size(before)


def _told(violation: dict[str, Any]) -> str:
    places = "; ".join(f"{node['target'][0]} {node['html'][:160]}" for node in violation["nodes"][:4])
    return f"{violation['id']} ({violation['impact']}): {violation['help']} — {places}"


def _error_in(message: ConsoleMessage) -> list[str]:
    """Return the error in a console message; a refusal, or a server that is down, may be the subject of the test."""
    refusals = [f"Failed to load resource: the server responded with a status of {status}" for status in (4, 503)]
    # A server that is stopping refuses a socket before it opens; one that is killed drops it.
    sockets = ("Error during WebSocket handshake: Unexpected response code", "closed before receiving a handshake")
    expected = (*refusals, *sockets, "net::ERR_")
    is_fault = message.type == "error" and not any(one in message.text for one in expected)
    is_fault |= message.text.startswith("Error with Permissions-Policy header")  # a warning: an unknown feature
    return [message.text] if is_fault else []


def _keep_screenshots(name: str, contexts: list[BrowserContext]) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    pages = [page for context in contexts for page in context.pages]
    for number, page in enumerate(pages, 1):
        page.screenshot(path=Path(SCREENSHOTS, f"{re.sub(r'[^a-z0-9_]+', '-', name)}-{number}.png"), full_page=True)
