"""What a reader missed, from the table: the same frames whether by socket, by gap or by polling."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from django.db.models import F, Min
from django.db.models.functions import Coalesce
from django.utils import timezone

from . import replay_cache
from .audience import Audience
from .cursor import reached
from .frames import Frame as Message
from .frames import encode, events_after, frames_of, reload_frame, render_objects
from .limits import limits
from .models import Event, Kind, Room
from .transport import Frame

_OF_AN_AUDIENCE = frozenset(one.key for one in Audience)


def replay(keys: Mapping[str, Audience], cursor: Mapping[str, int]) -> list[Frame]:
    """The frames that lead from ``cursor`` to now in each of these rooms, each drawn for the reader's class.

    A room of which the page knows nothing, one that is behind the page, and an absence longer than what is kept, or
    than what is replayed at once, all rooms together, give a ``reload``: never a silent hole. A room that the page had
    and that is no longer this reader's gives a ``reload`` of its address. So does one that never existed: the frame
    names neither.
    """
    # Taken before anything is read: what changes at a later moment is rendered again.
    now = timezone.now()
    now_at = reached(keys)
    state = tuple(sorted((key, last) for key, last in now_at.items() if _is_of_an_audience(key)))
    left = limits.events_replayed
    addresses = {_address_in(key) for key in keys}
    lost = {address: None for key in cursor if key not in keys and (address := _address_in(key)) in addresses}
    frames = _encoded(map(reload_frame, lost))
    for key, last in now_at.items():
        since = cursor.get(key, 0)
        if since == last:
            continue
        if key not in cursor or since > last or last - since > left:
            frames += _encoded([reload_frame(key)])
        else:
            left -= last - since
            frames += _frames_between(key, since, last, keys[key], state, now)
    return frames


def _address_in(key: str) -> str:
    """Return the address of a room: ``topic:12`` of ``topic:12:staff`` and of ``topic:12:person:7``."""
    return ":".join(key.split(":", 2)[:2])


def _is_of_an_audience(key: str) -> bool:
    """A room of one person holds news of theirs alone, and changes what no one else is shown."""
    return key.rpartition(":")[2] in _OF_AN_AUDIENCE


def _encoded(messages: Iterable[Message]) -> list[Frame]:
    return [Frame(encode(message)) for message in messages]


def _frames_between(
    key: str, since: int, last: int, audience: Audience, state: tuple[tuple[str, int], ...], now: datetime
) -> list[Frame]:
    """The frames of one room, shared by all of an audience who lack the same while their rooms stand at ``state``."""
    render = partial(_rendered, key, since, last, audience)
    if not _is_of_an_audience(key):
        return render()[0]
    return replay_cache.find_or_render((key, since, audience, state), key.rpartition(":")[0], now, render)


def _rendered(key: str, since: int, last: int, audience: Audience) -> tuple[list[Frame], bool]:
    """The frames, and whether they depend on this room alone: where a removed object is now is a fact of another."""
    messages = list(_messages_between(key, since, last, audience))
    events = [event for message in messages for event in message.get("events", ())]
    return _encoded(messages), not any(event["kind"] == Kind.REMOVED for event in events)


def _messages_between(key: str, since: int, last: int, audience: Audience) -> Iterator[Message]:
    while since < last:
        batches = events_after({key: since})
        if not batches or batches[0].has_hole:
            yield reload_frame(key)
            return
        batch = batches[0]
        yield from frames_of(batch, render_objects((event.obj for event in batch.events), audience))
        since = batch.last


def forget_old_events(now: datetime) -> int:
    """History is kept seven days or ten thousand events a room; whoever was away longer is asked to reload."""
    too_old, _by_model = Event.objects.filter(at__lt=now - timedelta(days=limits.kept_days)).delete()
    first = Coalesce(Min("events__seq"), F("last_seq"))
    crowded = Room.objects.annotate(first=first).filter(last_seq__gt=F("first") + limits.kept_events)
    too_many = 0
    for room in crowded:
        deleted, _by_model = Event.objects.filter(room=room, seq__lte=room.last_seq - limits.kept_events).delete()
        too_many += deleted
    return too_old + too_many
