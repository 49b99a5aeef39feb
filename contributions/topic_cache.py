"""The page of a topic as those see it who see it alike: the same class, the same marks of their own.

Only the page without filters is kept, for it is the one that everybody opens; the teams' pages, and those of people
who are suspended or whose text waits for moderation, are drawn each time.
"""

from datetime import datetime
from hashlib import blake2b

from django.contrib.messages import get_messages
from django.core.cache import cache
from django.http import HttpRequest

from concertation.consultations.audiences import audience_of, participation_of, suspension_of
from concertation.consultations.models import Participation, Topic
from concertation.live.audience import Audience
from concertation.viewer import viewer_of

from .live import topics_by_pk
from .models import Contribution, Reaction

# As long as one stays on a page.
MARKS_KEPT_FOR = 600


def key_for(request: HttpRequest, slug: str, pk: int, live_cursor: str, now: datetime) -> str | None:
    """All that the page depends on besides the time; None where it is drawn for this reader alone.

    After its last colon, the state of the page; before it, for whom it is. Whatever it shows has raised one of these
    when it changed: the rooms' numbers (threads, own marks included, phase, topic), or the version of the consultation
    (its frame, its programme, its ateliers).
    """
    viewer = viewer_of(request)
    topic = viewer.ask("topics", [pk], topics_by_pk).get(pk) if live_cursor else None
    if topic is None or topic.phase.consultation.slug != slug or _says_something_once(request):
        return None
    consultation = topic.phase.consultation
    audience, me = audience_of(viewer, consultation), participation_of(viewer, consultation)
    if audience is None or audience == Audience.STAFF or suspension_of(viewer, consultation):
        return None
    rooms = [room for room in live_cursor.split() if not (":person:" in room and room.endswith("=0"))]
    versions = (consultation.version, topic.phase.version, topic.version)
    state = blake2b(repr((*rooms, *versions)).encode(), digest_size=16).hexdigest()
    place = f"topic:{pk}:{audience.key}:{request.user.is_authenticated:d}{me is not None:d}"
    if me is not None and _has_marks(me, topic, f"{place}:{state}"):
        place = f"{place}:{me.pk}"
    return f"{place}:{state}"


def _says_something_once(request: HttpRequest) -> bool:
    """An address that asks for more than the page, or a word for this one time."""
    return bool(request.GET) or len(get_messages(request)) > 0


def _has_marks(me: Participation, topic: Topic, key: str) -> bool:
    """Whether anything there is this person's own, asked once for each state of the page."""
    place = f"marks:{me.pk}:{key}"
    known: bool | None = cache.get(place)
    if known is None:
        mine = Contribution.objects.filter(topic=topic, author=me)
        known = mine.exists() or Reaction.objects.filter(participation=me, contribution__topic=topic).exists()
        cache.set(place, known, MARKS_KEPT_FOR)
    return known
