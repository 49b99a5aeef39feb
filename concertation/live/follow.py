"""Follow addresses on a page: read how far their rooms have got before anything that the page shows is read.

What happens after that is replayed to the page. In the other order, an event between the two would be lost.
"""

from collections.abc import Mapping
from typing import cast

from django.http import HttpRequest

from concertation.viewer import Viewer

from .audience import Audience
from .cursor import reached, write
from .registry import own_addresses, rooms_for


class FollowedAddresses:
    """The addresses that a page follows, in order, with the last number of each room that they may have.

    On a page that many share, ``placeholder`` is printed as the cursor, and ``own_rooms`` where the addresses of each
    viewer's own are.
    """

    def __init__(self, placeholder: str = "", own_rooms: str = "") -> None:
        self.seqs: dict[str, Mapping[str, int]] = {}
        self.placeholder = placeholder
        self.own_rooms = own_rooms
        self.printed: set[str] = set()

    def joined(self, viewer: Viewer, address: str) -> dict[str, int]:
        """Return the rooms of an address that this viewer may join, each with its number."""
        return {key: self.seqs[address][key] for key in rooms_for(viewer, address)}

    def cursor(self, viewer: Viewer, address: str) -> str:
        """Return the cursor to print for an address; empty where this viewer may join none of its rooms.

        A stand-in joins none: no socket is opened for it.
        """
        return "" if viewer.is_stand_in else self.placeholder or write(self.joined(viewer, address))


def follow(request: HttpRequest, *addresses: str) -> None:
    """Make the page follow these addresses too, and those of the person's own.

    Call it before the objects that they name are read. One statement, whatever the viewer may join: that is known once
    the objects are read, when the page is rendered.
    """
    user_pk = request.user.pk
    keys = {address: _rooms_of(address, user_pk) for address in addresses}
    if user_pk is not None:
        known = followed_on(request).seqs
        keys |= {one: [person_room(one, user_pk)] for one in own_addresses(user_pk) if one not in known}
    seqs = reached(key for rooms in keys.values() for key in rooms) if keys else {}
    if not isinstance(getattr(request, "followed", None), FollowedAddresses):
        request.followed = FollowedAddresses()  # type: ignore[attr-defined]
    followed_on(request).seqs.update({one: {key: seqs[key] for key in rooms} for one, rooms in keys.items()})


def follow_shared(request: HttpRequest, *addresses: str, placeholder: str, own_rooms: str) -> None:
    """Make a page that many viewers share follow these addresses.

    ``placeholder`` stands for the cursor of each, ``own_rooms`` for what ``own_rooms_of`` returns for the viewer.
    """
    followed = FollowedAddresses(placeholder, own_rooms)
    followed.seqs = {address: {} for address in addresses}
    request.followed = followed  # type: ignore[attr-defined]


def followed_on(request: HttpRequest) -> FollowedAddresses:
    """Return what the page follows; nothing where it is not live."""
    return cast(FollowedAddresses, getattr(request, "followed", None) or FollowedAddresses())


def person_room(address: str, user_pk: int) -> str:
    """Return the room of an address that one person alone joins."""
    return f"{address}:person:{user_pk}"


def _rooms_of(address: str, user_pk: int | None) -> list[str]:
    own = [] if user_pk is None else [person_room(address, user_pk)]
    return [*(f"{address}:{audience.key}" for audience in Audience), *own]
