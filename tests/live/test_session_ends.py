"""Who may no longer read is closed, with the code that says why, and nobody else is."""

import json
import urllib.request
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model

from concertation.consultations import actions
from tests.live import board
from tests.live.conftest import COMMANDS, SERVERS, BoardServer, logged_in, running
from tests.live.test_states import client_of

# Nobody is checked of its own accord: what closes a socket is the act.
NO_AUDIT = json.dumps({"audit": 3600})


def log_out(client, person):
    client.logout()


def change_password(client, person):
    person.set_password("un autre mot de passe")
    person.save()


def disable(client, person):
    person.is_active = False
    person.save()


def lose_role(client, person):
    person.is_staff = False
    person.save()


@pytest.mark.parametrize(
    ("end", "code"), [(log_out, 4401), (change_password, 4401), (disable, 4401), (lose_role, 4403)]
)
def test_who_may_no_longer_read_is_closed_and_sent_nothing_after(any_server, end, code):
    client = logged_in(is_staff=True)
    person = get_user_model().objects.get()
    with any_server.open("board:1", client=client) as staff:
        staff.read()
        end(client, person)

        assert staff.closed_with() == code
        assert [frame for frame in staff.frames[1:] if frame["type"] not in {"presence", "beat"}] == []


def test_a_visitor_who_may_no_longer_read_a_page_closes_no_other(any_server, topic, open_phase, organiser):
    with any_server.open(topic.room) as of_the_topic, any_server.open("board:1") as elsewhere:
        of_the_topic.read()
        elsewhere.read()
        actions.edit_phase(open_phase, access="participants", by=organiser)

        assert of_the_topic.closed_with() == 4403
        board.post("Des bancs")
        assert elsewhere.events(1)


def test_a_person_keeps_the_tabs_of_what_they_may_still_read(any_server):
    client = logged_in(is_staff=True)
    with any_server.open("board:2", client=client) as of_staff, any_server.open("board:1") as public:
        of_staff.read()
        public.read()
        get_user_model().objects.update(is_staff=False)

        assert of_staff.closed_with() == 4403
        board.post("Des bancs")
        assert public.events(1)


@pytest.fixture(scope="module", params=SERVERS)
def _server_without_audit(request, board_servers, server_environment):
    server = BoardServer(COMMANDS[request.param], server_environment, LIVE=NO_AUDIT)
    yield server
    if server.running:
        server.stop()


@pytest.fixture
def without_audit(transactional_db, _server_without_audit):
    return running(_server_without_audit)


def end_by(server, act, client):
    """The act as one of this server's own, by this person."""
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"
    request = urllib.request.Request(f"{server.url}/fin/{act}/", b"", {"Cookie": cookie, "Origin": server.url})
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 200


@contextmanager
def reading(server, address, client):
    """Their page, with one of a visitor beside it that nothing closes."""
    with server.open(address, client=client) as own, server.open("board:1") as beside:
        for page in (own, beside):
            page.read()
        yield own
        board.post("Des bancs")
        assert beside.events(1)


@pytest.mark.parametrize("act", ["log_out", "change_password", "disable"])
def test_an_act_of_the_site_that_ends_a_session_closes_its_sockets_at_once(without_audit, act):
    client = logged_in()
    with reading(without_audit, "board:1", client) as page:
        end_by(without_audit, act, client)

        assert page.closed_with() == 4401


@pytest.mark.parametrize(
    ("act", "who"),
    [
        ("lose_role", "moderator"),
        ("suspend", "participant"),
        ("close_phases_to_all_but_committees", "participant"),
        ("unpublish", "participant"),
    ],
)
def test_an_act_of_the_site_that_ends_a_right_closes_the_sockets_it_gave_at_once(
    without_audit, act, who, topic, request
):
    client = client_of(request.getfixturevalue(who))
    with reading(without_audit, topic.room, client) as page:
        end_by(without_audit, act, client)

        assert page.closed_with() == 4403
