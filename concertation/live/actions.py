"""Announce what a verb changed, in its transaction: ``announce(changed(contribution))``."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from . import events, registry, wakeup
from .events import Change
from .models import Kind
from .registry import Followed
from .versions import raise_versions


@dataclass(frozen=True, slots=True)
class Announcement:
    """That something happened to one object; ``rooms`` is None where its declaration says who hears of it."""

    kind: Kind
    followed: Followed
    pk: int
    obj: Model | None = None
    rooms: Sequence[str] | None = None

    @property
    def key(self) -> str:
        return f"{self.followed.name}:{self.followed.only or self.pk}"


Listener = Callable[[Sequence[Announcement]], None]

_listeners: list[Listener] = []
_postponed: ContextVar[list[Announcement] | None] = ContextVar("postponed", default=None)


def added(obj: Model, name: str = "", *, rooms: Sequence[str] | None = None) -> Announcement:
    """``obj`` is new where it is announced: its row is inserted. Its version stays as it is."""
    return _of(Kind.ADDED, obj, name, rooms)


def changed(obj: Model, name: str = "", *, rooms: Sequence[str] | None = None) -> Announcement:
    """``obj`` changed: its version is raised, and its row replaced, or the pages that name it re-fetch themselves.

    ``name`` is that of the declaration, where several are for this model. ``rooms`` are those of a special case, such
    as the rooms in which it was until now, instead of those that hear of it.
    """
    return _of(Kind.CHANGED, obj, name, rooms)


def removed(obj: Model, name: str = "", *, rooms: Sequence[str] | None = None) -> Announcement:
    """``obj`` is no longer where it is announced; build it before the object is deleted."""
    return _of(Kind.REMOVED, obj, name, rooms)


def reload(obj: Model, name: str = "", *, rooms: Sequence[str] | None = None) -> Announcement:
    """So much changed around ``obj`` that open pages which show it offer to reload; for bulk verbs."""
    return _of(Kind.RELOAD, obj, name, rooms)


def touched(rows: QuerySet[Model] | Iterable[Model]) -> list[Announcement]:
    """Raise the versions of these rows without an event: another one, or a later load, brings them to pages.

    The keys of a QuerySet are read now.
    """
    if not isinstance(rows, QuerySet):
        return [changed(one, registry.versioned(type(one)).name, rooms=()) for one in rows]
    declared = registry.versioned(rows.model)
    pks = rows.order_by("pk").values_list("pk", flat=True)
    return [Announcement(Kind.CHANGED, declared, pk, None, ()) for pk in pks]


def _of(kind: Kind, obj: Model, name: str, rooms: Sequence[str] | None) -> Announcement:
    found = registry.followed(type(obj), name)
    if kind not in found.kinds:
        raise TypeError(f"{found.name} is not declared to be {kind}")
    return Announcement(kind, found, obj.pk, obj, rooms)


def listen(listener: Listener) -> None:
    """Register ``listener(announcements)``, called in the verb's transaction; it may lock only rows of its own."""
    _listeners.append(listener)


def announce(*announcements: Announcement) -> None:
    """Raise the versions of what changed, and write the events, to be pushed after the commit.

    Call it last in the verb, inside its transaction, and once: the rows that it raises are those the verb has locked,
    and rooms are the last locks, in the order of their keys. A verb that calls verbs wraps them in
    ``announced_together``. Rooms are chosen by the clock, not by the verb's ``now``: a verb that was blocked past an
    opening reaches those who were let in.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("announce() belongs inside the verb's transaction")
    now = timezone.now()
    told = [
        replace(one, rooms=tuple(one.followed.rooms(one.obj, now))) if one.rooms is None else one
        for one in announcements
    ]
    postponed = _postponed.get()
    if postponed is not None:
        postponed += told
    elif told:
        _announce(told)


def announce_with_verb(*announcements: Announcement) -> None:
    """Announce at the end of the verb around: for what several verbs call before their last lock.

    Such a verb is within ``announced_together``, or its rooms would not be the last locks.
    """
    if _postponed.get() is None:
        raise transaction.TransactionManagementError("this verb belongs inside announced_together()")
    announce(*announcements)


def _announce(told: Sequence[Announcement]) -> None:
    """Write all of it once: an object that is announced twice is raised once; equal events are the last of them."""
    versions = [(one, one.followed.version) for one in told if one.kind == Kind.CHANGED]
    raise_versions((one.followed.model, column, one.pk, one.obj) for one, column in versions if column)
    for listener in _listeners:
        listener(told)
    changes = [Change(room, one.kind, one.key) for one in told for room in one.rooms or ()]
    if changes:
        reached = events.write(reversed(dict.fromkeys(reversed(changes))), timezone.now())
        transaction.on_commit(lambda: wakeup.wake(reached), robust=True)
    if any(one.followed.concerns_access and one.rooms for one in told):
        access_changed()


def access_changed() -> None:
    """Check all sockets after the commit: a session has ended, or a person may read less.

    ``announce`` already does this for objects that are declared with ``concerns_access``.
    """
    transaction.on_commit(wakeup.recheck, robust=True)


@contextmanager
def announced_together() -> Iterator[None]:
    """Announce what all verbs in this block announce at its end, so that rooms are still the last locks."""
    told: list[Announcement] = []
    before = _postponed.set(told)
    try:
        yield
    finally:
        _postponed.reset(before)
    announce(*told)
