"""The scripts that need no page keep their rules, in Node where it is installed and in the browser everywhere."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from tests.serving import ROOT

# After all tests that have no browser, whose loop would be in the way of theirs.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database("scripts without a page")]

FILES = sorted((ROOT / "tests" / "scripts").glob("*.test.js"))
SITE = "http://scripts.test/"
# The first that takes a script for a module by its words, without a package.json beside it.
MODULES_SINCE = (20, 19)
PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><title></title>"""
RUN = """async (address) => { await import(address); return (await import("/tests/scripts/harness.js")).results; }"""


def version_of(node: str) -> tuple[int, ...]:
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in re.findall(r"\d+", told))


def give(route: Route) -> None:
    path = ROOT / route.request.url.removeprefix(SITE)
    if path.is_file():
        route.fulfill(path=path, content_type="text/javascript")
    else:
        route.fulfill(body=PAGE, content_type="text/html")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_in_the_browser(browser: Browser, file: Path):
    page = browser.new_page()
    page.route(f"{SITE}**", give)
    page.goto(SITE)

    results = page.evaluate(RUN, f"/{file.relative_to(ROOT)}")
    page.close()

    assert results
    assert [one for one in results if one["error"]] == []


def test_in_node():
    node = shutil.which("node")
    if node is None or version_of(node) < MODULES_SINCE:
        pytest.skip("no Node: the browser runs the same files")

    run = subprocess.run([node, "--test", *FILES], capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout
