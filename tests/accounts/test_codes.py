"""The code is the only key of most accounts: guessing, replaying, sharing or outliving it must fail."""

import re
from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.utils import timezone

from concertation.accounts import codes
from concertation.accounts.models import User
from tests.caching import empty_cache

from .conftest import IDENTIFY

pytestmark = pytest.mark.django_db
ADDRESS = "nadia@exemple.fr"


def ask(browser: Client, address: str = ADDRESS):
    return browser.post(IDENTIFY, {"etape": "adresse", "adresse": address})


def enter(browser: Client, code: str, address: str = ADDRESS):
    return browser.post(IDENTIFY, {"etape": "code", "adresse": address, "code": code})


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_wrong_code_opens_nothing_and_the_right_one_opens_the_account(client, code_in):
    ask(client)

    refused = enter(client, another(code_in()))
    assert "n’est pas le bon" in refused.text
    assert not User.objects.exists()

    accepted = enter(client, f" {code_in()[:3]} {code_in()[3:]} ")
    assert accepted.status_code == 302
    assert User.objects.get().email == ADDRESS


def test_five_attempts_use_a_code_up_even_for_the_right_answer(client, code_in):
    ask(client)
    for _ in range(5):
        enter(client, another(code_in()))

    answer = enter(client, code_in())

    assert answer.status_code == 429
    assert not User.objects.exists()
    assert "Aucun code n’est en attente" in enter(client, code_in()).text


@pytest.mark.django_db(transaction=True)
def test_attempts_sent_side_by_side_with_one_cookie_are_counted_together(client, code_in, monkeypatch):
    ask(client)
    cookie = client.cookies["sessionid"].value
    compared = []
    compare = codes.constant_time_compare
    monkeypatch.setattr(codes, "constant_time_compare", lambda a, b: (compared.append(a), compare(a, b))[1])

    def guess(number: int) -> None:
        browser = Client()
        browser.cookies["sessionid"] = cookie
        enter(browser, f"{number:06}")
        connection.close()

    guesses = [Thread(target=guess, args=[number]) for number in range(12)]
    for one in guesses:
        one.start()
    for one in guesses:
        one.join()

    code_comparisons = len(compared) - compared.count(compared[0])
    assert code_comparisons <= 5


def test_a_code_serves_once(client, code_in):
    ask(client)
    stolen_cookie = client.cookies["sessionid"].value
    enter(client, code_in())
    client.post("/compte/deconnexion/")

    assert "Aucun code n’est en attente" in enter(client, code_in()).text
    thief = Client()
    thief.cookies["sessionid"] = stolen_cookie
    assert "Aucun code n’est en attente" in enter(thief, code_in()).text


def test_a_code_serves_only_in_the_browser_that_asked_for_it(client, code_in):
    ask(client)

    assert "Aucun code n’est en attente" in enter(Client(), code_in()).text


def test_a_code_serves_only_for_the_address_it_was_sent_to(client, code_in):
    ask(client, "mine@exemple.fr")

    answer = enter(client, code_in(), "victim@exemple.fr")

    assert "Aucun code n’est en attente" in answer.text
    assert not User.objects.exists()


def test_a_code_dies_after_fifteen_minutes(rf, mailoutbox, code_in):
    request = rf.post("/")
    request.session = {}
    now = timezone.now()
    codes.send_code(request, ADDRESS, now=now)

    with pytest.raises(codes.ValidationError) as refusal:
        codes.check_code(request, ADDRESS, code_in(), now=now + timedelta(minutes=15))

    assert refusal.value.code == "expired"


def test_a_code_still_lives_just_before_fifteen_minutes(rf, mailoutbox, code_in):
    request = rf.post("/")
    request.session = {}
    now = timezone.now()
    codes.send_code(request, ADDRESS, now=now)

    codes.check_code(request, ADDRESS, code_in(), now=now + timedelta(minutes=14, seconds=59))


def test_a_new_code_replaces_the_former_one(client, code_in):
    ask(client)
    former = code_in()
    ask(client)
    while code_in() == former:
        empty_cache()
        ask(client)

    assert "n’est pas le bon" in enter(client, former).text
    assert enter(client, code_in()).status_code == 302


def test_neither_the_code_nor_the_address_is_kept_on_the_server(client, code_in):
    ask(client)

    session = Session.objects.get()
    kept = str(session.get_decoded())
    assert ADDRESS not in kept
    assert code_in() not in kept
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = str(cursor.fetchall())
            assert ADDRESS not in rows, table
            assert not re.search(rf"\b{code_in()}\b", rows), table


def test_when_the_mail_cannot_leave_the_person_is_told_and_no_code_waits(client, monkeypatch):
    def fail(self, fail_silently=False):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailMessage, "send", fail)

    answer = ask(client)

    assert "Le courriel n’a pas pu partir" in answer.text
    assert not Session.objects.exists()


def test_thirty_people_behind_one_address_all_get_their_code(mailoutbox):
    answers = [ask(Client(), f"personne{number}@exemple.fr") for number in range(30)]

    assert [one.status_code for one in answers] == [303] * 30
    assert len({one.to[0] for one in mailoutbox}) == 30


def test_one_mailbox_is_not_flooded_and_the_code_on_its_way_still_serves(client, mailoutbox, code_in):
    again = ask(client)["Location"]
    asked = {"etape": "adresse", "adresse": ADDRESS}
    for _ in range(2):
        client.post(again, asked)

    answer = client.post(again, asked)

    assert answer.status_code == 429
    assert re.search(r"recommencez dans (1\u00a0minute|5\d\u00a0secondes)", answer.text)
    assert 'name="code"' in answer.text
    assert len(mailoutbox) == 3
    assert enter(client, code_in()).status_code == 302


def ask_from(network: int, browser: Client | None = None):
    asked = {"etape": "adresse", "adresse": ADDRESS}
    return (browser or Client()).post(IDENTIFY, asked, REMOTE_ADDR=f"198.51.100.{network}")


def test_from_forty_networks_five_mails_leave_and_the_holder_enters_by_the_last(client, mailoutbox, code_in):
    answers = [ask_from(network) for network in range(40)]

    asked = ask(client)

    assert {(one.status_code, one["Location"]) for one in answers} == {(303, asked["Location"])}
    assert "Après cinq courriels en un quart d’heure, aucun autre ne part" in client.get(asked["Location"]).text
    assert len(mailoutbox) == 5
    assert enter(client, code_in()).status_code == 302


def test_a_code_that_others_had_sent_serves_one_browser_alone_and_then_mails_leave_again(client, mailoutbox, code_in):
    others = Client()
    for network in range(6):
        ask_from(network, Client())
    ask_from(6, others)
    ask(client)
    used = code_in()
    enter(client, used)
    client.post("/compte/deconnexion/")

    assert "Aucun code n’est en attente" in enter(others, used).text
    ask(client)
    assert len(mailoutbox) == 6
    assert enter(client, code_in()).status_code == 302


def test_a_code_that_a_browser_has_serves_whatever_others_ask_for(client, code_in):
    ask(client)
    mine = code_in()
    for network in range(10):
        ask_from(network)

    assert enter(client, mine).status_code == 302


def test_wrong_codes_of_others_leave_the_last_code_to_its_holder(client, code_in):
    others = Client()
    for network in range(6):
        ask_from(network, Client())
    ask_from(6, others)
    ask(client)
    for _ in range(6):
        enter(others, another(code_in()))

    assert enter(client, code_in()).status_code == 302


def test_after_fifteen_minutes_mails_leave_again(mailoutbox):
    with time_machine.travel("2026-10-05T10:00:00Z", tick=False) as clock:
        for network in range(7):
            ask_from(network)
        clock.shift(timedelta(minutes=15))
        ask_from(7)

    assert len(mailoutbox) == 6


def test_mails_that_could_not_leave_are_not_counted(client, mailoutbox, monkeypatch):
    def fail(self, fail_silently=False):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", fail)
        for network in range(6):
            assert "Le courriel n’a pas pu partir" in ask_from(network).text

    ask(client)
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("address", ["", "nadia", "nadia@", "x" * 260 + "@exemple.fr", "a@b.fr\nBcc: c@d.fr"])
def test_what_is_not_an_address_is_refused_beside_the_field(client, mailoutbox, address):
    answer = ask(client, address)

    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.text
    assert mailoutbox == []


@pytest.mark.parametrize("code", ["", "abcdef", "٣٣٣٣٣٣", "1" * 500, "\x00"])
def test_what_is_not_a_code_is_refused_beside_the_field(client, code):
    ask(client)

    answer = enter(client, code)

    assert answer.status_code == 200
    assert not User.objects.exists()


def test_the_right_code_given_twice_is_refused_the_second_time(rf, mailoutbox, code_in):
    request = rf.post("/")
    request.session = {}
    now = timezone.now()
    codes.send_code(request, ADDRESS, now=now)

    codes.check_code(request, ADDRESS, code_in(), now=now)

    with pytest.raises(codes.ValidationError) as refusal:
        codes.check_code(request, ADDRESS, code_in(), now=now)
    assert refusal.value.code == "none"
