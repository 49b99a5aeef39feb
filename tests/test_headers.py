"""Every answer has the headers that keep browsers from lending it to others; refusals leave one line in the log."""

import logging

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from concertation import headers
from concertation.consultations.actions import edit_phase
from concertation.logs import OneLine

pytestmark = pytest.mark.django_db


def answers(client, consultation, organiser):
    """One of each kind: page, static files, probe, missing, refused, redirected, data, stylesheet of a consultation."""
    team = Client()
    team.force_login(organiser)
    yield "page", client.get("/")
    yield "style", client.get("/static/css/base.css")
    yield "script", client.get("/static/js/live.js")
    yield "icons", client.get("/static/icons.svg")
    yield "probe", client.get("/sante/vivant")
    yield "missing", client.get("/nulle-part/")
    yield "redirected", client.get(reverse("accounts:me"))
    yield "refused", client.post(reverse("accounts:identify"), {}, headers={"host": "autre.exemple.fr"})
    yield "data", client.get(reverse("live:replay"))
    yield "theme", client.get(reverse("consultations:theme", args=[consultation.slug]))
    yield "team", team.get(reverse("consultations:organiser", args=[consultation.slug]))


def test_answers_of_every_kind_have_the_same_headers(client, consultation, organiser):
    missing = {
        kind: [name for name in headers.ALWAYS if not response.headers.get(name)]
        for kind, response in answers(client, consultation, organiser)
    }

    assert [kind for kind in missing if missing[kind]] == []


def test_no_answer_is_open_to_other_sites(client, consultation, organiser):
    for kind, response in answers(client, consultation, organiser):
        assert "Access-Control-Allow-Origin" not in response.headers, kind
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "geolocation=()" in response["Permissions-Policy"]


def test_a_page_keeps_the_policy_that_is_its_own(client):
    assert "script-src 'self'" in client.get("/")["Content-Security-Policy"]
    assert client.get("/sante/vivant")["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_refused_form_may_be_kept_to_go_back_to_and_the_page_of_the_team_may_not(client, consultation, organiser):
    client.force_login(organiser)
    address = reverse("consultations:invitations", args=[consultation.slug])

    refused = client.post(address, {"addresses": "pas une adresse"})

    assert "pas une adresse" in refused.text
    assert refused["Cache-Control"] == "private, no-cache"
    assert "no-store" in client.get(address)["Cache-Control"]


def test_a_page_of_a_committees_phase_is_stored_nowhere(client, consultation, topic, organiser):
    address = reverse("contributions:topic", args=[consultation.slug, topic.pk])
    public = client.get(address)
    edit_phase(topic.phase, access="committees", by=organiser)
    client.force_login(organiser)

    closed = client.get(address)

    assert "no-store" not in public.headers.get("Cache-Control", "")
    assert "no-store" in closed["Cache-Control"]


def test_nothing_but_the_one_line_writes_what_was_refused():
    logger, handlers = logging.getLogger("django.request"), []
    while logger:
        handlers += [one for one in logger.handlers if type(one) is logging.StreamHandler]
        logger = logger.parent

    assert [[type(one) for one in handler.filters] for handler in handlers] == [[OneLine]]


def test_a_stack_that_another_handler_kept_in_words_is_dropped_as_well():
    record = logging.makeLogRecord({"msg": "Forbidden: /", "status_code": 403, "exc_text": "Traceback"})

    OneLine().filter(record)

    assert logging.Formatter("{message}", style="{").format(record) == "Forbidden: /"


def test_a_refusal_is_one_line_without_a_stack(client, consultation, participant, caplog):
    client.force_login(participant)
    with caplog.at_level(logging.WARNING, logger="django.request"):
        answer = client.get(reverse("consultations:settings", args=[consultation.slug]))
    [record] = [one for one in caplog.records if one.name == "django.request"]

    assert answer.status_code == 403
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["one_line"]
    assert OneLine().filter(record)
    line = logging.Formatter("{message}", style="{").format(record)
    assert line == f"Forbidden (Permission denied): /c/{consultation.slug}/organiser/reglages/"


def test_a_fault_keeps_its_stack():
    try:
        raise RuntimeError
    except RuntimeError as error:
        stack = (type(error), error, error.__traceback__)
    record = logging.makeLogRecord({"msg": "Internal Server Error: /", "status_code": 500, "exc_info": stack})

    OneLine().filter(record)

    assert record.exc_info == stack
