"""The one door by which a verb tells the readers of a page that something changed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from . import registry, wakeup
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

_held_back: ContextVar[list[Change] | None] = ContextVar("held_back", default=None)

# Foreign keys are otherwise checked at the commit, by locks that would come after those of the rooms. Rooms that are
# new are made in the order of their keys before any is locked: whoever makes rooms holds none that others can see, and
# whoever locks rooms sees none that is still being made, so nobody who locks waits for somebody who makes. The last
# event of a room has the number that the room has reached, those before it the numbers before.
_AT_ONCE = """
SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;
INSERT INTO live_room (key, last_seq) SELECT key, 0 FROM (SELECT DISTINCT unnest(%s::text[]) AS key) AS told
WHERE NOT EXISTS (SELECT FROM live_room WHERE live_room.key = told.key) ORDER BY key ON CONFLICT DO NOTHING;
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
    that two verbs never wait for each other. Hence once a transaction: a verb that calls other verbs does it within
    ``announced_together``. Nothing is sent before the commit, and nothing of a rollback is.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("announce() belongs inside the verb's transaction")
    held_back = _held_back.get()
    if held_back is not None:
        held_back += changes
        return
    if not changes:
        return
    by_room: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_room[change.room].append(change)
    write = _write_at_once if connection.vendor == "postgresql" else _write
    reached = write(by_room, timezone.now())
    transaction.on_commit(lambda: wakeup.wake(reached), robust=True)
    if any(registry.concerns_access(change.kind) for change in changes):
        access_changed()


def access_changed() -> None:
    """Have the sockets checked as soon as this is committed: a session has ended, someone may read less.

    Announcing an event that concerns access does it already.
    """
    transaction.on_commit(wakeup.recheck, robust=True)


@contextmanager
def announced_together() -> Iterator[None]:
    """Where a verb calls other verbs, all that changed is told once, at the end of this block: rooms come last again.

    What several of them tell alike is told the last time only.
    """
    told: list[Change] = []
    before = _held_back.set(told)
    try:
        yield
    finally:
        _held_back.reset(before)
    announce(*reversed(dict.fromkeys(reversed(told))))


def _write(by_room: Told, at: datetime) -> dict[str, int]:
    """Write these events into their rooms, which are made as needed, and give the number that each has reached."""
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


def _write_at_once(by_room: Told, at: datetime) -> dict[str, int]:
    """The same where several write at once: rooms are locked in the order of their keys, all in one journey."""
    told = [(key, len(them) - place, one) for key, them in by_room.items() for place, one in enumerate(them, start=1)]
    keys, backs = [key for key, _, _ in told], [back for _, back, _ in told]
    kinds, objs = [one.kind for _, _, one in told], [one.obj for _, _, one in told]
    with connection.cursor() as cursor:
        cursor.execute(_AT_ONCE, [keys, keys, backs, kinds, objs, at])
        while cursor.description is None and cursor.nextset():
            pass
        return dict(cursor.fetchall())
