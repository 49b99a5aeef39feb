"""A contribution as a browser sends it, byte for byte, so that one can leave in the middle."""

import socket
import urllib.request
import uuid
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from concertation.accounts.models import User
from concertation.consultations.models import Topic
from tests.serving import Served


def posting(server: Served, topic: Topic, person: User) -> bytes:
    """The request that publishes « Des bancs » at this server."""
    client = Client()
    client.force_login(person)
    token = "b" * 32
    form = {"texte": "Il manque des bancs.", "titre": "Des bancs", "client_uuid": str(uuid.uuid4())}
    body = urlencode(form | {"csrfmiddlewaretoken": token}).encode()
    cookies = {settings.SESSION_COOKIE_NAME: client.session.session_key, settings.CSRF_COOKIE_NAME: token}
    head = {
        "Host": f"localhost:{server.port}",
        "Origin": server.url,
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    slug = topic.phase.consultation.slug
    lines = [f"POST /c/{slug}/thematiques/{topic.pk}/publier/ HTTP/1.1"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in head.items()), "", ""]).encode() + body


def send(server: Served, request: bytes) -> socket.socket:
    """Send it; when this returns the server is at it, for it has answered who came after."""
    wire = socket.create_connection(("localhost", server.port), timeout=30)
    wire.sendall(request)
    urllib.request.urlopen(f"{server.url}/sante/vivant", timeout=30)
    return wire
