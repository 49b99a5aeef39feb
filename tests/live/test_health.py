"""What those are told who watch the service, and send it visitors."""

import http.client

import pytest
from django.db import connections
from django.db.utils import OperationalError

from concertation.live import health


@pytest.fixture
def ready(client):
    def ask():
        answer = client.get("/sante/pret")
        return answer.status_code, answer.content

    return ask


@pytest.mark.django_db
def test_a_process_that_is_stopping_takes_no_more_visitors_and_still_lives(client, ready, monkeypatch):
    assert ready() == (200, b"ok\n")

    monkeypatch.setattr(health, "is_stopping", lambda: True)

    assert ready() == (503, b"stopping\n")
    assert client.get("/sante/vivant").status_code == 200


@pytest.mark.django_db
def test_a_process_without_its_database_takes_no_visitors(ready, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(connections["default"], "cursor", away)

    assert ready() == (503, b"database\n")


@pytest.mark.parametrize("path", ["vivant", "pret"])
def test_a_probe_that_asks_by_address_is_answered_where_a_reader_is_not(served, path):
    def status(path):
        wire = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
        wire.request("GET", path, headers={"Host": f"10.0.0.7:{served.port}"})
        return wire.getresponse().status

    assert status(f"/sante/{path}") == 200
    assert status("/") == 400


def test_probes_are_not_sent_to_https_and_what_is_no_probe_is_missing(client, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/sante/vivant").status_code == 200
    assert client.get("/sante/autre").status_code == 301
    assert client.get("/sante/autre", secure=True).status_code == 404
