"""From rows of the event table to the frames that readers get, for one room and one class of readers at a time."""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from concertation.batches import in_batches

from . import registry
from .audience import Audience
from .limits import limits
from .models import Event

logger = logging.getLogger(__name__)

Frame = dict[str, Any]
# What a bulk verb announces once in each room, in place of an event for each object.
RELOAD = ".reload"
REMOVED = ".removed"
Drawn = Mapping[str, "registry.Rendered | None"]


@dataclass(frozen=True, slots=True)
class Told:
    """What happened to one object, at one number; or up to that number, once it is coalesced."""

    seq: int
    kind: str
    obj: str


@dataclass(frozen=True, slots=True)
class Batch:
    """The events of one room after ``since``, as they were written, in order."""

    room: str
    since: int
    told: tuple[Told, ...]

    @property
    def last(self) -> int:
        return self.told[-1].seq

    @property
    def has_hole(self) -> bool:
        return self.told[0].seq != self.since + 1


def news(seqs: Mapping[str, int]) -> list[Batch]:
    """What happened in each room after the number given for it; at most one frame's worth a room."""
    if not seqs:
        return []
    by_room: dict[str, list[Told]] = defaultdict(list)
    for some in in_batches(list(seqs.items())):
        wanted = (Q(room__key=key, seq__gt=seq, seq__lte=seq + limits.events_per_frame) for key, seq in some)
        rows = Event.objects.filter(reduce(or_, wanted)).order_by("room_id", "seq")
        for room, seq, kind, obj in rows.values_list("room__key", "seq", "kind", "obj"):
            by_room[room].append(Told(seq, kind, obj))
    return [Batch(room, seqs[room], tuple(events)) for room, events in by_room.items()]


def coalesced(events: Iterable[Told]) -> list[Told]:
    """One for each object: what was added and then changed is still an addition, at its last number; what left last,
    a removal.
    """
    latest: dict[str, Told] = {}
    for event in events:
        earlier = latest.pop(event.obj, None)
        stays = earlier is not None and earlier.kind.endswith((".added", RELOAD)) and not event.kind.endswith(REMOVED)
        kind = earlier.kind if earlier is not None and stays else event.kind
        latest[event.obj] = Told(event.seq, kind, event.obj)
    return list(latest.values())


def draw(objects: Iterable[str], audience: Audience) -> Drawn:
    """Every object as this class sees it now, by one call of each renderer; None where the renderer failed."""
    by_name: dict[str, dict[int, str]] = defaultdict(dict)
    for obj in objects:
        name, _, pk = obj.rpartition(":")
        by_name[name][int(pk)] = obj
    drawn: dict[str, registry.Rendered | None] = {}
    for name, keys in by_name.items():
        try:
            rendered = registry.render(name, sorted(keys), audience)
        except Exception:
            logger.exception("The renderer %s failed; its readers are asked to reload.", name)
            drawn |= dict.fromkeys(keys.values())
        else:
            drawn |= {keys[pk]: row for pk, row in rendered.items() if pk in keys}
    return drawn


def frames_of(batch: Batch, drawn: Drawn) -> list[Frame]:
    """The frames of a batch, each of a size that a slow connection can take, each going on where the last one ended.

    What is missing from ``drawn`` is not visible to this class, hence a removal.
    """
    if batch.has_hole:
        return [reload_frame(batch.room)]
    frames: list[Frame] = []
    since = batch.since
    for part in _parts(batch.told, drawn):
        frames.append(_frame(batch.room, since, [_entry(told, drawn) for told in coalesced(part)]))
        since = part[-1].seq
    return frames


def _parts(events: Iterable[Told], drawn: Drawn) -> Iterator[list[Told]]:
    """Cut before the rows outgrow a frame, and only then coalesce: a reader whom the network leaves between two frames
    has all that happened up to the end of the first, and is told the rest when they come back.
    """
    part: list[Told] = []
    rows: dict[str, int] = {}
    for event in events:
        row = drawn.get(event.obj)
        size = len(row.html) if row else 0
        if part and event.obj not in rows and sum(rows.values()) + size > limits.frame_bytes:
            yield part
            part, rows = [], {}
        part.append(event)
        rows[event.obj] = size
    yield part


def _frame(room: str, since: int, entries: list[Frame]) -> Frame:
    return {"type": "events", "room": room, "from": since, "to": entries[-1]["seq"], "events": entries}


def _entry(told: Told, drawn: Drawn) -> Frame:
    entry: Frame = {"seq": told.seq, "kind": told.kind, "obj": told.obj}
    if told.obj not in drawn:
        return entry | {"kind": told.kind.rpartition(".")[0] + REMOVED}
    if told.kind.endswith(REMOVED):
        return entry | {"moved": True}
    row = drawn[told.obj]
    if row is None or told.kind.endswith(RELOAD):
        return entry | {"stale": True}
    return entry | {"version": row.version, "html": row.html, "data": row.data}


def reload_frame(room: str) -> Frame:
    """The honest end of the rope: this page cannot be brought up to date from what is kept."""
    return {"type": "reload", "room": room}


def encode(frame: Frame) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
