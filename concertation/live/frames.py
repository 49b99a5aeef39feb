"""Turn rows of the event table into frames, for one room and one audience at a time."""

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
from .models import Event, Kind

logger = logging.getLogger(__name__)

Frame = dict[str, Any]
RenderedObjects = Mapping[str, "registry.Rendered | None"]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event of one object; after coalescing, all its events up to ``seq``."""

    seq: int
    kind: Kind
    obj: str


@dataclass(frozen=True, slots=True)
class Batch:
    """The events of one room after number ``since``, in order."""

    room: str
    since: int
    events: tuple[EventRow, ...]

    @property
    def last(self) -> int:
        return self.events[-1].seq

    @property
    def has_hole(self) -> bool:
        return self.events[0].seq != self.since + 1


def events_after(seqs: Mapping[str, int]) -> list[Batch]:
    """Read the events of each room after the given number, at most ``limits.events_per_frame`` a room."""
    if not seqs:
        return []
    by_room: dict[str, list[EventRow]] = defaultdict(list)
    for some in in_batches(list(seqs.items())):
        wanted = (Q(room__key=key, seq__gt=seq, seq__lte=seq + limits.events_per_frame) for key, seq in some)
        rows = Event.objects.filter(reduce(or_, wanted)).order_by("room_id", "seq")
        for room, seq, kind, obj in rows.values_list("room__key", "seq", "kind", "obj"):
            by_room[room].append(EventRow(seq, Kind(kind), obj))
    return [Batch(room, seqs[room], tuple(events)) for room, events in by_room.items()]


def coalesced(events: Iterable[EventRow]) -> list[EventRow]:
    """Keep one event for each object, at its last number.

    Added then changed is an addition; whatever happened before, removed last is a removal.
    """
    latest: dict[str, EventRow] = {}
    for event in events:
        earlier = latest.pop(event.obj, None)
        stays = earlier is not None and earlier.kind in (Kind.ADDED, Kind.RELOAD) and event.kind != Kind.REMOVED
        kind = earlier.kind if earlier is not None and stays else event.kind
        latest[event.obj] = EventRow(event.seq, kind, event.obj)
    return list(latest.values())


def render_objects(objects: Iterable[str], audience: Audience) -> RenderedObjects:
    """Render objects for ``audience``, by one call of each renderer; None where the renderer failed."""
    by_name: dict[str, dict[int, str]] = defaultdict(dict)
    for obj in objects:
        name, _, pk = obj.rpartition(":")
        by_name[name][int(pk)] = obj
    found: dict[str, registry.Rendered | None] = {}
    for name, keys in by_name.items():
        try:
            rows = registry.render(name, sorted(keys), audience)
        except Exception:
            logger.exception("The renderer %s failed; its readers are asked to reload.", name)
            found |= dict.fromkeys(keys.values())
        else:
            found |= {keys[pk]: row for pk, row in rows.items() if pk in keys}
    return found


def frames_of(batch: Batch, rendered: RenderedObjects) -> list[Frame]:
    """Return the frames of a batch, each of bounded size and continuing the one before.

    An object missing from ``rendered`` is not visible to this audience, hence a removal, unless it has no row.
    """
    if batch.has_hole:
        return [reload_frame(batch.room)]
    frames: list[Frame] = []
    since = batch.since
    for part in _parts(batch.events, rendered):
        frames.append(_frame(batch.room, since, [_entry(event, rendered) for event in coalesced(part)]))
        since = part[-1].seq
    return frames


def _parts(events: Iterable[EventRow], rendered: RenderedObjects) -> Iterator[list[EventRow]]:
    """Split events before their rows exceed a frame.

    Split before coalescing: a client that disconnects between two frames has every event up to the end of the first.
    """
    part: list[EventRow] = []
    rows: dict[str, int] = {}
    for event in events:
        row = rendered.get(event.obj)
        size = len(row.html) if row else 0
        if part and event.obj not in rows and sum(rows.values()) + size > limits.frame_bytes:
            yield part
            part, rows = [], {}
        part.append(event)
        rows[event.obj] = size
    yield part


def _frame(room: str, since: int, entries: list[Frame]) -> Frame:
    return {"type": "events", "room": room, "from": since, "to": entries[-1]["seq"], "events": entries}


def _entry(event: EventRow, rendered: RenderedObjects) -> Frame:
    entry: Frame = {"seq": event.seq, "kind": event.kind, "obj": event.obj}
    if registry.is_update(event.obj):
        return entry | {"update": True}
    if event.obj not in rendered:
        return entry | {"kind": Kind.REMOVED}
    if event.kind == Kind.REMOVED:
        return entry | {"moved": True}
    row = rendered[event.obj]
    if row is None or event.kind == Kind.RELOAD:
        return entry | {"stale": True}
    return entry | {"version": row.version, "html": row.html, "data": row.data}


def reload_frame(room: str) -> Frame:
    """Return a frame that tells a page to reload: the stored events cannot bring it up to date."""
    return {"type": "reload", "room": room}


def encode(frame: Frame) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
