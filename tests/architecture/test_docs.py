"""What the README and the documentation name is there: files, classes, commands."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_tree_leads_to_a_file(page):
    links = re.findall(r"\]\(([^)#\s]+)", re.sub(r"`[^`\n]*`", "", page.read_text()))

    gone = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert gone == []


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


def _sources(folder):
    return folder.rglob("*.py") if folder.is_relative_to(ROOT) else []
