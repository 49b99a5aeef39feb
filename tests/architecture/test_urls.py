"""Request every address of the site as every persona; an address that is not in the table fails."""

import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from .url_table import PERSONAS, SOCKETS, TABLE

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


def all_patterns(resolver=None, namespace="", route=""):
    """Yield the name and the route of each address of this site."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from all_patterns(one, inner, route + str(one.pattern))
        else:
            yield f"{namespace}{one.name}", route + str(one.pattern)


PATTERNS = dict(all_patterns())


def address_of(name, world):
    """Return the address with each argument from the world: for this page, for this app, or for all."""
    app = name.split(":")[0]
    arguments = ARGUMENT.findall(PATTERNS[name])
    return reverse(
        name,
        kwargs={
            one: next(world[key] for key in (f"{name} {one}", f"{app} {one}", one) if key in world) for one in arguments
        },
    )


@pytest.fixture
def sessions(people):
    """Return the session of each persona; the visitor has none."""
    clients = {name: Client() for name in people}
    for name, user in people.items():
        if user.is_authenticated:
            clients[name].force_login(user)
    return {name: client.cookies.get("sessionid") for name, client in clients.items()}


def ask(session, method, address):
    """Return the status of the response; roll back what the request wrote."""
    client = Client(raise_request_exception=False)
    if session:
        client.cookies["sessionid"] = session.value
    with transaction.atomic():
        status = client.generic(method, address).status_code
        transaction.set_rollback(True)
    return status


def test_every_address_is_in_the_table():
    known = {line.split()[1] for line in TABLE} | SOCKETS

    assert sorted(set(PATTERNS) - known) == []
    assert sorted(known - set(PATTERNS)) == []


def test_an_address_that_gives_a_form_back_has_a_page_for_whoever_loads_it_again():
    given_back = {
        line.split()[1] for line, row in TABLE.items() if line.startswith("POST") and {"200", "422"} & set(row.split())
    }
    pages = {line.split()[1] for line in TABLE if line.startswith("GET")}

    assert sorted(given_back - pages) == []


@pytest.mark.parametrize("app", sorted({name.split(":")[0] for name in PATTERNS}))
def test_everybody_gets_the_answer_of_the_table(app, sessions, world):
    assert list(sessions) == PERSONAS

    wrong = []
    for line, expected in TABLE.items():
        method, name = line.split()
        if name.split(":")[0] == app:
            address = address_of(name, world)
            seen = " ".join(str(ask(one, method, address)) for one in sessions.values())
            wrong += [f'    "{line}": "{seen}",'] if seen != expected else []

    assert wrong == [], "These rows differ; if the answers are right, the table takes them:\n" + "\n".join(wrong)


def test_before_it_opens_a_consultation_does_not_exist_for_strangers(sessions, world, consultation, now):
    type(consultation).objects.filter(pk=consultation.pk).update(opens_publicly_at=now.replace(year=now.year + 1))

    answers = {
        (line, persona): ask(sessions[persona], line.split()[0], address_of(line.split()[1], world))
        for line in TABLE
        for persona in ("visitor", "stranger_moderator")
        if "<slug:slug>" in PATTERNS[line.split()[1]]
    }

    # A visitor may be redirected to log-in before they get a 404.
    told = {who: status for who, status in answers.items() if status != 404 and (who[1], status) != ("visitor", 302)}
    assert told == {}


def test_voir_comme_answers_at_each_address_of_a_consultation_as_to_the_real_person(sessions, world):
    # Pages of somebody's own texts and answers, which a stand-in has not.
    own = {
        "consultations:participation", "consultations:trial", "contributions:edit", "contributions:withdraw",
        "contributions:report",
    }  # fmt: skip
    looked_as = {"visiteur": "visitor", "participant": "participant", "comite": "partner"}
    wrong = []
    for line, expected in TABLE.items():
        method, name = line.split()
        address = address_of(name, world)
        if method == "GET" and PATTERNS[name].startswith("c/<slug:slug>/") and "/organiser/" not in address:
            for who, persona in looked_as.items():
                real = int(expected.split()[PERSONAS.index(persona)])
                status = ask(sessions["organiser"], "GET", f"/vu-comme/{who}/maintenant{address}")
                wrong += [(name, who, status, real)] if status != real and name not in own else []

    assert wrong == []


def test_no_cache_keeps_a_page_that_visitors_do_not_get(sessions, world):
    """Check the pages of the teams, and those of one person."""
    client = Client()
    client.cookies["sessionid"] = sessions["administrator"].value
    kept = []
    for line, expected in TABLE.items():
        method, name = line.split()
        if method == "GET" and expected.startswith("302") and "200" in expected:
            response = client.get(address_of(name, world))
            kept += [name] if "no-store" not in response.headers.get("Cache-Control", "") else []

    assert kept == []
