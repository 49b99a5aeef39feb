"""Names and texts of people never change the direction of the words beside them."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string

STYLES = Path(__file__).resolve().parents[2] / "static/css/base.css"
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
# Names in running text: of a person, of an organisation.
_NAMES = r"author\.name|display_name|organisation|line\.actor|speaker_name"
NAME = re.compile(rf"\{{\{{ (?:\w+\.)*(?:{_NAMES})(?:\|[^}}]*)? \}}\}}")
ISOLATED = re.compile(r"(?:<bdi[^>]*>|dir=\"auto\">)$")
# Places where a name is not within a sentence: the title of a page, an attribute, a sentence that isolates it.
ELSEWHERE = ("components/avatar.html", "pages/style")
# Texts of people, with the element that contains them.
TEXT = re.compile(r"<(\w+)([^>]*)>\{\{ (?:(?:\w+\.)*current\.(?:plain|html)|note\.text)")


def test_names_in_running_text_are_isolated():
    found = [
        f"{path.relative_to(TEMPLATES)}: {match.group()}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        if not str(path.relative_to(TEMPLATES)).startswith(ELSEWHERE)
        for text in [path.read_text("utf-8")]
        for match in NAME.finditer(text)
        if not ISOLATED.search(text[: match.start()]) and "|isolated" not in match.group()
    ]

    assert found == []


def test_elements_that_hold_words_of_people_take_their_direction():
    found = [
        f"{path.relative_to(TEMPLATES)}: {match.group()}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for match in TEXT.finditer(path.read_text("utf-8"))
        if match[1] != "bdi" and 'dir="auto"' not in match[2]
    ]

    assert found == []


@pytest.mark.parametrize("name", ["نادية (2026)!", "Nadia"])
def test_a_byline_isolates_the_name_the_kind_and_the_organisation(name):
    html = render_to_string("components/byline.html", {"name": name, "kind": name, "organisation": name})

    assert html.count(f"{name}</bdi>") == 3


def test_every_block_of_a_text_takes_its_own_direction():
    rule = re.search(
        r':is\(\.prose, \[dir="auto"\]\) :is\(([^)]*)\)[^{]*\{\s*unicode-bidi: plaintext', STYLES.read_text("utf-8")
    )

    assert rule is not None
    assert {"p", "li", "blockquote", "h2", "h6", "th", "td", "caption", "figcaption"} <= set(rule[1].split(", "))
