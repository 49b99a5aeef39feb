"""The door of HTTP beside the sockets: what a page costs in journeys, what streams, and who leaves meanwhile."""

import asyncio
import http.client
import threading
import urllib.request
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse

from concertation.live.wsgi import PagesInThreads
from tests.live.test_states import client_of
from tests.serving import ROOT

SCOPE = {
    "type": "http",
    "http_version": "1.1",
    "method": "POST",
    "path": "/c/été/",
    "query_string": b"tri=actives",
    "headers": [(b"host", b"localhost"), (b"content-length", b"6"), (b"x-one", b"a"), (b"x-one", b"b")],
    "server": ("localhost", 80),
    "client": ("127.0.0.1", 4242),
}


def handler_of(make):
    """What Django's WSGI handler does with the response of a view."""

    def handler(environ, start_response):
        response = make(environ)
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return response

    return handler


def browser(*parts: bytes):
    """Sends the parts of a form, and keeps what it is sent, with the thread that sent it."""
    said = [{"type": "http.request", "body": part, "more_body": part is not parts[-1]} for part in parts]
    heard, threads = [], []

    async def receive():
        return said.pop(0)

    async def send(message):
        threads.append(threading.current_thread())
        heard.append(message)

    return receive, send, heard, threads


def ask(pages, *parts: bytes):
    receive, send, heard, threads = browser(*parts)
    asyncio.run(pages(SCOPE, receive, send))
    assert set(threads) == {threading.main_thread()}
    return heard


def test_a_page_is_made_in_a_thread_and_leaves_in_one_piece():
    made_in = []

    def make(environ):
        made_in.append(threading.current_thread().name)
        return HttpResponse(["<p>", "Des bancs", "</p>"], status=201, headers={"X-Nom": "é"})

    heard = ask(PagesInThreads(handler_of(make), threads=1))

    assert [one["type"] for one in heard] == ["http.response.start", "http.response.body"]
    assert heard[0]["status"] == 201
    assert dict(heard[0]["headers"])[b"content-type"] == b"text/html; charset=utf-8"
    assert heard[1] == {"type": "http.response.body", "body": b"<p>Des bancs</p>"}
    assert made_in[0].startswith("pages")


def test_the_view_reads_what_was_asked_and_what_was_sent():
    read = {}

    def make(environ):
        names = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "HTTP_X_ONE", "REMOTE_ADDR")
        read.update({name: environ[name] for name in names}, body=environ["wsgi.input"].read(6))
        return HttpResponse()

    ask(PagesInThreads(handler_of(make), threads=1), b"abc", b"def")

    assert read == {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/c/été/".encode().decode("latin-1"),
        "QUERY_STRING": "tri=actives",
        "HTTP_X_ONE": "a,b",
        "REMOTE_ADDR": "127.0.0.1",
        "body": b"abcdef",
    }


def test_what_streams_goes_piece_by_piece_each_when_the_last_one_is_taken():
    heard, made = [], []

    def pieces() -> Iterator[bytes]:
        for number in range(3):
            made.append((number, len(heard)))
            yield b"%d" % number

    async def send(message):
        await asyncio.sleep(0)
        heard.append(message)

    pages = PagesInThreads(handler_of(lambda environ: StreamingHttpResponse(pieces())), threads=1)
    asyncio.run(pages(SCOPE, None, send))

    assert [one.get("body") for one in heard] == [None, b"0", b"1", b"2", b""]
    assert made == [(0, 1), (1, 2), (2, 3)]


def test_a_reader_who_leaves_in_the_middle_gives_the_thread_back():
    closed = threading.Event()

    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield b"x"
        finally:
            closed.set()

    async def leave_then_ask():
        receive, send, heard, _threads = browser()
        reading = asyncio.create_task(pages(SCOPE, receive, send))
        while len(heard) < 10:
            await asyncio.sleep(0)
        reading.cancel()
        assert await asyncio.to_thread(closed.wait, 30)
        answers.append(HttpResponse("encore là"))
        _receive, send, heard, _threads = browser()
        await pages(SCOPE, receive, send)
        return heard

    answers = [StreamingHttpResponse(endless())]
    pages = PagesInThreads(handler_of(lambda environ: answers[-1]), threads=1)

    assert asyncio.run(leave_then_ask())[1]["body"] == "encore là".encode()


def test_a_view_that_fails_is_told_to_the_server_and_the_next_one_is_served():
    answers = [RuntimeError("la panne"), HttpResponse("après")]

    def make(environ):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    pages = PagesInThreads(handler_of(make), threads=1)
    with pytest.raises(RuntimeError, match="la panne"):
        ask(pages)

    assert ask(pages)[1]["body"] == "après".encode()


def test_a_page_that_is_served_is_closed_in_its_thread():
    closed_in = []

    class Page(HttpResponse):
        def close(self):
            closed_in.append(threading.current_thread().name)
            super().close()

    ask(PagesInThreads(handler_of(lambda environ: Page("a")), threads=1))

    assert [name[:5] for name in closed_in] == ["pages"]


def test_a_file_arrives_whole_from_each_server(any_server):
    file = max((ROOT / "static" / "fonts").iterdir(), key=lambda one: one.stat().st_size)

    answer = urllib.request.urlopen(f"{any_server.url}/static/fonts/{file.name}", timeout=30)

    assert answer.read() == file.read_bytes()


def test_an_answer_that_fails_half_way_is_cut_and_the_server_goes_on(any_server):
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        urllib.request.urlopen(f"{any_server.url}/moitie/", timeout=20).read()

    assert urllib.request.urlopen(f"{any_server.url}/sante/vivant", timeout=20).status == 200
    assert "already been started" not in any_server.said()


def test_a_header_with_an_underscore_does_not_pass_for_one_that_a_proxy_wrote():
    environs = []
    pages = PagesInThreads(handler_of(lambda environ: environs.append(environ) or HttpResponse()), threads=1)
    headers = [(b"x-forwarded-for", b"203.0.113.9"), (b"x_forwarded_for", b"10.0.0.1")]
    receive, send, _heard, _threads = browser(b"")

    asyncio.run(pages({**SCOPE, "headers": headers}, receive, send))

    assert environs[0]["HTTP_X_FORWARDED_FOR"] == "203.0.113.9"


def test_a_cookie_is_set_under_every_server(any_server, participant):
    client = client_of(participant)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"
    request = urllib.request.Request(f"{any_server.url}/compte/", headers={"Cookie": cookie})

    with urllib.request.urlopen(request, timeout=30) as answer:
        cookies = [value for name, value in answer.getheaders() if name.lower() == "set-cookie"]

    assert cookies
    assert [value for value in cookies if value != value.strip()] == []
