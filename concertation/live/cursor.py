"""Write and read cursors, the last number of each room: ``topic:12:public=57 topic:12:staff=3``."""

from collections.abc import Iterable, Mapping

from concertation.prepared import Prepared

from .models import Room

# A page follows a few addresses; a longer cursor is not from one of our pages.
MOST_ROOMS = 64

_last_seqs = Prepared[str, tuple[str, int]](
    lambda keys: Room.objects.filter(key__in=keys).values_list("key", "last_seq")
)


def reached(keys: Iterable[str]) -> dict[str, int]:
    """Return the last number of each room; zero for a room without events."""
    keys = list(keys)
    known = dict(_last_seqs(keys))
    return {key: known.get(key, 0) for key in keys}


def write(seqs: Mapping[str, int]) -> str:
    return " ".join(f"{key}={seq}" for key, seq in seqs.items())


def read(cursor: str) -> dict[str, int]:
    """Parse a cursor from a browser; skip parts that are not a room and a number."""
    seqs: dict[str, int] = {}
    for part in cursor.split()[:MOST_ROOMS]:
        key, _, seq = part.rpartition("=")
        if key and seq.isascii() and seq.isdecimal() and len(seq) <= 18:
            seqs[key] = int(seq)
    return seqs
