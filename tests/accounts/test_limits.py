"""Limits tell how long to wait, hold who tries too often, and never somebody else."""

import os
import sys
import time
from threading import Event, Thread, get_native_id

import pytest
import time_machine
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, make_password
from django.test import Client

from concertation.accounts import hashing, limits
from concertation.accounts.models import User
from concertation.proxies import client_address

from .conftest import IDENTIFY

ADDRESS = "nadia@exemple.fr"
ELSEWHERE = {"REMOTE_ADDR": "198.51.100.7"}


def guess(password: str, **request):
    return Client().post(IDENTIFY, {"etape": "mot-de-passe", "adresse": ADDRESS, "mot_de_passe": password}, **request)


@pytest.fixture
def nadia(db):
    return User.objects.create_user(ADDRESS, "une longue phrase", display_name="Nadia")


def test_five_wrong_passwords_leave_the_holder_of_the_address_both_ways_in(nadia, client, code_in):
    for number in range(6):
        guess(f"x{number}", **ELSEWHERE)

    assert guess("une longue phrase").status_code == 302
    client.post(IDENTIFY, {"etape": "adresse", "adresse": ADDRESS})
    entered = client.post(IDENTIFY, {"etape": "code", "adresse": ADDRESS, "code": code_in()})
    assert entered.status_code == 302


def test_behind_the_same_network_a_code_still_lets_in(nadia, client, code_in):
    for number in range(6):
        guess(f"x{number}")

    assert guess("une longue phrase").status_code == 429
    client.post(IDENTIFY, {"etape": "adresse", "adresse": ADDRESS})
    entered = client.post(IDENTIFY, {"etape": "code", "adresse": ADDRESS, "code": code_in()})
    assert entered.status_code == 302


def test_codes_asked_for_from_elsewhere_do_not_use_up_those_of_the_holder(db, client, mailoutbox):
    for _ in range(4):
        Client().post(IDENTIFY, {"etape": "adresse", "adresse": ADDRESS}, **ELSEWHERE)

    answer = client.post(IDENTIFY, {"etape": "adresse", "adresse": ADDRESS})

    assert answer.status_code == 303
    assert len(mailoutbox) == 4


def test_a_refusal_tells_the_real_time_to_wait(nadia):
    with time_machine.travel("2026-10-05T10:00:00Z", tick=False) as clock:
        for number in range(5):
            guess(f"x{number}")
        clock.shift(61)
        assert "Réessayez dans 4\u00a0minutes" in guess("une longue phrase").text
        clock.shift(200)
        assert "Réessayez dans 39\u00a0secondes" in guess("une longue phrase").text
        clock.shift(40)
        assert guess("une longue phrase").status_code == 302


def test_right_passwords_are_not_counted(nadia):
    assert {guess("une longue phrase").status_code for _ in range(8)} == {302}


def test_what_a_client_writes_into_forwarded_for_is_believed_from_trusted_proxies_alone(settings):
    forged = "10.0.0.1, 203.0.113.9"

    assert [settings.TRUSTED_PROXIES, client_address("198.51.100.7", forged)] == [0, "198.51.100.7"]
    settings.TRUSTED_PROXIES = 1
    assert client_address("198.51.100.7", forged) == "203.0.113.9"
    settings.TRUSTED_PROXIES = 2
    assert client_address("198.51.100.7", forged) == "10.0.0.1"
    settings.TRUSTED_PROXIES = 3
    assert client_address("198.51.100.7", forged) == "198.51.100.7"


@pytest.mark.parametrize(
    ("written", "network"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("x\x00", "198.51.100.7"),
        ("", "198.51.100.7"),
    ],
)
def test_of_an_ipv6_address_the_network_counts_and_nonsense_counts_for_nothing(settings, written, network):
    settings.TRUSTED_PROXIES = 1

    assert client_address("198.51.100.7", written) == network


def test_another_address_in_the_header_does_not_begin_a_new_count(nadia):
    for number in range(6):
        guess(f"x{number}", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")

    assert guess("une longue phrase", HTTP_X_FORWARDED_FOR="203.0.113.99").status_code == 429


@pytest.fixture
def slow_hashes(settings, monkeypatch):
    """Hashes that take until ``release``; ``running`` holds how many run at once, ``most`` the highest number."""
    settings.PASSWORD_HASHERS = ["concertation.accounts.hashing.GatedHasher"]
    monkeypatch.setattr(hashing, "gate", hashing.HashingGate())
    state = {"running": 0, "most": 0}
    release = Event()

    def encode(_hasher, password, salt, iterations=None):
        state["running"] += 1
        state["most"] = max(state["most"], state["running"])
        release.wait(10)
        state["running"] -= 1
        return f"pbkdf2_sha256$1${salt}${password}"

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", encode)
    return state, release


def test_one_hash_runs_three_wait_and_the_others_are_told_when_to_come_back(slow_hashes):
    state, release = slow_hashes
    refused = []

    def hash_one():
        try:
            make_password("une longue phrase")
        except limits.TooMany as refusal:
            refused.append(refusal.messages[0])

    tries = [Thread(target=hash_one) for _ in range(12)]
    for one in tries:
        one.start()
    while len(refused) < 8:
        time.sleep(0.005)
    release.set()
    for one in tries:
        one.join()

    assert state["most"] == 1
    assert len(refused) == 8
    assert set(refused) == {
        "Beaucoup de personnes se connectent par mot de passe en ce moment. Réessayez dans 10\u00a0secondes."
    }


def test_whoever_waits_too_long_for_a_hash_is_told_and_leaves_the_place(slow_hashes, monkeypatch):
    _state, release = slow_hashes
    monkeypatch.setattr(hashing, "WAIT_SECONDS", 0.01)
    running = Thread(target=make_password, args=["x"])
    running.start()
    while not slow_hashes[0]["running"]:
        time.sleep(0.005)

    for _ in range(3):
        with pytest.raises(limits.TooMany):
            check_password("x", "pbkdf2_sha256$1$salt$x")

    release.set()
    running.join()
    assert check_password("x", "pbkdf2_sha256$1$salt$x")


def test_of_one_network_two_attempts_run_and_the_next_is_refused_without_being_counted(nadia, slow_hashes):
    _state, release = slow_hashes
    tries = [Thread(target=attempt, args=[f"a{number}@exemple.fr", "203.0.113.1"]) for number in range(2)]
    for one in tries:
        one.start()
    while sum(hashing.gate._networks.values()) < 2:
        time.sleep(0.005)

    for _ in range(6):
        with pytest.raises(limits.TooMany, match="déjà en cours depuis cet accès à internet"):
            attempt(ADDRESS, "203.0.113.1")
    elsewhere = Thread(target=attempt, args=[ADDRESS, "203.0.113.2"])
    elsewhere.start()
    release.set()
    for one in [*tries, elsewhere]:
        one.join()

    attempt(ADDRESS, "203.0.113.1")
    assert not hashing.gate._networks


def attempt(address, network):
    with hashing.password_attempt(address, network):
        make_password("une longue phrase")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="threads have a priority on Linux only")
def test_pages_come_before_hashes(slow_hashes):
    _state, release = slow_hashes
    release.set()

    niceness = hashing.gate.run(lambda: os.getpriority(os.PRIO_PROCESS, get_native_id()))

    assert niceness == os.getpriority(os.PRIO_PROCESS, get_native_id()) + hashing.NICENESS


def test_a_wrong_password_costs_one_hash_and_a_busy_site_answers_429(nadia, settings, monkeypatch):
    hashes = []
    monkeypatch.setattr(User, "check_password", lambda self, password: hashes.append(password) or False)
    assert guess("faux").status_code == 200
    assert len(hashes) == 1

    def busy(*_args):
        raise hashing._refusal()

    monkeypatch.setattr(User, "check_password", busy)
    answer = guess("une longue phrase")
    assert answer.status_code == 429
    assert "Réessayez dans 10\u00a0secondes" in answer.text


def test_the_present_password_cannot_be_guessed_from_an_open_session(nadia, client):
    guess_at = {"current": "faux", "new": "une autre phrase", "again": "une autre phrase"}
    client.post(IDENTIFY, {"etape": "mot-de-passe", "adresse": ADDRESS, "mot_de_passe": "une longue phrase"})
    for _ in range(5):
        client.post("/compte/reglages/mot-de-passe/", guess_at)

    answer = client.post("/compte/reglages/mot-de-passe/", {**guess_at, "current": "une longue phrase"})

    assert "Trop d’essais avec ce mot de passe" in answer.text
    nadia.refresh_from_db()
    assert nadia.check_password("une longue phrase")


def test_while_passwords_are_hashed_pages_and_codes_are_answered(nadia, slow_hashes, settings, client, code_in):
    state, release = slow_hashes
    refused = []

    def hash_one():
        try:
            make_password("une longue phrase")
        except limits.TooMany:
            refused.append(True)

    tries = [Thread(target=hash_one) for _ in range(100)]
    for one in tries:
        one.start()
    while len(refused) < 96:
        time.sleep(0.005)

    answers = [client.get("/").status_code, guess("une longue phrase").status_code]
    for address in (ADDRESS, "inconnue@exemple.fr"):
        browser = Client()
        browser.post(IDENTIFY, {"etape": "adresse", "adresse": address})
        entered = browser.post(IDENTIFY, {"etape": "code", "adresse": address, "code": code_in()})
        answers += [entered.status_code, browser.get("/compte/").status_code]
    running = state["running"]
    release.set()
    for one in tries:
        one.join()

    assert answers == [200, 429, 302, 200, 302, 200]
    assert running == 1
    assert hashing.PLACES <= settings.HTTP_THREADS / 2
