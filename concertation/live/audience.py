"""Who an event may reach: four classes, each holding those above it."""

from enum import IntEnum


class Audience(IntEnum):
    PUBLIC = 0
    PARTICIPANTS = 1
    COMMITTEE = 2
    STAFF = 3

    @property
    def key(self) -> str:
        """The last part of a room's key."""
        return self.name.lower()

    def reaches(self) -> list["Audience"]:
        """The classes whose rooms a reader of this class joins, widest first."""
        return [one for one in Audience if one <= self]
