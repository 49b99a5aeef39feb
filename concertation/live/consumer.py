"""Run one socket. It sends events and receives only "is writing"; every change is an HTTP post."""

import json
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

from django.urls import reverse
from django.utils import timezone

from concertation.proxies import client_address
from concertation.viewer import Viewer

from .access import Reader, Seat, reader_from_cookies, seats_for
from .connection import Connection
from .cursor import reached
from .cursor import read as read_cursor
from .frames import Frame as Message
from .frames import encode
from .hub import RESTART, Hub, HubStopped, hub_here
from .limits import limits
from .origin import is_ours
from .replay import replay
from .transport import Frame, Send, transport_for

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]

NOT_TEXT = 1003
TOO_BIG = 1009
NOT_UNDERSTOOD = 1008
NOTHING_HERE = 4404
TOO_MANY = 4429


async def live_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Accept a page of this site, join the rooms its reader may join, replay, then push events."""
    await receive()
    if scope["path"] != reverse("live:socket"):
        await send({"type": "websocket.close", "code": NOTHING_HERE})
        return
    headers = _headers(scope)
    if not is_ours(headers.get("origin"), headers.get("host")):
        await send({"type": "websocket.close", "code": 4403})
        return
    hub = hub_here()
    addresses, cursor = _requested(scope)
    try:
        reader, seats, seqs = await hub.in_turn(_seat, headers.get("cookie", ""), addresses)
    except HubStopped:
        await send({"type": "websocket.close", "code": RESTART})
        return
    await send({"type": "websocket.accept"})
    connection = Connection(transport_for(send), reader, _address(scope, headers))
    code = NOTHING_HERE if not seats else TOO_MANY if _has_too_many(hub, connection) else None
    if code:
        await connection.close(code)
        return
    try:
        hub.enter(connection, seats, seqs)
        frames = await hub.in_turn(_replayed, seats, cursor)
        presence = [Frame(encode(frame)) for frame in hub.presence.last_sent(seats)]
        connection.begin([Frame(encode(_hello(seats, addresses))), *frames, *presence])
        code = await _listen(receive, hub, connection)
        if code:
            await hub.close(connection, code)
    except HubStopped:
        await connection.close(RESTART)
    finally:
        hub.leave(connection)


def _headers(scope: Scope) -> dict[str, str]:
    """Return headers by lower-case name; join repeated ones as HTTP does."""
    found: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1").lower()
        joint = "; " if name == "cookie" else ", "
        found[name] = found[name] + joint + value.decode("latin-1") if name in found else value.decode("latin-1")
    return found


def _address(scope: Scope, headers: Mapping[str, str]) -> str:
    """Return the network of the visitor, from trusted proxies."""
    return client_address((scope.get("client") or [""])[0], headers.get("x-forwarded-for", ""))


def _requested(scope: Scope) -> tuple[list[str], dict[str, int]]:
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return query.get("salon", [])[: limits.rooms_per_socket], read_cursor(" ".join(query.get("depuis", [])))


def _seat(cookies: str, addresses: list[str]) -> tuple[Reader, list[Seat], dict[str, int]]:
    reader, user = reader_from_cookies(cookies)
    seats = seats_for(reader, Viewer(user), addresses)
    return reader, seats, reached(key for seat in seats for key in seat.keys)


def _replayed(seats: list[Seat], cursor: dict[str, int]) -> list[Frame]:
    return replay({key: seat.audience for seat in seats for key in seat.keys}, cursor)


def _hello(seats: list[Seat], addresses: list[str]) -> Message:
    rooms = {seat.address: list(seat.keys) for seat in seats}
    return {
        "type": "hello",
        "now": timezone.now().isoformat(),
        "beat": limits.beat,
        "rooms": rooms,
        "refused": [address for address in addresses if address not in rooms],
    }


def _has_too_many(hub: Hub, one: Connection) -> bool:
    """Return whether this socket exceeds the limit of its person, or of its address if anonymous."""
    if one.reader.user_id is not None:
        return sum(other.reader.user_id == one.reader.user_id for other in hub.connections) >= limits.sockets_per_person
    same = (other for other in hub.connections if other.reader.user_id is None and other.address == one.address)
    return sum(1 for _ in same) >= limits.sockets_per_address


async def _listen(receive: Receive, hub: Hub, connection: Connection) -> int | None:
    """Receive messages until the browser disconnects, or return the code with which to close."""
    since, count = monotonic(), 0
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return None
        if monotonic() - since >= 1:
            since, count = monotonic(), 0
        count += 1
        code = _refusal(message, count) or _handle(message["text"], hub, connection)
        if code:
            return code


def _refusal(message: dict[str, Any], count: int) -> int | None:
    text = message.get("text")
    if text is None:
        return NOT_TEXT
    if len(text.encode()) > limits.message_bytes:
        return TOO_BIG
    return TOO_MANY if count > limits.messages_per_second else None


def _handle(text: str, hub: Hub, connection: Connection) -> int | None:
    """Handle "is writing" of a person with an account; return NOT_UNDERSTOOD for anything else."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return NOT_UNDERSTOOD
    is_person = connection.reader.user_id is not None
    is_known = isinstance(message, dict) and hub.presence.is_writing(connection, message)
    return None if is_person and is_known else NOT_UNDERSTOOD
