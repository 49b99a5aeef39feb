"""Things that no app declares, to try the channel on what has no rules."""

from concertation.accounts.models import Organisation
from concertation.live.actions import Announcement
from concertation.live.models import Kind
from concertation.live.registry import Followed, Render


def nothing(pks, audience):
    return {}


def declared(name: str, render: Render = nothing) -> Followed:
    return Followed(name, Organisation, lambda thing, now: (), render)


def event(room: str, kind: Kind, obj: str) -> Announcement:
    """What ``announce`` writes as one event of ``obj`` in ``room``."""
    name, _, pk = obj.partition(":")
    return Announcement(kind, declared(name), int(pk), None, [room])
