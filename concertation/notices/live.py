"""The live channel of a person's notices: the number in the header, and the pages about them, for that person alone."""

from collections.abc import Sequence
from datetime import datetime

from concertation.live import registry
from concertation.live.follow import person_room
from concertation.viewer import Viewer

from .models import Notice


def _rooms(notice: Notice, now: datetime) -> list[str]:
    return [_room_of(notice.person_id)]


def _room_of(person_pk: int) -> str:
    return person_room(f"notices:{person_pk}", person_pk)


def rooms_of(viewer: Viewer, pk: int) -> Sequence[str]:
    """Return the room of a person's notices for that person; for others there is none."""
    return [_room_of(pk)] if viewer.is_known and viewer.pk == pk else []


def register() -> None:
    registry.update("notice", Notice, rooms=_rooms)
    registry.register_room("notices", rooms_of, is_of_a_person=True)
