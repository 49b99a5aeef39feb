"""The tree: where a contribution stands, what its thread counts, and which rooms hear of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from concertation import slots
from concertation.batches import in_batches
from concertation.consultations.models import Consultation, Phase, Topic
from concertation.live.actions import Change
from concertation.live.audience import Audience

from . import counters
from .models import Contribution, State
from .models.contribution import MAX_LEVELS, PATH_DIGITS
from .pinned import pins_of

# More rows than this at once are a page to load again.
MOST_TOLD = 100


def path_under(parent_path: str, number: int) -> str:
    """Public numbers, seven digits each; what answers the 30th level stands beside it."""
    return parent_path[: PATH_DIGITS * (MAX_LEVELS - 1)] + f"{number:0{PATH_DIGITS}}"


def hold(rows: QuerySet[Contribution]) -> None:
    """Take these rows in the order in which all do, lest two wait for each other: replies before roots, then by key."""
    held = Contribution.objects.filter(pk__in=rows.values("pk")).select_for_update()
    list(held.order_by(F("root").asc(nulls_last=True), "pk").values_list("pk"))


def raise_versions(rows: QuerySet[Contribution]) -> int:
    """Say that what these rows show has changed, so that kept and pushed rows are drawn again."""
    return rows.update(version=F("version") + 1)


def redrawn(rows: QuerySet[Contribution], now: datetime) -> list[Change]:
    """Rows that show a name changed elsewhere: told one by one while they are few, else their pages offer to reload."""
    hold(rows)
    raise_versions(rows)
    found = list(rows.select_related("topic__phase__consultation").order_by("pk")[: MOST_TOLD + 1])
    if len(found) <= MOST_TOLD:
        return [change for one in found for change in changed(one, now)]
    topics = Topic.objects.filter(pk__in=rows.values("topic")).select_related("phase__consultation")
    return [Change(room_of(one, now), "topic.reload", f"topic:{one.pk}") for one in topics]


def recount(root_pks: Iterable[int]) -> None:
    """Bring the counts that roots show up to date with their threads: published replies, last activity."""
    replies = Contribution.objects.filter(root=OuterRef("pk"), state=State.PUBLISHED).order_by().values("root")
    latest = Subquery(replies.annotate(last=Max("published_at")).values("last"))
    pks = sorted(root_pks)
    for some in in_batches(pks):
        roots = Contribution.objects.filter(pk__in=some, parent=None)
        # Held before anything is counted: a statement that waits for a row would count what was there before it waited.
        hold(roots)
        roots.update(
            reply_count=Coalesce(Subquery(replies.annotate(n=Count("pk")).values("n")), 0),
            last_activity_at=Coalesce(latest, F("published_at"), F("created_at")),
            version=F("version") + 1,
        )


def counted(contribution: Contribution, now: datetime, *, step: int) -> list[Change]:
    """One text more is read (1), one fewer (-1), or as many (0): on its topic's page and card, and on the front page.

    Writers of one consultation wait for each other at its counter of public numbers: the topic's row adds no queue.
    """
    topic = contribution.topic
    if counters.step_topic(contribution, step) != topic.phase.version:
        # Others may read it than when the verb began.
        topic.phase = Phase.objects.select_related("consultation").get(topics=topic.pk)
    counters.step_turnout(contribution, step)
    return _counts_told(topic, now)


def counted_anew(consultation: Consultation, topics: Iterable[Topic], now: datetime) -> list[Change]:
    """Many rows were published in these topics, or moved between them: all that is counted is counted from the rows."""
    listed = list(topics)
    counters.count_topics_anew(listed)
    counters.count_turnout_anew(consultation)
    phases = Phase.objects.select_related("consultation").in_bulk({topic.phase_id for topic in listed})
    for topic in listed:
        # Others may read it than when the verb began.
        topic.phase = phases[topic.phase_id]
    return [change for topic in listed for change in _counts_told(topic, now)]


def _counts_told(topic: Topic, now: datetime) -> list[Change]:
    consultation, audience = topic.phase.consultation_id, readers_of(topic, now).key
    return [
        Change(room_of(topic, now), "count.changed", f"count:{topic.pk}"),
        Change(f"consultation:{consultation}:{audience}", "said.changed", f"said:{topic.pk}"),
        Change(f"consultation:{consultation}:{audience}", "figures.changed", f"figures:{consultation}"),
    ]


def recounted(contribution: Contribution, now: datetime, *, was_shown: bool) -> list[Change]:
    """A text that has a place is shown no more, or again: its thread and its topic are counted anew, in this order."""
    step = (contribution.state == State.PUBLISHED) - was_shown
    news = []
    if contribution.root is not None:
        recount([contribution.root.pk])
        news += changed(contribution.root, now)
    return [*news, *counted(contribution, now, step=step), *shown_elsewhere([contribution], now)]


def shown_elsewhere(contributions: Sequence[Contribution], now: datetime) -> list[Change]:
    """Pages that show these words elsewhere, most of them of higher apps: they may say others now, or none, or again.

    Whoever fills the slot takes no lock: those of the verb are taken, and rooms are all that comes after.
    """
    quoting = [Change(room_of(one, now), "topic.reload", f"topic:{one.pk}") for one in pins_of(contributions)]
    return quoting + slots.gather("contributions.changed", contributions, now)


def readers_of(topic: Topic, now: datetime) -> Audience:
    """The widest class that reads this topic when it is told: by the clock, for the verb may have waited since ``now``.

    Opening only widens it, and the wider room has the readers of the narrower one.
    """
    return topic.phase.audience(max(now, timezone.now()))


def room_of(topic: Topic, now: datetime) -> str:
    """The room of those who read this topic."""
    return f"{topic.room}:{readers_of(topic, now).key}"


def room_for(contribution: Contribution, now: datetime) -> str:
    """The widest room entitled to this row."""
    topic = contribution.topic
    return room_of(topic, now) if contribution.published_at else f"{topic.room}:{Audience.STAFF.key}"


def added(contribution: Contribution, now: datetime) -> list[Change]:
    """The row appears; the root of its thread shows one more answer."""
    counts = counted(contribution, now, step=1) if contribution.published_at else []
    room = room_for(contribution, now)
    news = [Change(room, "contribution.added", f"contribution:{contribution.pk}")]
    if contribution.root_id and contribution.published_at:
        news.append(Change(room, "contribution.changed", f"contribution:{contribution.root_id}"))
    return [*news, *counts, *seen_by_author(contribution)]


def changed(contribution: Contribution, now: datetime) -> list[Change]:
    told = Change(room_for(contribution, now), "contribution.changed", f"contribution:{contribution.pk}")
    return [told, *seen_by_author(contribution)]


def seen_by_author(contribution: Contribution) -> list[Change]:
    """A text that waits is on all the pages of its author: each asks for itself again, for no frame holds the text."""
    if contribution.state != State.PENDING or contribution.published_at is not None:
        return []
    reader, topic = contribution.author.user_id, contribution.topic
    return [] if reader is None else [Change(person_room(topic, reader), "awaiting.changed", f"awaiting:{topic.pk}")]


def gone_for_author(contribution: Contribution) -> list[Change]:
    """A text that waited and will not be published leaves the page of the one person beside the teams who saw it.

    As a change, not a removal: if it is shown to everyone when this is read, its row is what the page gets.
    """
    reader = contribution.author.user_id
    if reader is None or contribution.published_at is not None:
        return []
    return [Change(person_room(contribution.topic, reader), "contribution.changed", f"contribution:{contribution.pk}")]


def person_room(topic: Topic, user_id: int) -> str:
    """The room of one person at one topic; it carries no text that the page's other rooms would not."""
    return f"{topic.room}:person:{user_id}"


def queue_changed(contribution: Contribution) -> Change:
    """What waits for the moderators of this consultation may be more, or less."""
    return Change(
        f"moderation:{contribution.consultation_id}:{Audience.STAFF.key}",
        "queue.changed",
        f"queue:{contribution.consultation_id}",
    )
