"""Identify the reader of a socket, and check their access again later, by the same rules as pages."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user, get_user_model
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, parse_cookie
from django.utils.crypto import constant_time_compare

from concertation.viewer import Facts, Viewer

from .audience import Audience
from .registry import look_up, rooms_for

SESSION_ENDED = 4401
NO_LONGER_ALLOWED = 4403


@dataclass(frozen=True, slots=True)
class Reader:
    """A person with one session, or an anonymous visitor."""

    user_id: int | None = None
    session_key: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """A reader at one address: the rooms they joined there, and the audience for which its rows are rendered."""

    reader: Reader
    address: str
    keys: tuple[str, ...]

    @property
    def audience(self) -> Audience:
        return audience_of_rooms(self.keys)


def audience_of_rooms(keys: Sequence[str]) -> Audience:
    """Return the audience of a reader: the narrowest among the rooms that they may join."""
    by_key = {one.key: one for one in Audience}
    return max((by_key.get(key.rpartition(":")[2], Audience.PUBLIC) for key in keys), default=Audience.PUBLIC)


def reader_from_cookies(header: str) -> tuple[Reader, Any]:
    """Return the reader and their user, as Django's middleware would; a broken session is anonymous."""
    key = parse_cookie(header).get(settings.SESSION_COOKIE_NAME)
    if key is None:
        return Reader(), AnonymousUser()
    request = HttpRequest()
    request.session = _session_store(key)
    user = get_user(request)
    return (Reader(user.pk, key), user) if user.is_authenticated else (Reader(), user)


def seats_for(reader: Reader, viewer: Viewer, addresses: Iterable[str]) -> list[Seat]:
    """Return a seat for each address that exists for this reader."""
    seats = [Seat(reader, address, tuple(rooms_for(viewer, address))) for address in dict.fromkeys(addresses)]
    return [seat for seat in seats if seat.keys]


@dataclass(frozen=True, slots=True)
class Check:
    """Readers whose session is over, seats that are theirs no longer, and seats that now have more rooms."""

    ended: set[Reader]
    lost: set[Seat]
    grown: set[Seat]

    def code_for(self, reader: Reader, seats: Iterable[Seat]) -> int | None:
        """Return the code with which to close a socket that has these seats, or None."""
        if reader in self.ended:
            return SESSION_ENDED
        return None if self.lost.isdisjoint(seats) else NO_LONGER_ALLOWED


def check(readers: Collection[Reader], seats: Iterable[Seat], now: datetime) -> Check:
    """Check sessions and seats of all readers at once, in a number of queries that does not grow with them.

    Rooms are resolved once for each person and address, from facts read for all.
    """
    facts: Facts = {}
    users = _users_still_logged_in(set(readers), now)
    viewers = {reader: Viewer(user, now, facts=facts) for reader, user in users.items()}
    look_up([viewer for viewer in viewers.values() if viewer.is_known])
    lost, grown = _compare(viewers, [seat for seat in seats if seat.reader in viewers])
    return Check({reader for reader in readers if reader not in viewers}, lost, grown)


def _compare(viewers: Mapping[Reader, Viewer], seats: Iterable[Seat]) -> tuple[set[Seat], set[Seat]]:
    """Return the seats that are lost and those that have grown, compared with what their readers may join now."""
    lost: set[Seat] = set()
    grown: set[Seat] = set()
    resolved: dict[tuple[int | None, str], tuple[str, ...]] = {}
    for seat in seats:
        place = (seat.reader.user_id, seat.address)
        if place not in resolved:
            resolved[place] = tuple(rooms_for(viewers[seat.reader], seat.address))
        if not set(seat.keys) <= set(resolved[place]):
            lost.add(seat)
        elif seat.keys != resolved[place]:
            grown.add(seat)
    return lost, grown


def _users_still_logged_in(readers: set[Reader], now: datetime) -> dict[Reader, Any]:
    """Return the users whose session is valid, was made with the present password, and whose account is enabled."""
    nobody = AnonymousUser()
    still: dict[Reader, Any] = {reader: nobody for reader in readers if reader.user_id is None}
    named = [reader for reader in readers if reader.user_id is not None]
    if not named:
        return still
    store = _session_store(None)
    sessions = {
        session.session_key: session.get_decoded()
        for session in store.get_model_class().objects.filter(
            session_key__in={reader.session_key for reader in named}, expire_date__gt=now
        )
    }
    users = get_user_model()._default_manager.filter(is_active=True).in_bulk({reader.user_id for reader in named})
    for reader in named:
        session, user = sessions.get(reader.session_key, {}), users.get(reader.user_id)
        if user and session.get(SESSION_KEY) == str(reader.user_id) and _is_present_password(session, user):
            still[reader] = user
    return still


def _is_present_password(session: dict[str, Any], user: Any) -> bool:
    return constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


def _session_store(key: str | None) -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore(key)
