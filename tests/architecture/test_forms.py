"""What every form of the site has in common: a draft named by what it belongs to."""

import re
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest
from django.test import Client

from .test_files import TEMPLATES, name_of
from .test_urls import PATTERNS, address_of
from .url_table import PERSONAS, TABLE

NAMED = re.compile(r"""\bdata-draft="([^"]*)"|\bdraft="([^"]*)\"""")


class Forms(HTMLParser):
    """The forms of a page that are posted: where to, and the names of their text fields and hidden ones."""

    def __init__(self, address):
        super().__init__()
        self.address = address
        self.found = []
        self.current = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.current = {"to": urljoin(self.address, given.get("action") or ""), "texts": [], "hidden": []}
            self.current["draft"] = given.get("data-draft")
            if given.get("method") == "post":
                self.found.append(self.current)
        elif self.current is not None and (tag == "textarea" or (tag, given.get("type", "text")) == ("input", "text")):
            self.current["texts"].append(given.get("name"))
        elif self.current is not None and tag == "input" and given.get("type") == "hidden":
            self.current["hidden"].append(given.get("name"))

    def handle_endtag(self, tag):
        if tag == "form":
            self.current = None


def forms_of(html, address):
    parser = Forms(address)
    parser.feed(html)
    return parser.found


@pytest.fixture
def pages(people, world):
    """Every page that answers GET to someone who runs the consultation, or hosts, or takes part."""
    found = {}
    for name in ("organiser", "administrator", "participant"):
        client = Client()
        client.force_login(people[name])
        for line, answers in TABLE.items():
            method, route = line.split()
            if method == "GET" and answers.split()[PERSONAS.index(name)] == "200" and route in PATTERNS:
                address = address_of(route, world)
                answer = client.get(address)
                if answer["Content-Type"].startswith("text/html"):
                    found[name, route] = (address, answer.text)
    return found


def test_a_draft_is_named_by_the_address_or_by_the_object_that_it_belongs_to():
    names = [
        (name_of(path), "".join(name)) for path in TEMPLATES for name in NAMED.findall(path.read_text()) if any(name)
    ]

    assert [one for one in names if "{{" not in one[1] and not one[0].startswith("templates/pages/style/")] == []


def test_no_two_forms_with_a_text_on_one_page_have_the_same_draft(pages):
    shared = {}
    for key, (address, html) in pages.items():
        drafts = Counter(one["draft"] or one["to"] for one in forms_of(html, address) if one["texts"])
        twice = [draft for draft, count in drafts.items() if count > 1]
        if twice:
            shared[key] = twice

    assert shared == {}
    assert len(pages) > 60
