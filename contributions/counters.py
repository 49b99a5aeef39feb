"""Counts that pages read instead of counting rows; updated by the verb that changes what they count.

A topic stores how many published texts it has and when the last one appeared; its ``Voices`` store how many people
have published there, by kind of actor; a ``Turnout`` stores how many have in a consultation, for each audience. Lock
order: contributions, topic (which locks its voices), turnout, then rooms.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from concertation.batches import in_batches
from concertation.consultations.models import Consultation, Phase, Topic
from concertation.live.audience import Audience

from .models import Contribution, ContributionQuerySet, State, TaggedContribution, Turnout, Voices

# The people of a phase count for its own audience and for all wider rights.
COUNTED = {Audience.PUBLIC: "public", Audience.PARTICIPANTS: "participants", Audience.COMMITTEE: "committee"}
_NOBODY = max(Audience) + 1


def step_topic(contribution: Contribution, step: int) -> int:
    """Count one text more (1), one fewer (-1) or only say that counts changed (0); return the version of the phase.

    An empty topic may be deleted while someone writes its first text.
    """
    topic = contribution.topic_id
    if step < 0 and connection.features.has_select_for_update:
        # Lock first: a blocked UPDATE would evaluate its sub-query on the snapshot from before it blocked.
        Topic.objects.select_for_update(no_key=True, of=("self",)).filter(pk=topic).values_list("pk").first()
    roots, replies = (step, 0) if contribution.parent_id is None else (0, step)
    last, values = _last_said(contribution, step)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE consultations_topic SET counts_version = counts_version + 1, "  # noqa: S608
            "contribution_count = contribution_count + %s, "
            f"reply_count = reply_count + %s, last_said_at = {last} WHERE id = %s "
            "RETURNING (SELECT version FROM consultations_phase WHERE consultations_phase.id = phase_id)",
            [roots, replies, *values, topic],
        )
        row = cursor.fetchone()
    if row is None:
        raise ValidationError(_("Cette thématique vient d’être supprimée."), code="gone")
    return int(row[0])


def step_voices(contribution: Contribution, step: int) -> None:
    """Count the author of this text in its topic, if it is the first or last one there that they wrote as this kind.

    Comes after ``step_topic``, which locks the topic.
    """
    if not step or contribution.as_team:
        return
    topic, kind = contribution.topic_id, contribution.actor_kind_id
    own = _voiced().filter(topic=topic, author=contribution.author_id, actor_kind=kind)
    if own.exclude(pk=contribution.pk).exists():
        return
    if not Voices.objects.filter(topic=topic, actor_kind=kind).update(people=F("people") + step):
        Voices.objects.create(topic_id=topic, actor_kind_id=kind, people=step)


def _voiced() -> ContributionQuerySet:
    """Return the texts whose authors speak for themselves."""
    return Contribution.objects.readable().filter(as_team=False)


def _last_said(contribution: Contribution, step: int) -> tuple[str, list[Any]]:
    if step == 0:
        return "last_said_at", []
    if step < 0:
        latest = "SELECT MAX(published_at) FROM contributions_contribution WHERE topic_id = %s AND state = %s"
        return f"({latest})", [contribution.topic_id, State.PUBLISHED.value]
    at = connection.ops.adapt_datetimefield_value(contribution.published_at)
    greatest = "MAX" if connection.vendor == "sqlite" else "GREATEST"
    return f"{greatest}(COALESCE(last_said_at, %s), %s)", [at, at]


def count_topics(topics: Iterable[Topic]) -> None:
    """Count what is in these topics, for a verb that writes or moves many rows."""
    for topic in sorted(topics, key=lambda one: one.pk):
        locked = Topic.objects.select_for_update(no_key=True, of=("self",)).get(pk=topic.pk)
        Topic.objects.filter(pk=topic.pk).update(counts_version=locked.counts_version + 1, **_counted_in(topic.pk))
        Voices.objects.filter(topic=topic).delete()
        counted = _voices_in(topic.pk).items()
        Voices.objects.bulk_create(Voices(topic=topic, actor_kind_id=kind, people=people) for kind, people in counted)


def _voices_in(topic: int) -> dict[int | None, int]:
    """Count the people who have published in a topic, by the kind of actor that they wrote as."""
    rows = _voiced().filter(topic=topic).order_by().values_list("actor_kind")
    return dict(rows.annotate(people=Count("author", distinct=True)))


def _counted_in(topic: int) -> dict[str, Any]:
    rows = Contribution.objects.readable().filter(topic=topic)
    return rows.aggregate(
        contribution_count=Count("pk", filter=Q(parent=None)),
        reply_count=Count("pk", filter=Q(parent__isnull=False)),
        last_said_at=Max("published_at"),
    )


def step_turnout(contribution: Contribution, step: int) -> None:
    """Count the author of this text, which appears or disappears, if it is their first or last one.

    Comes after ``step_topic``, whose lock keeps two texts of one person in one topic from being each the last one.
    """
    own = Contribution.objects.readable().filter(author=contribution.author_id).exclude(pk=contribution.pk)
    if not step or own.filter(topic=contribution.topic_id).exists():
        return
    turnout = _locked(contribution.consultation_id)
    # Query after the lock: the audience of a phase may have changed before it.
    others = min(_audiences(own.values("topic__phase")), default=_NOBODY)
    here = min(_audiences([Topic.objects.only("phase").get(pk=contribution.topic_id).phase_id]))
    changed = {name: step for audience, name in COUNTED.items() if here <= audience < others}
    for name in changed:
        setattr(turnout, name, getattr(turnout, name) + step)
    turnout.save(update_fields=list(changed))


def count_turnout(consultation: Consultation) -> None:
    """Count the people of a consultation, for a verb that writes many rows or changes who reads a phase."""
    turnout = _locked(consultation.pk)
    for name, number in _people(consultation.pk).items():
        setattr(turnout, name, number)
    turnout.save()


def people_seen_by(audience: Audience, consultation: Consultation) -> int:
    """Count the people who have published what this audience reads."""
    turnout = Turnout.objects.filter(consultation=consultation).first()
    return getattr(turnout, COUNTED[min(audience, Audience.COMMITTEE)]) if turnout else 0


def _locked(consultation: int) -> Turnout:
    return Turnout.objects.select_for_update().get_or_create(consultation_id=consultation)[0]


def _audiences(phases: Any) -> list[Audience]:
    found = Phase.objects.filter(pk__in=phases).order_by().values_list("access", flat=True).distinct()
    return [Phase.AUDIENCES[Phase.Access(access)] for access in found]


def _people(consultation: int) -> dict[str, int]:
    widest: dict[int, Audience] = {}
    rows = Contribution.objects.readable().filter(consultation=consultation).order_by()
    for author, access in rows.values_list("author", "topic__phase__access").distinct():
        audience = Phase.AUDIENCES[Phase.Access(access)]
        widest[author] = min(audience, widest.get(author, audience))
    return {name: sum(one <= audience for one in widest.values()) for audience, name in COUNTED.items()}


# Checking ----------------------------------------------------------------------------------------------------------

Wrong = dict[int, dict[str, tuple[Any, Any]]]


def wrong_topics() -> Wrong:
    """Find topics whose stored counts differ from their rows: by key and name, the stored and the right count."""
    return _differing((one.pk, one, _counted_in(one.pk)) for one in Topic.objects.order_by("pk"))


def wrong_voices() -> Wrong:
    """Find topics whose number of people of some kind is wrong."""
    held: dict[int, dict[int | None, int]] = {}
    for topic, kind, people in Voices.objects.exclude(people=0).values_list("topic", "actor_kind", "people"):
        held.setdefault(topic, {})[kind] = people
    wrong: Wrong = {}
    for pk in Topic.objects.order_by("pk").values_list("pk", flat=True):
        here, right = held.get(pk, {}), _voices_in(pk)
        differing = [kind for kind in {**here, **right} if here.get(kind, 0) != right.get(kind, 0)]
        if differing:
            wrong[pk] = {f"kind {kind}": (here.get(kind, 0), right.get(kind, 0)) for kind in differing}
    return wrong


def wrong_turnouts() -> Wrong:
    """Find consultations whose stored number of people is wrong."""
    held = {one.consultation_id: one for one in Turnout.objects.all()}
    every = Consultation.objects.order_by("pk").values_list("pk", flat=True)
    return _differing((pk, held.get(pk, Turnout()), _people(pk)) for pk in every)


def wrong_threads() -> Wrong:
    """Find roots with a wrong count of published replies; a draft has its counts before publication."""
    published = Count("thread", filter=Q(thread__state=State.PUBLISHED))
    roots = (
        Contribution.objects.roots()
        .exclude(state=State.DRAFT)
        .annotate(right=published)
        .exclude(right=F("reply_count"))
        .order_by("pk")
    )
    found = roots.values_list("pk", "reply_count", "right")
    return {pk: {"reply_count": (held, right)} for pk, held, right in found}


def wrong_keywords() -> Wrong:
    """Find keywords on contributions that name another topic than their contribution does."""
    uses = TaggedContribution.objects.exclude(topic=F("content_object__topic")).order_by("pk")
    found = uses.values_list("pk", "topic", "content_object__topic")
    return {pk: {"topic": (held, right)} for pk, held, right in found}


def _differing(rows: Iterable[tuple[int, Any, dict[str, Any]]]) -> Wrong:
    wrong = {}
    for pk, row, right in rows:
        held = {name: getattr(row, name) for name in right}
        if held != right:
            wrong[pk] = {name: (held[name], right[name]) for name in right if held[name] != right[name]}
    return wrong


def repair_keywords(uses: Iterable[int]) -> None:
    """Set the topic of these uses of keywords to that of their contribution."""
    own = Contribution.objects.filter(pk=OuterRef("content_object")).values("topic")
    for some in in_batches(list(uses)):
        TaggedContribution.objects.filter(pk__in=some).update(topic_id=Subquery(own))
