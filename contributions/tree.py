"""Place contributions in their tree, count their threads, and choose the rooms of their events."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from concertation.batches import in_batches
from concertation.consultations.models import Consultation, Phase, Topic
from concertation.live import follow
from concertation.live.actions import Change
from concertation.live.audience import Audience
from concertation.live.models import Kind
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


def raise_versions(rows: QuerySet[Contribution]) -> int:
    """Raise the version of rows whose HTML changes, which invalidates the row cache."""
    return rows.update(version=F("version") + 1)


def rows_changed(rows: QuerySet[Contribution], now: datetime) -> list[Change]:
    """Return the changes of rows that show a renamed thing: one a row, or a reload a page if they are many."""
    lock_rows(rows)
    raise_versions(rows)
    found = list(rows.select_related("topic__phase__consultation").order_by("pk")[: MOST_ANNOUNCED + 1])
    if len(found) <= MOST_ANNOUNCED:
        return [change for one in found for change in changed(one, now)]
    topics = Topic.objects.filter(pk__in=rows.values("topic")).select_related("phase__consultation")
    return [Change(room_of(one, now), Kind.RELOAD, f"topic:{one.pk}") for one in topics]


def recount(root_pks: Iterable[int]) -> None:
    """Recompute the counts of roots from their threads: published replies, last activity."""
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
            version=F("version") + 1,
        )


def counted(contribution: Contribution, now: datetime, *, step: int) -> list[Change]:
    """Add ``step`` (1, -1 or 0) to the counts of the topic and of the consultation; return the changes to announce.

    Writers of one consultation already queue at its counter of public numbers: the topic's lock adds no other queue.
    """
    topic = contribution.topic
    if counters.step_topic(contribution, step) != topic.phase.version:
        # The phase may be open to another audience than when the verb began.
        topic.phase = Phase.objects.select_related("consultation").get(topics=topic.pk)
    counters.step_turnout(contribution, step)
    return _counts_changed(topic, now)


def recounted_topics(consultation: Consultation, topics: Iterable[Topic], now: datetime) -> list[Change]:
    """Recompute the counts of topics from their rows, for verbs that publish or move many; return the changes."""
    listed = list(topics)
    counters.count_topics(listed)
    counters.count_turnout(consultation)
    phases = Phase.objects.select_related("consultation").in_bulk({topic.phase_id for topic in listed})
    for topic in listed:
        # The phase may be open to another audience than when the verb began.
        topic.phase = phases[topic.phase_id]
    return [change for topic in listed for change in _counts_changed(topic, now)]


def _counts_changed(topic: Topic, now: datetime) -> list[Change]:
    consultation, audience = topic.phase.consultation_id, readers_of(topic, now).key
    return [
        Change(room_of(topic, now), Kind.CHANGED, f"count:{topic.pk}"),
        Change(f"consultation:{consultation}:{audience}", Kind.CHANGED, f"said:{topic.pk}"),
        Change(f"consultation:{consultation}:{audience}", Kind.CHANGED, f"figures:{consultation}"),
    ]


def recounted(contribution: Contribution, now: datetime, *, was_shown: bool) -> list[Change]:
    """Recount thread, then topic, after a text was hidden or shown; return the changes to announce."""
    step = (contribution.state == State.PUBLISHED) - was_shown
    changes = []
    if contribution.root is not None:
        recount([contribution.root.pk])
        changes += changed(contribution.root, now)
    return [*changes, *counted(contribution, now, step=step), *shown_elsewhere([contribution], now)]


# The pages of higher apps that quote these texts; a source takes no lock.
contributions_changed: Slot[[Sequence[Contribution], datetime], Change] = Slot()


def shown_elsewhere(contributions: Sequence[Contribution], now: datetime) -> list[Change]:
    """Return the changes of pages that quote these texts, most of them of higher apps.

    Providers of the slot take no lock: only rooms may be locked after the locks of the verb.
    """
    quoting = [Change(room_of(one, now), Kind.RELOAD, f"topic:{one.pk}") for one in pins_of(contributions)]
    return quoting + contributions_changed.gather(contributions, now)


def readers_of(topic: Topic, now: datetime) -> Audience:
    """Return the widest audience of this topic at the time of the announcement.

    That is by the clock, because the verb may have been blocked since ``now``. Opening only widens the audience, and
    the wider room contains the readers of the narrower one.
    """
    return topic.phase.audience(max(now, timezone.now()))


def room_of(topic: Topic, now: datetime) -> str:
    """Return the widest room of this topic."""
    return f"{topic.room}:{readers_of(topic, now).key}"


def room_for(contribution: Contribution, now: datetime) -> str:
    """Return the widest room whose audience may see this row."""
    topic = contribution.topic
    return room_of(topic, now) if contribution.published_at else f"{topic.room}:{Audience.STAFF.key}"


def added(contribution: Contribution, now: datetime) -> list[Change]:
    """Return the changes of a new row: the row, the count of replies in its root, the counts of its topic."""
    counts = counted(contribution, now, step=1) if contribution.published_at else []
    room = room_for(contribution, now)
    changes = [Change(room, Kind.ADDED, f"contribution:{contribution.pk}")]
    if contribution.root_id and contribution.published_at:
        changes.append(Change(room, Kind.CHANGED, f"contribution:{contribution.root_id}"))
    return [*changes, *counts, *seen_by_author(contribution)]


def changed(contribution: Contribution, now: datetime) -> list[Change]:
    row = Change(room_for(contribution, now), Kind.CHANGED, f"contribution:{contribution.pk}")
    return [row, *seen_by_author(contribution)]


def seen_by_author(contribution: Contribution) -> list[Change]:
    """Return a change that makes the author's pages re-fetch themselves, because no frame contains a pending text."""
    if contribution.state != State.PENDING or contribution.published_at is not None:
        return []
    reader, topic = contribution.author.user_id, contribution.topic
    return [] if reader is None else [Change(person_room(topic, reader), Kind.CHANGED, f"awaiting:{topic.pk}")]


def gone_for_author(contribution: Contribution) -> list[Change]:
    """Return the change that takes a refused pending text off the pages of its author.

    It is a ``changed``, not a ``removed``: if the text is public when it is rendered, the page gets its row.
    """
    reader = contribution.author.user_id
    if reader is None or contribution.published_at is not None:
        return []
    return [Change(person_room(contribution.topic, reader), Kind.CHANGED, f"contribution:{contribution.pk}")]


def person_room(topic: Topic, user_id: int) -> str:
    """Return the room of one person at one topic; its frames contain no text that the page's other rooms would not."""
    return follow.person_room(topic.room, user_id)


def queue_changed(contribution: Contribution) -> Change:
    """Return the change of the number of texts pending for moderators."""
    return Change(
        f"moderation:{contribution.consultation_id}:{Audience.STAFF.key}",
        Kind.CHANGED,
        f"queue:{contribution.consultation_id}",
    )
