"""The one door by which a verb tells the readers of a page that something changed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F

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


def announce(*changes: Change) -> None:
    """What changed on a page reaches those who read it, once, in the order of the commits.

    Called last in the verb, inside its transaction: rooms are the last locks taken, in the order of their keys, so
    that two verbs never wait for each other. Nothing is sent before the commit, and nothing of a rollback is.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("announce() belongs inside the verb's transaction")
    if not changes:
        return
    if connection.vendor == "postgresql":
        # Foreign keys are otherwise checked at the commit, by locks that would come after those of the rooms.
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    rooms = _locked({change.room for change in changes})
    by_room: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_room[change.room].append(change)
    events = [event for key, told in by_room.items() for event in _numbered(rooms[key], told)]
    Event.objects.bulk_create(events)
    for count in {len(told) for told in by_room.values()}:
        moved = [rooms[key].pk for key, told in by_room.items() if len(told) == count]
        Room.objects.filter(pk__in=moved).update(last_seq=F("last_seq") + count)
    reached = {key: room.last_seq for key, room in rooms.items()}
    transaction.on_commit(lambda: wakeup.wake(reached), robust=True)


def _locked(keys: set[str]) -> dict[str, Room]:
    in_order = sorted(keys)
    rooms = {room.key: room for room in Room.objects.select_for_update().filter(key__in=in_order).order_by("key")}
    missing = [key for key in in_order if key not in rooms]
    if missing:
        Room.objects.bulk_create([Room(key=key) for key in missing], ignore_conflicts=True)
        return _locked(keys)
    return rooms


def _numbered(room: Room, changes: Sequence[Change]) -> list[Event]:
    first = room.last_seq + 1
    room.last_seq += len(changes)
    return [
        Event(room=room, seq=seq, kind=change.kind, obj=change.obj) for seq, change in enumerate(changes, start=first)
    ]
