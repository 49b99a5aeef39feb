"""Count the readers of a page and the objects under which a reply is being written; never names."""

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

# Seconds for which a message "is writing" counts.
WRITTEN_FOR = 8.0
# Seconds after which another process that has sent nothing has no readers.
ELSEWHERE_FOR = 12.0
_OBJECT = re.compile(r"[a-z_]{1,40}:[0-9]{1,18}")


@dataclass(slots=True)
class There:
    """The readers and writers at one address, in all processes."""

    readers: int = 0
    # Objects, each with the audience of the writer.
    writing: set[tuple[str, int]] = field(default_factory=set)


class Presence:
    """Presence in this process, merged with that reported by the others."""

    def __init__(self) -> None:
        self.name = uuid4().hex
        self._elsewhere: dict[str, tuple[float, dict[str, int], dict[str, list[tuple[str, int]]]]] = {}
        self._sent: dict[tuple[str, Audience], Frame] = {}

    def is_writing(self, connection: Connection, message: Mapping[str, Any]) -> bool:
        """Record that a reply is being written, under one object at a time.

        Return False for a message without an object, or with an address that the connection has not joined.
        """
        room, under = message.get("room"), message.get("under")
        audience = next((seat.audience for seat in connection.seats if seat.address == room), None)
        if message.get("type") != "writing" or audience is None or not isinstance(under, str):
            return False
        if not _OBJECT.fullmatch(under):
            return False
        connection.writing = (str(room), under, monotonic() + WRITTEN_FOR, int(audience))
        return True

    def receive(self, message: Mapping[str, Any]) -> None:
        """Store the presence that another process reports."""
        if message.get("name") != self.name:
            self._elsewhere[message["name"]] = (monotonic(), message["readers"], message["writing"])

    def here(self, connections: Iterable[Connection]) -> dict[str, Any]:
        """Return the presence of this process, to be sent to the others.

        A person with two tabs is one reader. Each page counts at the first of its addresses.
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
        """Merge presence of all processes, at the addresses that have a reader here."""
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
        """Return the frames of the seats at which presence differs from the last frame sent there.

        ``open_to`` maps each audience to the address and name of the objects that it sees and that take replies. A
        reply is sent only if its object is among them both for its writer's audience and for the reader's.
        """
        frames: dict[tuple[str, Audience], Frame] = {}
        places = {seat: (seat.address, seat.audience) for seat in seats if seat.address in there}
        for address, audience in set(places.values()):
            one = there[address]
            writers = {place for place in one.writing if (address, place[0]) in open_to.get(Audience(place[1]), ())}
            writing = sorted({under for under, _ in writers if (address, under) in open_to.get(audience, ())})
            frame = {"type": "presence", "room": address, "readers": one.readers, "writing": writing}
            frames[address, audience] = frame
        before, self._sent = self._sent, frames
        return {seat: frames[place] for seat, place in places.items() if before.get(place) != frames[place]}

    def last_sent(self, seats: Iterable[Seat]) -> list[Frame]:
        """Return the last presence frames of these addresses, for a new socket."""
        places = ((seat.address, seat.audience) for seat in seats)
        return [self._sent[place] for place in places if place in self._sent]
