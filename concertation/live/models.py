"""Rooms and their events: the only storage of the live channel.

The number of an event is taken under the row lock of its room, so their order is commit order, without gaps.
"""

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models.expressions import Combinable
from django.utils import timezone


class Kind(StrEnum):
    """What happened to an object in a room; ``RELOAD`` is the one event of a bulk verb, after which pages reload."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    RELOAD = "reload"


class Room(models.Model):
    """One stream of events for one audience, such as ``topic:12:public``."""

    key = models.CharField(max_length=80, unique=True)
    last_seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.key


class EventQuerySet(models.QuerySet["Event"]):
    def after(self, room: Room, seq: int) -> "EventQuerySet":
        return self.filter(room=room, seq__gt=seq).order_by("seq")


class Event(models.Model):
    """What happened to ``obj`` ("contribution:142"), whose row is rendered when it is sent."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="events")
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    obj = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str | Combinable]] = ["room", "seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["room", "seq"], name="one_event_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.room_id}#{self.seq} {self.kind} {self.obj}"
