"""What higher apps declare to the live channel in their ``live.py``: the objects that pages follow, and the rooms.

Declare in ``AppConfig.ready``. The channel knows no domain: a room is a string, an object is ``<name>:<primary key>``,
and every row that is sent is rendered by its declaration, for the reader's audience.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model

from concertation.viewer import Viewer

from .audience import Audience
from .models import Kind

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The row of one object for one audience.

    ``version`` only grows; a page never replaces a row by an older one. ``data`` places the row
    (``{"parent": 12, "root": 12, "path": "0000012.0000142"}``) and carries what is not HTML, such as counts.
    ``replies_at`` is the address whose readers may reply to it now (``topic:12``), or empty; it is never sent.
    """

    version: int
    html: str
    data: dict[str, Any] = field(default_factory=dict)
    replies_at: str = ""


Render = Callable[[Sequence[int], Audience], Mapping[int, Rendered]]
Rooms = Callable[[M, datetime], Iterable[str]]
Resolve = Callable[[Viewer, int], Sequence[str]]

Moments = Callable[[int], Iterable[datetime]]
LookUp = Callable[[Sequence[Viewer]], None]


@dataclass(frozen=True, slots=True)
class Followed:
    """A kind of object that pages follow, as ``row`` or ``update`` declared it."""

    name: str
    model: type[Model]
    rooms: Callable[[Any, datetime], Iterable[str]]
    render: Render | None = None
    version: str | None = None
    kinds: Collection[Kind] = (Kind.CHANGED,)
    concerns_access: bool = False
    only: int | None = None

    @property
    def is_update(self) -> bool:
        return self.render is None


_followed: dict[str, Followed] = {}
_rooms: dict[str, Resolve] = {}
_own: list[str] = []
_moments: dict[str, Moments] = {}
_look_ups: list[LookUp] = []


def row(
    name: str,
    model: type[M],
    *,
    rooms: Rooms[M],
    render: Render,
    version: str | None = "version",
    kinds: Collection[Kind] = (Kind.CHANGED,),
    concerns_access: bool = False,
) -> None:
    """Declare objects ``name:pk`` that have a row of their own, pushed as HTML.

    ``rooms(obj, now)`` returns the rooms that hear of it unless an announcement names others. ``render(pks, audience)``
    returns the rows; a key that it leaves out is not visible to that audience. ``version`` is the column that a change
    raises, None if the version of the row comes from elsewhere. No other ``kinds`` may be announced.
    ``concerns_access``: a change may change who may join
    which room, so sockets are checked at once.
    """
    _followed[name] = Followed(name, model, rooms, render, version, kinds, concerns_access)


def update(
    name: str,
    model: type[M],
    *,
    rooms: Rooms[M],
    version: str | None = None,
    concerns_access: bool = False,
    only: int | None = None,
) -> None:
    """Declare objects ``name:pk`` without a row: at a change of one, the pages that name it re-fetch themselves.

    ``only``: there is a single object, of this number, whatever row changed (the home page of the site).
    """
    _followed[name] = Followed(name, model, rooms, None, version, (Kind.CHANGED,), concerns_access, only)


def followed(model: type[Model], name: str = "") -> Followed:
    """Return the declaration of this name; without a name, that of the objects called like their model."""
    found = _followed[name or str(model._meta.model_name)]
    if found.model is not model:
        raise TypeError(f"{found.name} is declared for {found.model.__name__}, not for {model.__name__}")
    return found


def versioned(model: type[Model]) -> Followed:
    """Return the declaration that raises the version of rows of this model."""
    return next(one for one in _followed.values() if one.model is model and one.version)


def is_update(obj: str) -> bool:
    """Return whether ``obj`` (``phase:7``) has no row of its own."""
    found = _followed.get(obj.rpartition(":")[0])
    return found is not None and found.is_update


def place_of(model: type[Model]) -> int:
    """Return the place of a model among those declared; rows are locked from the last to the first."""
    return [one.model for one in _followed.values()].index(model)


def register_room(
    prefix: str, resolve: Resolve, *, moments: Moments | None = None, is_of_a_person: bool = False
) -> None:
    """Register ``resolve(viewer, pk)``: the rooms of ``prefix:pk`` that a viewer may join, widest first; none is a 404.

    ``moments(pk)`` returns the moments at which rows change for an audience without any event. With it, equal replays
    are rendered once. ``is_of_a_person``: ``pk`` is that of a user, and each live page of theirs follows the address.
    """
    _rooms[prefix] = resolve
    if is_of_a_person:
        _own.append(prefix)
    if moments is not None:
        _moments[prefix] = moments


def moments_of(address: str) -> list[datetime] | None:
    """Return the moments of an address such as ``topic:12``; None if none are registered."""
    prefix, _, pk = address.partition(":")
    moments = _moments.get(prefix)
    return None if moments is None or not pk.isdecimal() else list(moments(int(pk)))


def own_addresses(user_pk: int) -> list[str]:
    """Return the addresses that each live page of this user follows, whatever it shows."""
    return [f"{prefix}:{user_pk}" for prefix in _own]


def register_look_up(look_up: LookUp) -> None:
    """Register ``look_up(viewers)``, which reads for all viewers at once the facts that ``resolve`` needs."""
    _look_ups.append(look_up)


def look_up(viewers: Sequence[Viewer]) -> None:
    for one in _look_ups:
        one(viewers)


def render(name: str, pks: Sequence[int], audience: Audience) -> Mapping[int, Rendered]:
    found = _followed.get(name)
    return found.render(pks, audience) if found and found.render else {}


def rooms_for(viewer: Viewer, address: str) -> Sequence[str]:
    """Return the rooms of an address such as ``topic:12`` that this viewer may join."""
    prefix, _, pk = address.partition(":")
    resolve = _rooms.get(prefix)
    if resolve is None or not pk.isascii() or not pk.isdecimal() or len(pk) > 18:
        return []
    return resolve(viewer, int(pk))
