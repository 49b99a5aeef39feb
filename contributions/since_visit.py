"""Count what others have published in topics since a participant last opened them."""

from collections.abc import Iterator, Sequence

from django.db.models import Count, Q
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
    roots, replies = Count("pk", filter=Q(parent=None)), Count("pk", filter=Q(parent__isnull=False))
    found = list(rows.values_list("topic").annotate(root_number=roots, reply_number=replies))
    if not found:
        return
    most = max(found, key=lambda one: one[1] + one[2])[0]
    href = reverse("contributions:topic", args=[consultation.slug, most]) + "#contributions"
    yield WayIn(_sentence(sum(one[1] for one in found), sum(one[2] for one in found)), href)


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
