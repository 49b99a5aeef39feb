"""Count what others have published in topics since a participant last opened them."""

from collections import Counter
from collections.abc import Iterator, Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concertation.consultations.audiences import participation_of
from concertation.consultations.models import Consultation, Participation, Topic
from concertation.consultations.way_in import WayIn, ways_in
from concertation.texts.templatetags.french import number
from concertation.viewer import Viewer

from .models import Contribution, Visit


def has_news(me: Participation, topic: Topic) -> bool:
    """Return whether something was published in the topic since this participant opened it."""
    if topic.last_said_at is None:
        return False
    return not Visit.objects.filter(participation=me, topic=topic, at__gte=topic.last_said_at).exists()


def news_for(viewer: Viewer, consultation: Consultation, topics: Sequence[Topic]) -> Iterator[WayIn]:
    """Return what is new in these topics for a participant, with the page of the topic that has most of it."""
    me = participation_of(viewer, consultation)
    if me is None:
        return
    visits = dict(Visit.objects.filter(participation=me, topic__in=topics).values_list("topic", "at"))
    since = {one.pk: visits.get(one.pk, me.joined_at) for one in topics}
    newer = [one for one in topics if one.last_said_at is not None and one.last_said_at > since[one.pk]]
    if not newer:
        return
    wanted = Q()
    for one in newer:
        wanted |= Q(topic=one, published_at__gt=since[one.pk])
    rows = Contribution.objects.readable().filter(wanted).exclude(author=me).order_by()
    found = list(rows.values_list("topic", "parent"))
    if not found:
        return
    (most, _count), *_others = Counter(topic for topic, _parent in found).most_common(1)
    roots = sum(parent is None for _topic, parent in found)
    href = reverse("contributions:topic", args=[consultation.slug, most]) + "#contributions"
    yield WayIn(_sentence(roots, len(found) - roots), href)


def _sentence(roots: int, replies: int) -> str:
    said = []
    if roots:
        words = ngettext("%(n)s nouvelle contribution", "%(n)s nouvelles contributions", roots)
        said.append(words % {"n": number(roots)})
    if replies:
        words = ngettext("%(n)s nouvelle réponse", "%(n)s nouvelles réponses", replies)
        said.append(words % {"n": number(replies)})
    return _("%(news)s depuis votre visite") % {"news": _(" et ").join(said)}


def register() -> None:
    ways_in.offer(news_for)
