"""Who may no longer read is closed, with the code that says why, and nobody else is."""

import pytest
from django.contrib.auth import get_user_model

from concertation.consultations import actions
from tests.live import board
from tests.live.conftest import logged_in


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
