"""The one door by which a verb tells the readers of a page that something changed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

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
    by_room: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_room[change.room].append(change)
    rooms = _raised({key: len(told) for key, told in by_room.items()})
    Event.objects.bulk_create([event for key, told in by_room.items() for event in _numbered(rooms[key], told)])
    reached = {key: room.last_seq for key, room in rooms.items()}
    transaction.on_commit(lambda: wakeup.wake(reached), robust=True)


def _raised(counts: dict[str, int]) -> dict[str, Room]:
    """The rooms, taken in the order of their keys and raised by so many events each, in one statement."""
    keys = sorted(counts)
    raised = {key: Room(pk=pk, key=key, last_seq=seq) for pk, key, seq in _raise(keys, [counts[key] for key in keys])}
    if len(raised) == len(keys):
        return raised
    Room.objects.bulk_create([Room(key=key) for key in keys if key not in raised], ignore_conflicts=True)
    return raised | _raised({key: count for key, count in counts.items() if key not in raised})


def _raise(keys: list[str], counts: list[int]) -> list[tuple[int, str, int]]:
    """Written by hand: the ORM would take two statements, and one more where references are checked first."""
    marks, cases = ", ".join(["%s"] * len(keys)), " ".join(["WHEN %s THEN %s"] * len(keys))
    table, is_postgresql = connection.ops.quote_name(Room._meta.db_table), connection.vendor == "postgresql"
    # Foreign keys are otherwise checked at the commit, by locks that would come after those of the rooms.
    first = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; " if is_postgresql else ""
    statement = (
        f"{first}WITH held AS MATERIALIZED ("  # noqa: S608 - every value is a parameter
        f"SELECT id FROM {table} WHERE key IN ({marks}) ORDER BY key {'FOR UPDATE' if is_postgresql else ''}) "
        f"UPDATE {table} SET last_seq = last_seq + CASE key {cases} END WHERE id IN (SELECT id FROM held) "
        "RETURNING id, key, last_seq"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*keys, *(value for pair in zip(keys, counts, strict=True) for value in pair)])
        while first and cursor.nextset():
            pass
        return list(cursor.fetchall())


def _numbered(room: Room, changes: Sequence[Change]) -> list[Event]:
    """One event a change, the last of which has the number that the room has reached."""
    first = room.last_seq - len(changes) + 1
    return [
        Event(room=room, seq=seq, kind=change.kind, obj=change.obj) for seq, change in enumerate(changes, start=first)
    ]
