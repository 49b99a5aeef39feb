"""Write events into the rooms' streams: the last locks of a transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from .models import Event, Kind, Room


@dataclass(frozen=True, slots=True)
class Change:
    """An event of one object for one room: ``Change("topic:12:public", Kind.ADDED, "contribution:142")``."""

    room: str
    kind: Kind
    obj: str


ByRoom = Mapping[str, Sequence[Change]]

# SET CONSTRAINTS: foreign keys are otherwise checked at the commit, by locks that would come after those of the rooms.
# INSERT before FOR UPDATE, both in the order of keys: a transaction that inserts rooms has not locked any that others
# can see, and one that locks rooms does not see uncommitted ones, so a locking transaction is never blocked by an
# inserting one. The last event of a room gets the number that the room has reached, the others those before.
_AT_ONCE = """
SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;
INSERT INTO live_room (key, last_seq) SELECT key, 0 FROM (SELECT DISTINCT unnest(%s::text[]) AS key) AS announced
WHERE NOT EXISTS (SELECT FROM live_room WHERE live_room.key = announced.key) ORDER BY key ON CONFLICT DO NOTHING;
WITH announced (key, back, kind, obj) AS (SELECT * FROM unnest(%s::text[], %s::int[], %s::text[], %s::text[])),
locked AS MATERIALIZED (SELECT id FROM live_room WHERE key IN (SELECT key FROM announced) ORDER BY key FOR UPDATE),
raised AS (
    UPDATE live_room SET last_seq = last_seq + (SELECT count(*) FROM announced WHERE announced.key = live_room.key)
    WHERE id IN (SELECT id FROM locked) RETURNING id, key, last_seq
),
written AS (
    INSERT INTO live_event (room_id, seq, kind, obj, at)
    SELECT raised.id, raised.last_seq - announced.back, announced.kind, announced.obj, %s
    FROM announced JOIN raised ON raised.key = announced.key ORDER BY announced.key, announced.back DESC
)
SELECT key, last_seq FROM raised
"""


def write(changes: Iterable[Change], at: datetime) -> dict[str, int]:
    """Write the events, in order; return the number that each room has reached.

    Rooms are locked in the order of their keys, so that two verbs cannot deadlock.
    """
    by_room: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_room[change.room].append(change)
    return _write_at_once(by_room, at) if connection.vendor == "postgresql" else _write(by_room, at)


def _write(by_room: ByRoom, at: datetime) -> dict[str, int]:
    """Insert the events, and missing rooms; return the last number of each room."""
    rooms = list(Room.objects.filter(key__in=by_room))
    rooms += Room.objects.bulk_create([Room(key=key) for key in by_room.keys() - {room.key for room in rooms}])
    events = []
    for room in rooms:
        for one in by_room[room.key]:
            room.last_seq += 1
            events.append(Event(room=room, seq=room.last_seq, kind=one.kind, obj=one.obj, at=at))
    Event.objects.bulk_create(events)
    Room.objects.bulk_update(rooms, ["last_seq"])
    return {room.key: room.last_seq for room in rooms}


def _write_at_once(by_room: ByRoom, at: datetime) -> dict[str, int]:
    """Insert the events where transactions run in parallel: lock rooms in the order of keys, in one round trip."""
    rows = [(key, len(them) - place, one) for key, them in by_room.items() for place, one in enumerate(them, start=1)]
    keys, backs = [key for key, _, _ in rows], [back for _, back, _ in rows]
    kinds, objs = [one.kind for _, _, one in rows], [one.obj for _, _, one in rows]
    with connection.cursor() as cursor:
        cursor.execute(_AT_ONCE, [keys, keys, backs, kinds, objs, at])
        while cursor.description is None and cursor.nextset():
            pass
        return dict(cursor.fetchall())
