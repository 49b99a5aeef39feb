"""Place contributions in their tree, count their threads, and choose the rooms of their events."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from concertation.batches import in_batches
from concertation.consultations.live import phase_room
from concertation.consultations.models import Consultation, Phase, Topic
from concertation.live import follow
from concertation.live.actions import Announcement, added, changed, reload, touched
from concertation.live.audience import Audience
from concertation.slots import Slot

from . import counters
from .models import Contribution, State
from .models.contribution import MAX_LEVELS, PATH_DIGITS
from .pinned import pins_of

# With more changed rows than this, pages are asked to reload instead.
MOST_ANNOUNCED = 100


def path_under(parent_path: str, number: int) -> str:
    """Return a path of public numbers, seven digits each; a reply to the 30th level is put beside it."""
    return parent_path[: PATH_DIGITS * (MAX_LEVELS - 1)] + f"{number:0{PATH_DIGITS}}"


def lock_rows(rows: QuerySet[Contribution]) -> None:
    """Lock these rows in the order used everywhere, to prevent deadlocks: replies before roots, then by key."""
    locked = Contribution.objects.filter(pk__in=rows.values("pk")).select_for_update()
    list(locked.order_by(F("root").asc(nulls_last=True), "pk").values_list("pk"))


def rows_changed(rows: QuerySet[Contribution]) -> list[Announcement]:
    """Announce rows that show a renamed thing: each of them, or a reload of each page if they are many."""
    lock_rows(rows)
    found = list(rows.select_related("author", "topic__phase__consultation").order_by("pk")[: MOST_ANNOUNCED + 1])
    if len(found) <= MOST_ANNOUNCED:
        return [one for row in found for one in row_changed(row)]
    topics = Topic.objects.filter(pk__in=rows.values("topic")).select_related("phase__consultation")
    return [*touched(rows), *map(reload, topics)]


def recount(root_pks: Iterable[int]) -> None:
    """Recompute the counts of roots from their threads: published replies, last activity; announce them after."""
    replies = Contribution.objects.filter(root=OuterRef("pk"), state=State.PUBLISHED).order_by().values("root")
    latest = Subquery(replies.annotate(last=Max("published_at")).values("last"))
    pks = sorted(root_pks)
    for some in in_batches(pks):
        roots = Contribution.objects.filter(pk__in=some, parent=None)
        # Lock first: under READ COMMITTED a blocked UPDATE evaluates its sub-queries on its former snapshot.
        lock_rows(roots)
        roots.update(
            reply_count=Coalesce(Subquery(replies.annotate(n=Count("pk")).values("n")), 0),
            last_activity_at=Coalesce(latest, F("published_at"), F("created_at")),
        )


def update_counts(contribution: Contribution, *, step: int) -> list[Announcement]:
    """Add ``step`` (1, -1 or 0) to the counts of the topic and of the consultation; return what to announce.

    Writers of one consultation already queue at its counter of public numbers: the topic's lock adds no other queue.
    """
    topic = contribution.topic
    if counters.step_topic(contribution, step) != topic.phase.version:
        # The phase may be open to another audience than when the verb began.
        topic.phase = Phase.objects.select_related("consultation").get(topics=topic.pk)
    counters.step_voices(contribution, step)
    counters.step_turnout(contribution, step)
    return _counts_changed(topic)


def recount_topics(consultation: Consultation, topics: Iterable[Topic]) -> list[Announcement]:
    """Recompute the counts of topics from their rows, for verbs that publish or move many; return what to announce."""
    listed = list(topics)
    counters.count_topics(listed)
    counters.count_turnout(consultation)
    phases = Phase.objects.select_related("consultation").in_bulk({topic.phase_id for topic in listed})
    for topic in listed:
        # The phase may be open to another audience than when the verb began.
        topic.phase = phases[topic.phase_id]
    return [one for topic in listed for one in _counts_changed(topic)]


def _counts_changed(topic: Topic) -> list[Announcement]:
    figures = changed(topic.phase.consultation, "figures", rooms=[phase_room(topic.phase, timezone.now())])
    return [changed(topic, "count"), changed(topic, "said"), figures]


def recount_around(contribution: Contribution, now: datetime, *, was_shown: bool) -> list[Announcement]:
    """Recount thread, then topic, after a text was hidden or shown; return what to announce."""
    step = (contribution.state == State.PUBLISHED) - was_shown
    told = []
    if contribution.root is not None:
        recount([contribution.root.pk])
        told += row_changed(contribution.root)
    return [*told, *update_counts(contribution, step=step), *shown_elsewhere([contribution], now)]


# The pages of higher apps that quote these texts; a source takes no lock.
contributions_changed: Slot[[Sequence[Contribution], datetime], Announcement] = Slot()


def shown_elsewhere(contributions: Sequence[Contribution], now: datetime) -> list[Announcement]:
    """Return what to announce to pages that quote these texts, most of them of higher apps.

    Providers of the slot take no lock: only rooms may be locked after the locks of the verb.
    """
    return [*map(reload, pins_of(contributions)), *contributions_changed.gather(contributions, now)]


def room_of(topic: Topic, now: datetime) -> str:
    """Return the widest room of this topic."""
    return f"{topic.room}:{topic.phase.audience(now).key}"


def rooms_of_topic(topic: Topic, now: datetime) -> list[str]:
    return [room_of(topic, now)]


def rooms_of_row(contribution: Contribution, now: datetime) -> list[str]:
    """Return the widest room whose audience may see this row."""
    topic = contribution.topic
    return [room_of(topic, now) if contribution.published_at else staff_room(topic)]


def staff_room(topic: Topic) -> str:
    return f"{topic.room}:{Audience.STAFF.key}"


def count_added_row(contribution: Contribution) -> list[Announcement]:
    """Count a new row in its topic; return what to announce: the row, its root, the counts."""
    told = [added(contribution)]
    if contribution.published_at:
        told += [changed(contribution.root)] if contribution.root else []
        told += update_counts(contribution, step=1)
    return [*told, *seen_by_author(contribution)]


def row_changed(contribution: Contribution) -> list[Announcement]:
    return [changed(contribution), *seen_by_author(contribution)]


def seen_by_author(contribution: Contribution) -> list[Announcement]:
    """Make the author's pages re-fetch themselves at a pending text of theirs, because no frame contains it."""
    if contribution.state != State.PENDING or contribution.published_at is not None:
        return []
    return [changed(contribution.topic, "pending", rooms=rooms) for rooms in _rooms_of_author(contribution)]


def removed_for_author(contribution: Contribution) -> list[Announcement]:
    """Take a refused pending text off the pages of its author.

    It is a ``changed``, not a ``removed``: if the text is public when it is rendered, the page gets its row.
    """
    if contribution.published_at is not None:
        return []
    return [changed(contribution, rooms=rooms) for rooms in _rooms_of_author(contribution)]


def _rooms_of_author(contribution: Contribution) -> list[list[str]]:
    reader = contribution.author.user_id
    return [] if reader is None else [[person_room(contribution.topic, reader)]]


def person_room(topic: Topic, user_id: int) -> str:
    """Return the room of one person at one topic; its frames contain no text that the page's other rooms would not."""
    return follow.person_room(topic.room, user_id)


def queue_changed(contribution: Contribution) -> Announcement:
    """Announce the number of texts pending for moderators."""
    return changed(Consultation(pk=contribution.consultation_id), "queue")
