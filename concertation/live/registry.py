"""What higher apps teach the live channel: how to draw their objects, and who may join which room.

Registered in ``AppConfig.ready``. The channel itself knows no domain: a room is a string, an object is
``<renderer>:<primary key>``, and everything that reaches a reader comes out of a renderer as that class may see it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from concertation.viewer import Viewer

from .audience import Audience


@dataclass(frozen=True, slots=True)
class Rendered:
    """One object as one class of readers sees it.

    ``version`` only grows, and a page never replaces a row by an older one; ``data`` says where the row belongs
    (``{"parent": 12, "root": 12, "path": "0000012.0000142"}``) and carries what is not HTML, such as counts.
    ``replies_at`` is the address whose readers may reply to it now (``topic:12``), or nothing; it is never sent.
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
_access_nouns: set[str] = set()


def register_renderer(name: str, render: Render) -> None:
    """``render(pks, audience)`` answers in few queries; a key it leaves out is not visible to that class."""
    _renderers[name] = render


def register_room(prefix: str, resolve: Resolve, *, moments: Moments | None = None) -> None:
    """``resolve(viewer, pk)`` names the rooms of ``prefix:pk`` that they may join, widest first; none is a 404.

    ``moments(pk)`` gives the moments from which an audience is shown other rows there, or none, without any event. With
    it a replay is rendered once for all who ask alike.
    """
    _rooms[prefix] = resolve
    if moments is not None:
        _moments[prefix] = moments


def moments_of(address: str) -> list[datetime] | None:
    """The moments of an address such as ``topic:12``; None if nobody knows them."""
    prefix, _, pk = address.partition(":")
    moments = _moments.get(prefix)
    return None if moments is None or not pk.isdecimal() else list(moments(int(pk)))


def register_look_up(look_up: LookUp) -> None:
    """``look_up(viewers)`` reads at once what ``resolve`` will ask about each; they share their facts."""
    _look_ups.append(look_up)


def register_access(*nouns: str) -> None:
    """An event of these nouns (``phase`` of ``phase.changed``) may change who may join which room."""
    _access_nouns.update(nouns)


def concerns_access(kind: str) -> bool:
    return kind.partition(".")[0] in _access_nouns


def look_up(viewers: Sequence[Viewer]) -> None:
    for one in _look_ups:
        one(viewers)


def render(name: str, pks: Sequence[int], audience: Audience) -> Mapping[int, Rendered]:
    renderer = _renderers.get(name)
    return renderer(pks, audience) if renderer else {}


def rooms_for(viewer: Viewer, address: str) -> Sequence[str]:
    """The room keys behind an address such as ``topic:12``, as far as this reader may join them."""
    prefix, _, pk = address.partition(":")
    resolve = _rooms.get(prefix)
    if resolve is None or not pk.isascii() or not pk.isdecimal() or len(pk) > 18:
        return []
    return resolve(viewer, int(pk))
