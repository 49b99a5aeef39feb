"""The four audiences of an event, each containing the next: public, participants, committee, staff."""

from enum import IntEnum


class Audience(IntEnum):
    PUBLIC = 0
    PARTICIPANTS = 1
    COMMITTEE = 2
    STAFF = 3

    @property
    def key(self) -> str:
        """Return the last part of a room's key."""
        return self.name.lower()

    def reaches(self) -> list["Audience"]:
        """Return the audiences whose rooms a reader of this one joins, widest first."""
        return [one for one in Audience if one <= self]
