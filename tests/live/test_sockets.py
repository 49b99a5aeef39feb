"""The socket, end to end, under each server: who gets in, what they are sent, what they may say."""

import contextlib
import json

import pytest
from django.contrib.auth import get_user_model
from websockets.exceptions import InvalidStatus

from concertation.live.limits import limits
from tests.live import board
from tests.live.conftest import logged_in

PUBLIC, STAFF = "board:1:public", "board:1:staff"


@pytest.mark.parametrize("origin", [None, "null", "http://localhost:1", "https://localhost", "http://evil.example"])
def test_a_page_of_another_site_is_refused_before_the_socket_opens(any_server, origin):
    with pytest.raises(InvalidStatus) as refused:
        any_server.open("board:1", origin=origin)

    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("address", ["board:2", "board:3", "board:x", "nothing:1", ""])
def test_a_room_that_does_not_exist_for_the_reader_closes_the_socket(any_server, address):
    with any_server.open(address) as visitor:
        assert visitor.closed_with() == 4404
        assert visitor.frames == []


def test_a_visitor_sees_what_others_do_as_they_do_it_in_order(any_server):
    with any_server.open("board:1") as visitor:
        hello = visitor.read()
        first = board.post("Des bancs")
        events = visitor.events(1)
        second = board.post("Des arbres")
        events += visitor.events(1)
        board.change(first, name="Des bancs à l’ombre")
        events += visitor.events(1)

    assert (hello["type"], hello["rooms"]) == ("hello", {"board:1": [PUBLIC]})
    assert [(one["seq"], one["obj"]) for one in events] == [
        (1, f"note:{first.pk}"),
        (2, f"note:{second.pk}"),
        (3, f"note:{first.pk}"),
    ]
    assert events[2]["html"] == board.row(type(first).objects.get(pk=first.pk))
    assert [one["version"] for one in events] == [1, 1, 2]


def test_what_is_hidden_is_removed_for_visitors_and_still_shown_to_staff(any_server):
    note = board.post("Un propos")
    moderator = logged_in(is_staff=True)
    with (
        any_server.open("board:1", since=f"{PUBLIC}=1") as visitor,
        any_server.open("board:1", since=f"{PUBLIC}=1 {STAFF}=0", client=moderator) as staff,
    ):
        visitor.read()
        staff.read()
        board.change(note, kind=board.HIDDEN, name="Un propos hors charte")
        seen_by_visitor, seen_by_staff = visitor.events(1), staff.events(1)

    assert seen_by_visitor == [{"seq": 2, "kind": "removed", "obj": f"note:{note.pk}"}]
    assert "hors charte" in seen_by_staff[0]["html"]


def test_what_is_for_staff_reaches_staff_alone(any_server):
    with any_server.open("board:1") as visitor, any_server.open("board:1", client=logged_in(is_staff=True)) as staff:
        visitor.read()
        staff.read()
        board.post("Signalement", board=STAFF, kind=board.HIDDEN)

        assert staff.events(1)[0]["seq"] == 1
        assert visitor.hears_nothing()


def test_who_comes_back_is_sent_what_they_missed_then_what_is_new(any_server):
    for text in "abc":
        board.post(text)
    with any_server.open("board:1", since=f"{PUBLIC}=1") as visitor:
        missed = visitor.events(2)
        board.post("d")
        live = visitor.events(1)

    assert [one["seq"] for one in missed + live] == [2, 3, 4]


def test_a_page_older_than_our_memory_is_asked_to_reload(any_server):
    board.post("a")
    with any_server.open("board:1", since=f"{PUBLIC}=7") as visitor:
        visitor.read()

        assert visitor.next("reload") == {"type": "reload", "room": PUBLIC}


def test_one_socket_serves_all_the_rooms_of_a_page(any_server):
    with any_server.open("board:1", "board:2", "board:3", client=logged_in(is_staff=True)) as staff:
        hello = staff.read()
        board.post("a")
        board.post("b", board="board:2:staff")
        rooms = {staff.next("events")["room"], staff.next("events")["room"]}

    assert hello["refused"] == ["board:3"]
    assert rooms == {PUBLIC, "board:2:staff"}


def test_a_change_of_which_no_wake_up_came_is_seen_all_the_same(server, monkeypatch):
    monkeypatch.setattr("concertation.live.wakeup.wake", lambda reached: None)
    with server.open("board:1") as visitor:
        visitor.read()
        board.post("d’un processus tué avant de le dire")

        assert visitor.events(1)[0]["seq"] == 1


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"\x00\x01", 1003),
        ("x" * 16_385, 1009),
        ("not json", 1008),
        (json.dumps({"type": "writing"}), 1008),
    ],
    ids=["binary", "too big", "nonsense", "a visitor who speaks"],
)
def test_what_a_visitor_may_not_send_closes_the_socket(any_server, message, code):
    with any_server.open("board:1") as visitor:
        visitor.read()
        visitor.socket.send(message)

        assert visitor.closed_with() == code


@pytest.mark.parametrize(
    "said",
    [{}, [], 1, {"type": "writing"}, {"type": "writing", "room": "board:2", "under": "note:1"}]
    + [{"type": "writing", "room": "board:1", "under": under} for under in (1, "note:x", "<b>", "n:" + "1" * 30)],
)
def test_what_is_not_understood_closes_the_socket(server, said):
    with server.open("board:1", client=logged_in()) as person:
        person.read()
        person.socket.send(json.dumps(said))

        assert person.closed_with() == 1008


def writes(person, under, room="board:1"):
    person.socket.send(json.dumps({"type": "writing", "room": room, "under": under}))


def test_who_reads_and_who_writes_is_told_without_names(any_server):
    note = board.post("Des bancs")
    with any_server.open("board:1") as visitor, any_server.open("board:1", client=logged_in()) as person:
        visitor.read()
        person.read()
        told = None
        # With a shared layer, a server that a test before this one killed is counted until it is forgotten.
        while told != {"type": "presence", "room": "board:1", "readers": 2, "writing": [f"note:{note.pk}"]}:
            writes(person, f"note:{note.pk}")
            told = visitor.next("presence")


def test_that_someone_answers_what_is_hidden_is_told_to_those_who_see_it(server):
    shown, hidden = board.post("Des bancs"), board.post("Hors charte", kind=board.HIDDEN)
    people = [logged_in(f"p{n}@example.org", is_staff=n > 0) for n in range(3)]
    with server.open("board:1") as visitor, contextlib.ExitStack() as stack:
        answering, moderating, reading = (stack.enter_context(server.open("board:1", client=one)) for one in people)
        for page in (visitor, answering, moderating, reading):
            page.read()
        told = {"writing": []}
        while told["writing"] != [f"note:{one.pk}" for one in (shown, hidden)]:
            writes(answering, f"note:{shown.pk}")
            writes(moderating, f"note:{hidden.pk}")
            told = reading.next("presence")

        while told["writing"] != [f"note:{shown.pk}"]:
            writes(answering, f"note:{shown.pk}")
            told = visitor.next("presence")
        assert not any(f"note:{hidden.pk}" in frame.get("writing", []) for frame in visitor.frames)


def test_a_reply_to_what_takes_none_or_is_elsewhere_is_told_to_nobody(server):
    shown, closed = board.post("Des bancs"), board.post("Fil clos", kind=board.CLOSED)
    writers = [logged_in(f"p{n}@example.org", is_staff=True) for n in range(4)]
    with contextlib.ExitStack() as stack:
        rooms = ("board:1", "board:2")
        answering, late, lost, reading = (stack.enter_context(server.open(*rooms, client=one)) for one in writers)
        for page in (answering, late, lost, reading):
            page.read()
        told = {"room": "", "writing": []}
        while (told["room"], told["writing"]) != ("board:1", [f"note:{shown.pk}"]):
            writes(late, f"note:{closed.pk}")
            writes(lost, f"note:{shown.pk}", room="board:2")
            writes(answering, f"note:{shown.pk}")
            told = reading.next("presence")

    ours = {f"note:{shown.pk}", f"note:{closed.pk}"}
    writing = [(frame["room"], one) for frame in reading.frames for one in ours.intersection(frame.get("writing", ()))]
    assert writing == [("board:1", f"note:{shown.pk}")]


def test_who_arrives_is_told_who_is_there_though_nothing_changes_by_it(server):
    client = logged_in(is_staff=True)
    with server.open("board:2", client=client) as first:
        told = first.next("presence")
        with server.open("board:2", client=client) as second_tab:
            assert second_tab.next("presence") == told

    assert (told["room"], told["readers"]) == ("board:2", 1)


def test_a_flood_is_cut(any_server):
    with any_server.open("board:1", client=logged_in()) as person:
        person.read()
        for _ in range(30):
            person.socket.send(json.dumps({"type": "writing", "room": "board:1", "under": "note:1"}))

        assert person.closed_with() == 4429


def test_a_person_holds_five_sockets_and_the_sixth_is_sent_to_poll(any_server):
    client = logged_in()
    browsers = [any_server.open("board:1", client=client) for _ in range(5)]
    for browser in browsers:
        browser.read()

    with any_server.open("board:1", client=client) as sixth:
        assert sixth.closed_with() == 4429
    for browser in browsers:
        browser.socket.close()


def test_forty_persons_behind_one_address_are_all_let_in_and_twenty_visitors(server):
    visitors = [server.open("board:1") for _ in range(21)]
    persons = [server.open("board:1", client=logged_in(f"p{n}@example.org")) for n in range(40)]

    assert [visitor.read()["type"] for visitor in visitors[:20]] == ["hello"] * 20
    assert visitors[20].closed_with() == 4429
    assert [person.read()["type"] for person in persons] == ["hello"] * 40
    for browser in visitors + persons:
        browser.socket.close()


def test_no_cookie_is_set_by_the_socket(any_server):
    with any_server.open("board:1") as visitor:
        assert "set-cookie" not in visitor.socket.response.headers


def test_classes_are_checked_and_the_table_is_read_as_often_as_promised():
    assert limits.audit < 2
    assert (limits.poll, limits.beat) == (1, 20)


def test_who_gains_a_class_is_asked_to_reload(server):
    client = logged_in()
    with server.open("board:1", client=client) as person:
        person.read()
        get_user_model().objects.update(is_staff=True)

        assert person.next("reload") == {"type": "reload", "room": "board:1"}
