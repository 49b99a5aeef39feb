"""The page of a topic in the page cache: one copy for each audience, and for those who are logged in or take part.

Only the page without filters is cached, since everybody opens it; the pages of the teams and of suspended people are
rendered each time.
"""

from dataclasses import dataclass
from hashlib import blake2b

from django.contrib.messages import get_messages
from django.http import HttpRequest

from concertation.consultations.audiences import audience_of, participation_of, suspension_of
from concertation.consultations.models import Participation
from concertation.live.audience import Audience
from concertation.live.follow import followed_on
from concertation.viewer import viewer_of

from .live import topics_by_pk


@dataclass(frozen=True, slots=True)
class Place:
    """A shared page: for whom it is rendered, and its cache key.

    The key is for whom it is rendered, a colon, then the state of the page.
    """

    key: str
    audience: Audience
    me: Participation | None


def place_for(request: HttpRequest, slug: str, pk: int) -> Place | None:
    """Return the shared page of this viewer; None if theirs is rendered for them alone.

    Whatever the page shows has raised one of the numbers in its key when it changed: those of the rooms (threads,
    phase, topic), or the version of the consultation (its frame, its programme, its ateliers).
    """
    viewer = viewer_of(request)
    if viewer.is_stand_in:
        return None
    joined = followed_on(request).joined(viewer, f"topic:{pk}")
    topic = viewer.ask("topics", [pk], topics_by_pk).get(pk) if joined else None
    if topic is None or topic.phase.consultation.slug != slug or _has_messages(request):
        return None
    consultation = topic.phase.consultation
    audience, me = audience_of(viewer, consultation), participation_of(viewer, consultation)
    if audience is None or audience == Audience.STAFF or suspension_of(viewer, consultation):
        return None
    rooms = [room for room in joined.items() if ":person:" not in room[0]]
    versions = (consultation.version, topic.phase.version, topic.version)
    state = blake2b(repr((*rooms, *versions)).encode(), digest_size=16).hexdigest()
    whose = f"{audience.key}:{request.user.is_authenticated:d}{me is not None:d}"
    return Place(f"topic:{pk}:{whose}:{state}", audience, me)


def _has_messages(request: HttpRequest) -> bool:
    """Return whether the page of this address shows more, such as a message."""
    return bool(request.GET) or len(get_messages(request)) > 0
