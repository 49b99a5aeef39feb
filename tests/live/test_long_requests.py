"""A request that is too long is told so; the connection is not just closed."""

import socket

import pytest

pytestmark = pytest.mark.django_db(transaction=True)


def ask(served, head: str) -> str:
    with socket.create_connection(("localhost", served.port), timeout=10) as wire:
        wire.sendall(f"{head}\r\n\r\n".encode())
        return b"".join(iter(lambda: wire.recv(65_536), b"")).decode()


@pytest.mark.parametrize("length", [16_300, 17_000, 200_000])
def test_an_address_that_is_too_long_is_answered_with_a_sentence(served, length):
    answer = ask(served, f"GET /?q={'a' * length} HTTP/1.1\r\nHost: localhost\r\nX-More: {'b' * 200}")

    assert answer.startswith("HTTP/1.1 414 ")
    assert "L’adresse demandée est trop longue" in answer


@pytest.mark.parametrize("header", ["Cookie: " + "c" * 17_000, "\r\n".join(f"X-{n}: {'d' * 900}" for n in range(20))])
def test_headers_that_are_too_long_are_answered_with_a_sentence(served, header):
    answer = ask(served, f"GET / HTTP/1.1\r\nHost: localhost\r\n{header}")

    assert answer.startswith("HTTP/1.1 431 ")
    assert "trop d’informations" in answer


def test_what_is_not_http_is_refused_as_before(served):
    assert ask(served, "bonjour").startswith("HTTP/1.1 400 ")


def test_the_longest_address_that_is_taken_reaches_the_site(served):
    assert ask(served, f"GET /?q={'a' * 8_000} HTTP/1.1\r\nHost: localhost\r\nConnection: close").startswith(
        "HTTP/1.1 200 "
    )
