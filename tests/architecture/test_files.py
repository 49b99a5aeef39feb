"""Files that are refused, and markup that the content security policy would refuse."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CODE = [path for folder in ("concertation", "contributions", "ateliers") for path in (ROOT / folder).rglob("*.py")]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
JUNK = {"utils", "helpers", "services", "signals", "constants", "managers", "mixins", "common", "misc"}
TOP = {
    "manage.py", "pyproject.toml", "README.md", "Makefile", "LICENSE", "requirements.lock", "requirements-dev.lock",
    "concertation", "contributions", "ateliers", "templates", "static", "tests", "docs", "deploy", "var",
}  # fmt: skip


def name_of(path):
    return str(path.relative_to(ROOT))


def test_no_module_is_named_for_what_does_not_belong_elsewhere():
    assert [name_of(path) for path in CODE if path.stem in JUNK or path.parent.name in JUNK] == []


def test_nothing_is_added_to_the_top_level():
    assert [path.name for path in ROOT.iterdir() if path.name not in TOP and not path.name.startswith(".")] == []


def test_one_settings_file_serves_the_site():
    assert [name_of(path) for path in CODE if path.stem == "settings"] == ["concertation/settings.py"]


def test_templates_hold_no_style_no_script_and_no_handler():
    found = re.compile(
        r"""<style|\sstyle\s*=|\son[a-z]+\s*=\s*["']|<script(?![^>]*\ssrc=)|href\s*=\s*["']javascript:"""
    )

    assert [(name_of(path), hit) for path in TEMPLATES for hit in found.findall(path.read_text())] == []


def test_templates_are_short_files_of_short_lines():
    lines = {name_of(path): path.read_text().splitlines() for path in TEMPLATES}

    assert [f"{name}:{n}" for name, read in lines.items() for n, line in enumerate(read, 1) if len(line) > 160] == []
    assert [name for name, read in lines.items() if len(read) > 120] == []


def test_templates_trust_no_text_as_markup():
    found = re.compile(r"\|\s*(?:safe|safeseq)\b|{%\s*autoescape\s+off")

    assert [name_of(path) for path in TEMPLATES if found.search(path.read_text())] == []


def test_pages_fetch_nothing_from_other_sites():
    found = re.compile(
        r"""(?:src|action|data|poster)\s*=\s*["'](?:https?:)?//|<link[^>]*href\s*=\s*["'](?:https?:)?//"""
    )
    sheets = sorted((ROOT / "static").rglob("*.css"))
    imported = re.compile(r"""(?:url\(|@import)\s*["']?(?:https?:)?//""")

    assert [name_of(path) for path in TEMPLATES if found.search(path.read_text())] == []
    assert [name_of(path) for path in sheets if imported.search(path.read_text())] == []


def test_each_app_has_at_most_its_first_schema_migration():
    schema = [path.name for path in CODE if path.parent.name == "migrations" and path.name[:4] == "0001"]
    later = [
        path for path in CODE if path.parent.name == "migrations" and path.name[:4].isdigit() and path.name[:4] > "0001"
    ]

    assert set(schema) == {"0001_initial.py"}
    assert [name_of(path) for path in later if "RunPython" not in path.read_text()] == []
