"""Register what higher apps give the live channel: renderers of their objects, and resolvers of their rooms.

Call it in ``AppConfig.ready``. The channel knows no domain: a room is a string, an object is
``<renderer>:<primary key>``, and every row that is sent comes from a renderer, for the reader's audience.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from concertation.viewer import Viewer

from .audience import Audience


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
Resolve = Callable[[Viewer, int], Sequence[str]]

Moments = Callable[[int], Iterable[datetime]]
LookUp = Callable[[Sequence[Viewer]], None]

_renderers: dict[str, Render] = {}
_rooms: dict[str, Resolve] = {}
_moments: dict[str, Moments] = {}
_look_ups: list[LookUp] = []
_access_names: set[str] = set()


def register_renderer(name: str, render: Render) -> None:
    """Register ``render(pks, audience)``; a key that it leaves out is not visible to that audience."""
    _renderers[name] = render


def register_room(prefix: str, resolve: Resolve, *, moments: Moments | None = None) -> None:
    """Register ``resolve(viewer, pk)``: the rooms of ``prefix:pk`` that a viewer may join, widest first; none is a 404.

    ``moments(pk)`` returns the moments at which rows change for an audience without any event. With it, equal replays
    are rendered once.
    """
    _rooms[prefix] = resolve
    if moments is not None:
        _moments[prefix] = moments


def moments_of(address: str) -> list[datetime] | None:
    """Return the moments of an address such as ``topic:12``; None if none are registered."""
    prefix, _, pk = address.partition(":")
    moments = _moments.get(prefix)
    return None if moments is None or not pk.isdecimal() else list(moments(int(pk)))


def register_look_up(look_up: LookUp) -> None:
    """Register ``look_up(viewers)``, which reads for all viewers at once the facts that ``resolve`` needs."""
    _look_ups.append(look_up)


def register_access(*names: str) -> None:
    """Register names (``phase`` of ``phase:7``) of objects whose events may change who may join which room."""
    _access_names.update(names)


def concerns_access(obj: str) -> bool:
    return obj.partition(":")[0] in _access_names


def look_up(viewers: Sequence[Viewer]) -> None:
    for one in _look_ups:
        one(viewers)


def render(name: str, pks: Sequence[int], audience: Audience) -> Mapping[int, Rendered]:
    renderer = _renderers.get(name)
    return renderer(pks, audience) if renderer else {}


def rooms_for(viewer: Viewer, address: str) -> Sequence[str]:
    """Return the rooms of an address such as ``topic:12`` that this viewer may join."""
    prefix, _, pk = address.partition(":")
    resolve = _rooms.get(prefix)
    if resolve is None or not pk.isascii() or not pk.isdecimal() or len(pk) > 18:
        return []
    return resolve(viewer, int(pk))
