"""Announce changes to the readers of a page, from a verb and in its transaction."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from . import registry, wakeup
from .models import Event, Kind, Room


@dataclass(frozen=True, slots=True)
class Change:
    """An event of one object for one room.

    ``Change("topic:12:public", Kind.ADDED, "contribution:142")``:
    ``obj`` is ``<renderer>:<primary key>``. A bulk verb announces ``Kind.RELOAD`` of one visible object in each room,
    and open pages offer to reload.
    """

    room: str
    kind: Kind
    obj: str


ByRoom = Mapping[str, Sequence[Change]]

_postponed: ContextVar[list[Change] | None] = ContextVar("postponed", default=None)

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


def announce(*changes: Change) -> None:
    """Write the events of ``changes``, to be pushed after the commit.

    Call it last in the verb, inside its transaction, and once: rooms are the last locks, taken in the order of their
    keys, so that two verbs cannot deadlock. A verb that calls other verbs wraps them in ``announced_together``.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("announce() belongs inside the verb's transaction")
    postponed = _postponed.get()
    if postponed is not None:
        postponed += changes
        return
    if not changes:
        return
    by_room: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_room[change.room].append(change)
    write = _write_at_once if connection.vendor == "postgresql" else _write
    reached = write(by_room, timezone.now())
    transaction.on_commit(lambda: wakeup.wake(reached), robust=True)
    if any(registry.concerns_access(change.obj) for change in changes):
        access_changed()


def access_changed() -> None:
    """Check all sockets after the commit: a session has ended, or a person may read less.

    ``announce`` already does this for events of objects given to ``registry.register_access``.
    """
    transaction.on_commit(wakeup.recheck, robust=True)


@contextmanager
def announced_together() -> Iterator[None]:
    """Announce the changes of all verbs in this block at its end, so that rooms are still the last locks.

    Equal changes are announced once, in the place of the last.
    """
    changes: list[Change] = []
    before = _postponed.set(changes)
    try:
        yield
    finally:
        _postponed.reset(before)
    announce(*reversed(dict.fromkeys(reversed(changes))))


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
