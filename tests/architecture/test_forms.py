"""Every form of the site: its draft is named by its object, and no number breaks it."""

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve

from tests.reading import fields_of

from .test_files import TEMPLATES, name_of
from .test_urls import PATTERNS, address_of
from .url_table import PERSONAS, TABLE

FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
ACTION = re.compile(r"""\baction="([^"]*)\"""")
NAMED = re.compile(r"""\bdata-draft="([^"]*)"|\bdraft="([^"]*)\"""")


class Forms(HTMLParser):
    """Parser of the POST forms of a page: their actions, and the names of their text fields and hidden ones."""

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
    """Return every page with a form, for someone who organises, hosts or takes part."""
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


NO_KEY = "9" * 26
# Choices and hidden values of a page: each may be sent as any number.
GIVEN = re.compile(r"<(?:select|input\b(?=[^>]*type=.(?:hidden|number|checkbox|radio)))\b[^>]*?\bname=.([^\"]+)")


def each_field_with(number, pages, people):
    """Send each form of ``pages`` with ``number`` in one field after the other; yield what failed."""
    asked = set()
    for (name, _route), (address, html) in pages.items():
        client = Client(raise_request_exception=False)
        client.force_login(people[name])
        for attributes, inside in FORM.findall(html):
            to = urljoin(address, unescape("".join(ACTION.findall(attributes)))).partition("#")[0]
            ask = client.post if 'method="post"' in attributes else client.get
            held = fields_of(inside)
            view = resolve(urlsplit(to).path).view_name
            for field in sorted(set(GIVEN.findall(inside)) - {"csrfmiddlewaretoken"}):
                if (view, field) not in asked:
                    asked.add((view, field))
                    with transaction.atomic():
                        status = ask(to, held | {field: [number]}).status_code
                        transaction.set_rollback(True)
                    if status >= 500:
                        yield to, field, status


# It sends some thousand forms: more than the usual time on a machine that has other work.
@pytest.mark.timeout(600)
def test_no_number_that_the_database_cannot_hold_breaks_a_form(pages, people):
    assert list(each_field_with(NO_KEY, pages, people)) == []
