"""A form saved while its author logs in again is shown whole, in the words of its page."""

import re

import pytest
from django import forms
from django.test import Client, RequestFactory

from concertation.accounts.form_words import answers_in, forms_in
from concertation.accounts.models import SavedForm

from .test_urls import PATTERNS, address_of
from .url_table import PERSONAS, TABLE

# Fields written by hand in a template.
BY_HAND = {"notes": ("Notes à verser", "Il manque des lieux d’essai.")}
TYPED = {forms.IntegerField: "7", forms.EmailField: "nadia@ville.fr", forms.DateTimeField: "2027-01-04"}


def django_forms(context):
    """Return every form, and every form of a set, in the context of a page."""
    found = {}
    for layer in context or []:
        for value in layer.dicts if hasattr(layer, "dicts") else [layer]:
            for one in value.values() if isinstance(value, dict) else []:
                for form in one if isinstance(one, forms.BaseFormSet) else [one]:
                    if isinstance(form, forms.BaseForm) and not type(form).__name__.startswith("Filter"):
                        found[id(form)] = form
    return list(found.values())


def answer_to(bound):
    """Return what someone sends in a field, and how it is shown: (pairs, text)."""
    field = bound.field
    choices = [pair for pair in flat(getattr(field, "choices", [])) if str(pair[0])]
    if isinstance(field, forms.MultiValueField):
        pairs = [(f"{bound.html_name}_jour", "2027-01-04"), (f"{bound.html_name}_heure", "14:30")]
        return pairs, "4 janvier 2027, 14 h 30"
    if choices:
        value, label = choices[-1]
        return [(bound.html_name, str(value))], str(label)
    if isinstance(field, forms.BooleanField):
        return [(bound.html_name, "on")], "oui"
    typed = next((words for kind, words in TYPED.items() if isinstance(field, kind)), f"Des mots pour {bound.name}.")
    return [(bound.html_name, typed)], typed


def flat(choices):
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from flat(label)
        else:
            yield value, label


def ordinary(words):
    return " ".join(re.sub(r"<[^>]+>", "", str(words)).split()).casefold()


@pytest.fixture
def pages(people, world):
    found = {}
    for who in ("organiser", "moderator", "participant", "administrator", "newcomer"):
        client = Client()
        client.force_login(people[who])
        for line, answers in TABLE.items():
            method, route = line.split()
            if method == "GET" and answers.split()[PERSONAS.index(who)] == "200" and route in PATTERNS:
                answer = client.get(address_of(route, world))
                if answer["Content-Type"].startswith("text/html"):
                    found[who, address_of(route, world)] = answer
    return found


def request_of(user):
    request = RequestFactory().get("/compte/envois/x/")
    request.user, request.session = user, {}
    return request


def test_every_form_is_shown_with_its_own_labels(pages, people):
    wrong, seen = [], set()
    for (who, page), answer in pages.items():
        for form in django_forms(answer.context):
            fields = [one for one in form if not one.is_hidden and one.widget_type not in ("file", "password")]
            answers = [(one, *answer_to(one)) for one in fields]
            sent = [pair for _one, pairs, _text in answers for pair in pairs]
            names = {name for name, _value in sent}
            homes = [one for one in forms_in(answer.text, page) if names and names <= set(one.controls)]
            for home in sorted(homes, key=lambda one: len(one.controls))[:1]:
                seen.add(home.action)
                saved = SavedForm(address=home.action, page=page, fields=[*sent, ("expected_version", "a:1 b:2")])
                said = {ordinary(one.label): ordinary(one.text) for one in answers_in(request_of(people[who]), saved)}
                for one, _pairs, text in answers:
                    label, shown = BY_HAND.get(one.name, (one.label, text))
                    told = next((words for name, words in said.items() if name.endswith(ordinary(label))), None)
                    if told != ordinary(shown):
                        wrong.append(f"{who} {page} {one.name}: {told!r}, not {label} {shown!r}")
                if any("a:1 b:2" in text for text in said.values()):
                    wrong.append(f"{page}: a hidden field is shown")

    assert wrong == [], "\n".join(wrong)
    assert len(seen) > 30
