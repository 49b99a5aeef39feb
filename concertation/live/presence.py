"""How many read a page, and under what an answer is being written: numbers and objects, never names."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Any
from uuid import uuid4

from .connection import Connection
from .frames import Frame

# An answer is being written as long as the last sign of it is this recent.
WRITTEN_FOR = 8.0
# Another process that has said nothing for so long has nobody any more.
ELSEWHERE_FOR = 12.0
_OBJECT = re.compile(r"[a-z_]{1,40}:[0-9]{1,18}")


class Presence:
    """What this process sees, with what the others say they see."""

    def __init__(self) -> None:
        self.name = uuid4().hex
        self._writing: dict[str, dict[str, float]] = defaultdict(dict)
        self._elsewhere: dict[str, tuple[float, dict[str, int], dict[str, list[str]]]] = {}
        self._told: dict[str, Frame] = {}

    def is_writing(self, connection: Connection, message: Mapping[str, Any]) -> bool:
        """Note that someone writes an answer; whatever does not name a room they are in and an object is not one."""
        room, under = message.get("room"), message.get("under")
        is_theirs = any(seat.address == room for seat in connection.seats)
        if message.get("type") != "writing" or not is_theirs or not isinstance(under, str):
            return False
        if not _OBJECT.fullmatch(under):
            return False
        self._writing[str(room)][under] = monotonic() + WRITTEN_FOR
        return True

    def hear(self, message: Mapping[str, Any]) -> None:
        """What another process sees."""
        if message.get("name") != self.name:
            self._elsewhere[message["name"]] = (monotonic(), message["readers"], message["writing"])

    def here(self, connections: Iterable[Connection]) -> dict[str, Any]:
        """What this process sees, for the others: a person with two tabs is one reader."""
        seen = {(seat.address, one.reader.user_id or id(one)) for one in connections for seat in one.seats}
        now = monotonic()
        for address, writing in list(self._writing.items()):
            self._writing[address] = {obj: until for obj, until in writing.items() if until > now}
        writing_now = {address: sorted(objects) for address, objects in self._writing.items() if objects}
        readers = Counter(address for address, _reader in seen)
        return {"type": "live.presence", "name": self.name, "readers": dict(readers), "writing": writing_now}

    def changes(self, here: Mapping[str, Any]) -> dict[str, Frame]:
        """The frames of the addresses at which something is different from what was last told there."""
        now = monotonic()
        self._elsewhere = {name: one for name, one in self._elsewhere.items() if now - one[0] < ELSEWHERE_FOR}
        others = list(self._elsewhere.values())
        told = {}
        for address, count in here["readers"].items():
            writing = {*here["writing"].get(address, [])}.union(*(one[2].get(address, []) for one in others))
            readers = count + sum(one[1].get(address, 0) for one in others)
            told[address] = {"type": "presence", "room": address, "readers": readers, "writing": sorted(writing)}
        changed = {address: frame for address, frame in told.items() if self._told.get(address) != frame}
        self._told = told
        return changed
