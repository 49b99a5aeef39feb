"""Two processes of one site, joined by Redis: what happens in one is on the pages of the other at once."""

import json

import pytest
from django.conf import settings

from tests.live.conftest import DAPHNE, BoardServer, logged_in
from tests.live.posting import posting, send
from tests.live.test_session_ends import end_by

pytestmark = pytest.mark.skipif(not settings.REDIS_URL, reason="needs Redis: make test-services")
# They never look at the table of their own accord: what they know they were told.
TOLD_ONLY = json.dumps({"poll": 3600, "audit": 3600})


@pytest.fixture
def two(transactional_db, board_servers, server_environment):
    servers = [BoardServer(DAPHNE, server_environment, LIVE=TOLD_ONLY) for _ in range(2)]
    for server in servers:
        server.start()
    yield servers
    for server in servers:
        server.stop()


def test_what_is_sent_to_one_process_is_pushed_by_the_other(two, topic, participant):
    here, there = two
    with there.open(topic.room) as reader, here.open(topic.room) as beside:
        reader.read()
        # The hub of a process starts with its first reader, and passes on what happens there.
        beside.read()
        send(here, posting(here, topic, participant)).close()

        assert reader.events(1)[0]["kind"] == "added"


def test_an_act_in_one_process_closes_the_sockets_that_the_other_holds(two):
    here, there = two
    client = logged_in()
    with there.open("board:1", client=client) as page, here.open("board:1") as beside:
        for one in (page, beside):
            one.read()
        end_by(here, "log_out", client)

        assert page.closed_with() == 4401


def test_readers_of_both_processes_are_counted_together(two):
    with two[0].open("board:2", client=logged_in("a@example.org", is_staff=True)) as one:
        with two[1].open("board:2", client=logged_in("b@example.org", is_staff=True)) as other:
            for page in (one, other):
                while page.next("presence")["readers"] != 2:
                    pass
        while one.next("presence")["readers"] != 1:
            pass
