"""Every download of the site says who may store it, and that a stored copy is not given again unasked."""

import gzip

import pytest
from django.test import Client
from django.utils import timezone

from concertation.consultations.models import Consultation
from tests.personas import DAY

from .test_urls import PATTERNS, address_of
from .url_table import PERSONAS, TABLE

GZIP = {"Accept-Encoding": "gzip"}
# Uploaded by organisers, at an address of their own: a new file has another address.
FOR_AN_HOUR = {"consultations:document", "consultations:partner_logo"}


def answers(name, people, world, **options):
    """Yield what a persona gets at each address that is not a page."""
    client = Client(**options)
    if people[name].is_authenticated:
        client.force_login(people[name])
    for line, statuses in TABLE.items():
        method, route = line.split()
        if method == "GET" and statuses.split()[PERSONAS.index(name)] == "200" and route in PATTERNS:
            answer = client.get(address_of(route, world))
            if answer.has_header("Content-Disposition"):
                yield route, answer


def directives(answer):
    return {one.strip() for one in answer.headers.get("Cache-Control", "").split(",")}


@pytest.mark.parametrize("name", ["visitor", "organiser"])
def test_no_download_is_given_again_unasked(name, people, world):
    found = dict(answers(name, people, world))

    assert {route for route, answer in found.items() if "no-cache" not in directives(answer)} <= FOR_AN_HOUR
    assert all("private" in directives(found[route]) for route in FOR_AN_HOUR & set(found))
    assert {"syntheses:download", "ateliers:calendar"} <= set(found)


def test_only_the_files_of_a_public_synthesis_may_be_stored_for_several(people, world, consultation):
    shared = {name for name, answer in answers("visitor", people, world) if "private" not in directives(answer)}
    Consultation.objects.filter(pk=consultation.pk).update(opens_publicly_at=timezone.now() + DAY)

    closed = {name: directives(answer) for name, answer in answers("organiser", people, world)}

    assert shared == {"syntheses:download"}
    assert {name for name, one in closed.items() if not {"private", "no-store"} & one} == set()
    assert closed["syntheses:download"] == {"private", "no-cache"}


def test_the_text_files_of_a_public_synthesis_leave_compressed_and_no_other_does(people, world):
    plain = dict(answers("visitor", people, world))["syntheses:download"].getvalue()
    sent = dict(answers("visitor", people, world, headers=GZIP))
    own = dict(answers("organiser", people, world, headers=GZIP))

    compressed = {name for name, answer in {**sent, **own}.items() if "Content-Encoding" in answer.headers}
    assert compressed == {"syntheses:download"}
    assert gzip.decompress(sent["syntheses:download"].getvalue()) == plain
    assert int(sent["syntheses:download"].headers["Content-Length"]) < len(plain)
    assert "Accept-Encoding" in sent["syntheses:download"].headers["Vary"]
