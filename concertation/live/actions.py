"""The one door by which a verb tells the readers of a page that something changed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from . import wakeup
from .models import Event, Room


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one object, told to one room.

    ``Change("topic:12:public", "contribution.added", "contribution:142")``:
    ``kind`` is ``<noun>.added``, ``<noun>.changed`` or ``<noun>.removed``; ``obj`` is ``<renderer>:<primary key>``.
    A bulk verb says ``<noun>.reload`` of one visible object in each room, and open pages offer to reload.
    """

    room: str
    kind: str
    obj: str


Told = Mapping[str, Sequence[Change]]

# Foreign keys are otherwise checked at the commit, by locks that would come after those of the rooms. The last event of
# a room has the number that the room has reached, those before it the numbers before.
_AT_ONCE = """
SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;
WITH told AS (SELECT * FROM unnest(%s::text[], %s::int[], %s::text[], %s::text[]) AS told (key, back, kind, obj)),
held AS MATERIALIZED (SELECT id FROM live_room WHERE key IN (SELECT key FROM told) ORDER BY key FOR UPDATE),
raised AS (
    UPDATE live_room SET last_seq = last_seq + (SELECT count(*) FROM told WHERE told.key = live_room.key)
    WHERE id IN (SELECT id FROM held) RETURNING id, key, last_seq
),
written AS (
    INSERT INTO live_event (room_id, seq, kind, obj, at)
    SELECT raised.id, raised.last_seq - told.back, told.kind, told.obj, %s
    FROM told JOIN raised ON raised.key = told.key ORDER BY told.key, told.back DESC
)
SELECT key, last_seq FROM raised
"""


def announce(*changes: Change) -> None:
    """What changed on a page reaches those who read it, once, in the order of the commits.

    Called last in the verb, inside its transaction: rooms are the last locks taken, in the order of their keys, so
    that two verbs never wait for each other. Nothing is sent before the commit, and nothing of a rollback is.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("announce() belongs inside the verb's transaction")
    if not changes:
        return
    by_room: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_room[change.room].append(change)
    write = _write_at_once if connection.vendor == "postgresql" else _write
    reached = write(by_room, timezone.now())
    missing = [key for key in sorted(by_room) if key not in reached]
    if missing:
        Room.objects.bulk_create([Room(key=key) for key in missing], ignore_conflicts=True)
        reached |= write({key: by_room[key] for key in missing}, timezone.now())
    transaction.on_commit(lambda: wakeup.wake(reached), robust=True)


def _write(by_room: Told, at: datetime) -> dict[str, int]:
    """Write these events into the rooms that are there, and give the number that each has reached."""
    rooms = list(Room.objects.filter(key__in=by_room))
    events = []
    for room in rooms:
        for one in by_room[room.key]:
            room.last_seq += 1
            events.append(Event(room=room, seq=room.last_seq, kind=one.kind, obj=one.obj, at=at))
    Event.objects.bulk_create(events)
    Room.objects.bulk_update(rooms, ["last_seq"])
    return {room.key: room.last_seq for room in rooms}


def _write_at_once(by_room: Told, at: datetime) -> dict[str, int]:
    """The same where several write at once: rooms are locked in the order of their keys, all in one journey."""
    told = [(key, len(them) - place, one) for key, them in by_room.items() for place, one in enumerate(them, start=1)]
    keys, backs = [key for key, _, _ in told], [back for _, back, _ in told]
    kinds, objs = [one.kind for _, _, one in told], [one.obj for _, _, one in told]
    with connection.cursor() as cursor:
        cursor.execute(_AT_ONCE, [keys, backs, kinds, objs, at])
        while cursor.description is None and cursor.nextset():
            pass
        return dict(cursor.fetchall())
