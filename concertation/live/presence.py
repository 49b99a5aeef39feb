"""How many read a page, and under what an answer is being written: numbers and objects, never names."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from uuid import uuid4

from .access import Seat
from .audience import Audience
from .connection import Connection
from .frames import Frame

# An answer is being written as long as the last sign of it is this recent.
WRITTEN_FOR = 8.0
# Another process that has said nothing for so long has nobody any more.
ELSEWHERE_FOR = 12.0
_OBJECT = re.compile(r"[a-z_]{1,40}:[0-9]{1,18}")


@dataclass(slots=True)
class There:
    """Who is at one address, in all processes together."""

    readers: int = 0
    # Objects, each with the class of who writes.
    writing: set[tuple[str, int]] = field(default_factory=set)


class Presence:
    """What this process sees, with what the others say they see."""

    def __init__(self) -> None:
        self.name = uuid4().hex
        self._elsewhere: dict[str, tuple[float, dict[str, int], dict[str, list[tuple[str, int]]]]] = {}
        self._told: dict[tuple[str, Audience], Frame] = {}

    def is_writing(self, connection: Connection, message: Mapping[str, Any]) -> bool:
        """Note that someone writes an answer, to one object at a time; whatever does not name a room they are in and an
        object is not one.
        """
        room, under = message.get("room"), message.get("under")
        audience = next((seat.audience for seat in connection.seats if seat.address == room), None)
        if message.get("type") != "writing" or audience is None or not isinstance(under, str):
            return False
        if not _OBJECT.fullmatch(under):
            return False
        connection.writing = (str(room), under, monotonic() + WRITTEN_FOR, int(audience))
        return True

    def hear(self, message: Mapping[str, Any]) -> None:
        """What another process sees."""
        if message.get("name") != self.name:
            self._elsewhere[message["name"]] = (monotonic(), message["readers"], message["writing"])

    def here(self, connections: Iterable[Connection]) -> dict[str, Any]:
        """What this process sees, for the others: a person with two tabs is one reader, and each is counted at the
        first address of their page.
        """
        now = monotonic()
        seen: set[tuple[str, int]] = set()
        writing: dict[str, set[tuple[str, int]]] = defaultdict(set)
        for one in connections:
            seen.update((seat.address, one.reader.user_id or id(one)) for seat in one.seats[:1])
            if one.writing and one.writing[2] > now:
                writing[one.writing[0]].add((one.writing[1], one.writing[3]))
        readers = Counter(address for address, _reader in seen)
        return {
            "type": "live.presence",
            "name": self.name,
            "readers": dict(readers),
            "writing": {address: sorted(objects) for address, objects in writing.items()},
        }

    def everywhere(self, here: Mapping[str, Any]) -> dict[str, There]:
        """The same with what the others see, at the addresses that someone reads here."""
        now = monotonic()
        self._elsewhere = {name: one for name, one in self._elsewhere.items() if now - one[0] < ELSEWHERE_FOR}
        found = {address: There() for address in here["readers"]}
        for readers, writing in [(here["readers"], here["writing"]), *(one[1:] for one in self._elsewhere.values())]:
            for address, there in found.items():
                there.readers += readers.get(address, 0)
                there.writing.update((under, writer) for under, writer in writing.get(address, ()))
        return found

    def changes(
        self,
        there: Mapping[str, There],
        seats: Iterable[Seat],
        open_to: Mapping[Audience, Collection[tuple[str, str]]],
    ) -> dict[Seat, Frame]:
        """Return the frames of the seats at which something is different from what was last told there.

        ``open_to`` holds, for each class, the address and name of the objects that it sees and that take replies. A
        reply is told only if that is so of both its writer's class and the reader's, at the address where it is told.
        """
        told: dict[tuple[str, Audience], Frame] = {}
        places = {seat: (seat.address, seat.audience) for seat in seats if seat.address in there}
        for address, audience in set(places.values()):
            one = there[address]
            writers = {place for place in one.writing if (address, place[0]) in open_to.get(Audience(place[1]), ())}
            writing = sorted({under for under, _ in writers if (address, under) in open_to.get(audience, ())})
            frame = {"type": "presence", "room": address, "readers": one.readers, "writing": writing}
            told[address, audience] = frame
        before, self._told = self._told, told
        return {seat: told[place] for seat, place in places.items() if before.get(place) != told[place]}

    def last_told(self, seats: Iterable[Seat]) -> list[Frame]:
        """What whoever arrives is told of these addresses: the others are told again only when it changes."""
        places = ((seat.address, seat.audience) for seat in seats)
        return [self._told[place] for place in places if place in self._told]
