"""Fetch the object of an address if this viewer may see it; otherwise raise 404."""

from collections.abc import Callable, Sequence

from django.http import Http404, HttpRequest

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.consultations.fetch import fetch_consultation
from concertation.consultations.models import Phase, Topic
from concertation.live.follow import follow, followed_on
from concertation.prepared import Prepared
from concertation.viewer import viewer_of

from .models import Contribution, State
from .rules import may_read_topic

_topics = Prepared[int, Topic](lambda pks: Topic.objects.filter(pk__in=pks).select_related("phase", "parent"))


def _mark(request: HttpRequest, phase: Phase, text: Contribution | None = None) -> None:
    """Forbid browsers to store a page of a phase that is not public, or of a text that not everyone reads."""
    is_for_few = phase.access != Phase.Access.PUBLIC or (text is not None and not text.is_shown)
    request.is_for_few = is_for_few  # type: ignore[attr-defined]


def fetch_topic(request: HttpRequest, slug: str, pk: int, *, follows: Sequence[str] = ()) -> Topic:
    """Return the topic; a live page ``follows`` the room ``topic``."""
    follow(request, *(f"{room}:{pk}" for room in follows))
    consultation = fetch_consultation(request, slug)
    for topic in _topics([pk]):
        if topic.phase.consultation_id == consultation.pk:
            topic.phase.consultation = consultation
            if may_read_topic(viewer_of(request), topic):
                _mark(request, topic.phase)
                viewer_of(request).know("topics", {pk: topic})
                return topic
    raise Http404(pk)


def fetch_contribution(request: HttpRequest, slug: str, number: int, *, follows: Sequence[str] = ()) -> Contribution:
    """Return the contribution; a live page names the rooms that it ``follows``: ``topic``, or the consultation's."""
    if follows:
        return followed(request, slug, number, follows, lambda: fetch_contribution(request, slug, number))
    consultation = fetch_consultation(request, slug)
    seen = Contribution.objects.visible_to(viewer_of(request), consultation)
    rows = seen.select_related("topic__phase", "author__user", "current", "nature", "root", "consultation")
    found = rows.filter(number=number).first() if number < 2**31 else None
    if found is None:
        raise Http404(number)
    found.consultation = found.topic.phase.consultation = consultation
    _mark(request, found.topic.phase, found)
    viewer_of(request).know("topics", {found.topic_id: found.topic})
    return found


def followed(
    request: HttpRequest, slug: str, number: int, follows: Sequence[str], fetch: Callable[[], Contribution]
) -> Contribution:
    """Fetch a contribution once its rooms are followed; again if it was moved to another topic in between."""
    keys = Contribution.objects.filter(consultation__slug=slug, number=number).values_list("topic", "consultation")
    for topic, consultation in keys:
        follow(request, *(f"{room}:{topic if room == 'topic' else consultation}" for room in follows))
    found = fetch()
    if "topic" in follows and found.topic.room not in followed_on(request).seqs:
        followed_on(request).seqs.clear()
        return followed(request, slug, number, follows, fetch)
    return found


def fetch_to_withdraw(request: AuthenticatedHttpRequest, slug: str, number: int) -> Contribution:
    """Fetch one’s own text, even in a topic that one may no longer read, because it can always be withdrawn."""
    rows = Contribution.objects.filter(author__user=request.user, consultation__slug=slug).exclude(state=State.DRAFT)
    own = rows.select_related("topic__phase__consultation", "author__user", "consultation")
    found = own.filter(number=number).first() if number < 2**31 else None
    return found or fetch_contribution(request, slug, number)
