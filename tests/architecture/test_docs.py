"""All that the README and the documentation name exists: links, files, folders, classes, commands."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FILE = re.compile(r"[\w.-]+(?:/[\w.-]+)*\.(?:py|md|html|css|js|toml|lock|svg|csv)")
FOLDER = re.compile(r"(?!var/)[\w.-]+(?:/[\w.-]+)*/")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_within_the_tree_leads_to_a_file(page):
    links = re.findall(r"\]\(([^)#\s]+)", re.sub(r"`[^`\n]*`", "", page.read_text()))

    gone = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert gone == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_and_folder_that_is_named_exists(page, paths):
    named = [
        name for name in re.findall(r"`([^`\s]+)`", page.read_text()) if FILE.fullmatch(name) or FOLDER.fullmatch(name)
    ]

    assert [name for name in named if not any(path.endswith(f"/{name}") for path in paths)] == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs/decisions").glob("0*.md")), ids=lambda page: page.name)
def test_a_decision_gives_its_context_its_cost_and_its_end_on_one_page(page):
    lines = page.read_text().splitlines()

    parts = [line for line in lines if line.startswith("## ")]
    assert parts == ["## Context", "## Decision", "## What it costs", "## What would make us change it"]
    assert len(lines) <= 60
    assert page.name in (ROOT / "docs/decisions/README.md").read_text()


@pytest.fixture(scope="module")
def paths():
    """Return every file and folder of the tree, from its top; a page may leave out the first folders of a path."""
    tops = [path for path in ROOT.iterdir() if not path.name.startswith(".") and path.name != "var"]
    every = [path for top in tops for path in [top, *(top.rglob("*") if top.is_dir() else ())]]
    return [f"/{path.relative_to(ROOT).as_posix()}{'/' if path.is_dir() else ''}" for path in every]


def test_every_class_of_the_glossary_is_in_the_code():
    glossary = README.split("## Words")[1].split("## ")[0]
    code = "\n".join(path.read_text() for app in apps.get_app_configs() for path in _sources(Path(app.path)))

    named = set(re.findall(r"`([A-Z]\w+)`", glossary))
    assert named
    assert {name for name in named if not re.search(rf"^class {name}\b", code, re.MULTILINE)} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_make_is_in_the_makefile(page):
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(re.findall(r"`make ([a-z-]+)", page.read_text())) <= targets


@pytest.mark.parametrize("missing", ["second factor", "OpenID Connect", "re-examination"])
def test_nothing_is_promised_that_no_app_provides(missing):
    assert [page.name for page in PAGES if missing.lower() in page.read_text().lower()] == []


def test_every_label_that_the_first_hour_quotes_is_on_a_page():
    """The words between « and » are those of a template or of a form."""
    guide = (ROOT / "docs/first-hour.md").read_text()
    shown = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "concertation").rglob("*.py")]
    words = " ".join(_plain(path.read_text()) for path in shown)

    quoted = {_plain(label) for label in re.findall(r"«(.+?)»", guide, re.DOTALL)}
    assert len(quoted) > 20
    assert {label for label in quoted if f'"{label}' not in words and f">{label}<" not in words} == set()


def _plain(text):
    return re.sub(r"\s+", " ", text).strip()


def _sources(folder):
    return folder.rglob("*.py") if folder.is_relative_to(ROOT) else []
