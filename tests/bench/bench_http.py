"""What our server process adds to a page, and how soon what one person sends is on everybody's screen."""

import json
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from concertation.accounts.models import User
from concertation.consultations.models import Topic
from tests.serving import ROOT

from .crowd import PRODUCT, BenchServer, crowded, environment
from .figures import NOISY, Figure, spread_of
from .scene import BODY, open_topic, write_many

ROUNDS = 5
REQUESTS = 200
AT_ONCE = 8
POSTS = 10
GUNICORN = ("-m", "gunicorn", "--workers", "1", "--bind", "127.0.0.1:{port}", "--log-level", "error")
GUNICORN += ("django.core.wsgi:get_wsgi_application()",)


def _site() -> dict[str, str]:
    """What the servers of the site itself are given besides, its static files gathered."""
    given = {"DJANGO_SETTINGS_MODULE": "concertation.settings", "STATIC_ROOT": str(settings.STATIC_ROOT / "static")}
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    once = environment(**given, SITE_URL="http://localhost")
    subprocess.run(command, cwd=ROOT, env=once, check=True)
    return given


def _rate(server: BenchServer, path: str, *, requests: int = REQUESTS, cookies: Sequence[str] = ()) -> dict[str, float]:
    command = [sys.executable, "tests/bench/http_load.py", str(server.port), path, str(requests), str(AT_ONCE)]
    asked = subprocess.run(command, cwd=ROOT, input="\n".join(cookies).encode(), stdout=subprocess.PIPE, check=True)
    told: dict[str, float] = json.loads(asked.stdout)
    return told


def bench_page() -> list[Figure]:
    """The topic page through our server, sockets and all, beside gunicorn with one synchronous worker."""
    topic, user = open_topic("serveur", now=timezone.now())
    write_many(topic, user, 50)
    path = reverse("contributions:topic", args=[topic.phase.consultation.slug, topic.pk])
    given = _site()
    with ExitStack() as running:
        servers = [BenchServer(command, {}, **given) for command in (PRODUCT, GUNICORN)]
        for server in servers:
            server.start()
            running.callback(server.stop)
            _rate(server, path)
        rounds = [tuple(_rate(server, path) for server in servers) for _ in range(ROUNDS)]
    ours, plain = ([one["rate"] for one in told] for told in zip(*rounds, strict=True))
    ratios = [one / other for one, other in zip(ours, plain, strict=True)]
    note = f"{statistics.median(ours):,.0f} against {statistics.median(plain):,.0f} requests/s"
    if max(plain) / min(plain) > NOISY:
        note += "; noisy baseline"
    return [
        Figure(
            name="http.page_vs_wsgi", value=statistics.median(ratios), baseline=1.0, spread=spread_of(ratios), note=note
        )
    ]


def bench_post_to_last_subscriber() -> list[Figure]:
    """From the sending of the form until the last of a thousand readers has the contribution, and one reader alone."""
    given = _site()
    told: dict[int, list[float]] = {}
    for readers in (1, 1_000):
        topic, user = open_topic(f"envoi-{readers}", now=timezone.now())
        with crowded(PRODUCT, readers=readers, room=topic.room, **given) as (server, load):
            told[readers] = []
            for _ in range(POSTS):
                load.mark()
                began = time.time()
                _send(server, topic, user)
                told[readers].append(1000 * (load.tell("expect 1")["last"] - began))
    alone, value = (statistics.median(one) for one in told.values())
    name = "http.post_to_last_subscriber_ms"
    return [Figure(name=name, value=value, baseline=alone, spread=spread_of(told[1_000]), unit="ms")]


class _Stays(HTTPRedirectHandler):
    """Takes the answer of a post and does not go where it leads."""

    def redirect_request(self, *_given: Any) -> None:
        return None


def _send(server: BenchServer, topic: Topic, user: User, *, follow: bool = True) -> None:
    client = Client()
    client.force_login(user)
    session = client.session
    assert isinstance(session, SessionStore)
    token = "b" * 32
    name = str(uuid.uuid4())
    form = {"texte": BODY, "titre": f"Proposition {name}", "client_uuid": name, "csrfmiddlewaretoken": token}
    cookies = {settings.SESSION_COOKIE_NAME: session.session_key, settings.CSRF_COOKIE_NAME: token}
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Origin": server.url}
    path = reverse("contributions:post", args=[topic.phase.consultation.slug, topic.pk])
    request = Request(f"{server.url}{path}", urlencode(form).encode(), headers)
    try:
        status = (urlopen if follow else build_opener(_Stays).open)(request, timeout=60).status
    except HTTPError as error:
        status = error.code
    assert status == (200 if follow else 303), status
