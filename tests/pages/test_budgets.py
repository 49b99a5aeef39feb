"""What a page weighs, and what it must not contain."""

import gzip
import hashlib
import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage

from concertation.static_files import HashedFiles

STATIC = Path(settings.BASE_DIR, "static")
TEMPLATES = Path(settings.BASE_DIR, "templates")
COMPONENTS = STATIC / "css/components.css"


def compressed(paths) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 6)) for path in paths)


@pytest.fixture
def served(tmp_path):
    """The files that a server gives, under the names of their contents."""
    shutil.copytree(STATIC, tmp_path, dirs_exist_ok=True)
    names = [path.relative_to(STATIC).as_posix() for kind in ("css", "js") for path in STATIC.rglob(f"*.{kind}")]
    files = {name: (FileSystemStorage(tmp_path), name) for name in names}
    list(HashedFiles(location=tmp_path, base_url="/static/").post_process(files))
    return tmp_path


def test_the_style_sheets_stay_under_20_kB(served):
    sheets = list(served.glob("css/*.????????????.css"))

    assert len(sheets) == len(list(STATIC.glob("css/*.css")))
    assert compressed(sheets) <= 20_000


def test_a_page_of_a_server_asks_for_four_sheets_and_none_of_them_for_others(served):
    page = (TEMPLATES / "base.html").read_text()
    sheets = re.findall(r'"(css/[\w./-]+)" %}">', page)

    assert sheets == ["css/tokens.css", "css/base.css", "css/components.css", "css/pages.css"]
    assert [path.name for path in served.glob("css/*.????????????.css") if "@import" in path.read_text()] == []


def test_each_component_has_a_sheet_that_is_joined_once_in_its_order(served):
    imported = re.findall(r'^@import "components/([\w-]+)\.css";$', COMPONENTS.read_text(), re.MULTILINE)
    [whole] = served.glob("css/components.????????????.css")

    assert sorted(imported) == sorted(path.stem for path in STATIC.glob("css/components/*.css"))
    places = [whole.read_text().find((STATIC / f"css/components/{name}.css").read_text()) for name in imported]
    assert -1 not in places
    assert places == sorted(set(places))


def test_the_scripts_stay_under_40_kB():
    assert compressed(STATIC.rglob("js/**/*.js")) <= 40_000


def test_scripts_import_each_other_under_the_names_of_their_contents(served):
    scripts = [*served.rglob("js/**/*.????????????.js")]

    imported = {name for path in scripts for name in re.findall(r'from "\./([^"]+)"', path.read_text())}
    assert len(scripts) == len(list(STATIC.rglob("js/**/*.js")))
    assert {name.split(".")[0] for name in imported} >= {"channel", "merge", "new_rows", "rows", "vendor/idiomorph"}
    assert imported - {path.relative_to(served / "js").as_posix() for path in scripts} == set()


def test_the_morphing_of_others_is_their_file_with_an_export_and_comes_with_its_licence():
    theirs, _, ours = (STATIC / "js/vendor/idiomorph.js").read_text().partition("\nexport")
    documented = (STATIC.parent / "docs/dependencies.md").read_text()

    assert ours == " { Idiomorph };\n"
    assert hashlib.sha256(theirs.encode()).hexdigest() in documented
    assert "Zero-Clause BSD" in (STATIC / "js/vendor/idiomorph-0BSD.txt").read_text()


def test_the_display_face_stays_under_60_kB_and_comes_with_its_licence():
    faces = list(STATIC.glob("fonts/*.woff2"))

    assert [face.name for face in faces] == ["bricolage-grotesque-latin.woff2"]
    assert faces[0].stat().st_size <= 60_000
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts/bricolage-grotesque-OFL.txt").read_text().upper()


def test_every_icon_that_a_template_names_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    named = set()
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        named |= set(re.findall(r'components/icon\.html" with name="([\w-]+)"', text))
        named |= set(re.findall(r'[ {]icon="([\w-]+)"', text))
        named |= set(re.findall(r'icon\|default:"([\w-]+)"', text))

    assert named - drawn == set()


def test_every_component_that_a_template_names_exists():
    there = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}
    named = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'{% include "(components/[^"]+)"', path.read_text())
    }

    assert named - there == set()


def test_every_component_is_on_the_style_page_or_in_the_frame():
    parts = [*TEMPLATES.glob("pages/style/*.html"), TEMPLATES / "pages/style.html", TEMPLATES / "base.html"]
    parts += [TEMPLATES / "organiser/base.html", *TEMPLATES.glob("components/*.html"), TEMPLATES / "404.html"]
    used = set(re.findall(r'{% include "components/([\w-]+)\.html"', "".join(path.read_text() for path in parts)))

    assert {path.stem for path in TEMPLATES.glob("components/*.html")} - used == set()


def test_no_template_carries_a_style_a_handler_or_an_unchecked_string():
    wrong = {}
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        found = re.findall(r"<style|\sstyle=|javascript:|<script>", text) + re.findall(r"\|safe\b", text)
        found += re.findall(r"\son[a-z]+=", re.sub(r"{%.*?%}", "", text))
        if found:
            wrong[path.relative_to(TEMPLATES).as_posix()] = found

    assert wrong == {}


def test_nothing_comes_from_another_site():
    away = {
        path.name: re.findall(r"(?:url\(|@import |from |src=|href=)[\"']?https?://[^\s\"')]+", path.read_text())
        for path in [*STATIC.rglob("*.css"), *STATIC.rglob("*.js"), *TEMPLATES.rglob("*.html")]
    }

    assert {name: found for name, found in away.items() if found} == {}
