"""Phases and topics. Dates may change while a phase runs, and phases may overlap."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.batches import in_batches
from concertation.documents.conflicts import Version, forget, rewrite, values_of
from concertation.journal.actions import record
from concertation.journal.receipts import acts_once, writes_once
from concertation.live.actions import announce, announced_together, changed
from concertation.permissions import require
from concertation.slots import Hooks
from concertation.viewer import Viewer

from ..lines import Line, about, each
from ..live import pages_changed, phase_changed, phase_room
from ..models import Consultation, Nature, Phase, Topic
from ..numbers import lock_numbers
from ..search import forget_row, index_row
from .checking import assign, checked, is_used, moves, next_position, with_html

_MARKDOWN = ("introduction", "need_to_know")

# What higher apps do when these fields of a phase have changed.
phase_edited: Hooks[[Phase, Sequence[str]]] = Hooks()


@writes_once
def create_phase(
    consultation: Consultation,
    *,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    by: User,
    natures: Iterable[Nature] = (),
    **fields: Any,
) -> Phase:
    """Add a phase at the end of the programme."""
    require(Viewer(by), "consultations.organise", consultation)
    position = fields.pop("position", None)
    phase = Phase(consultation=consultation, title=title, opens_at=opens_at, closes_at=closes_at, **fields)
    phase.position = next_position(consultation.phases.all()) if position is None else position
    chosen = _own_natures(consultation, natures)
    _check_phase(phase)
    with transaction.atomic():
        phase.save()
        phase.natures.set(chosen)
        record("phase.created", phase, by=by, consultation_id=consultation.pk)
        announce(*pages_changed(consultation))
    return phase


def edit_phase(phase: Phase, *, expected_version: Version | None = None, by: User, **fields: Any) -> Phase:
    """Change a phase, its dates included, even while it runs."""
    require(Viewer(by), "consultations.organise", phase)
    with transaction.atomic():
        phase = Phase.objects.select_for_update(of=("self",)).select_related("consultation").get(pk=phase.pk)
        fields = rewrite(phase, fields, expected_version, by=by)
        natures = fields.pop("natures", None)
        was_in = phase_room(phase, timezone.now())
        before = values_of(phase, fields)
        changed = assign(phase, fields)
        if natures is not None and set(natures) != set(phase.natures.all()):
            phase.natures.set(_own_natures(phase.consultation, natures))
            changed.append("natures")
        if not changed:
            return phase
        _check_phase(phase)
        phase.save()
        details = moves(before, phase, [name for name in changed if name != "natures"])
        details["fields"] += ["natures"] if "natures" in changed else []
        record("phase.edited", phase, by=by, consultation_id=phase.consultation_id, details=details)
        phase_edited.run(phase, changed)
        _announce_phase(phase, was_in)
    return phase


def delete_phase(phase: Phase, *, by: User) -> None:
    """Delete a phase that nothing depends on."""
    require(Viewer(by), "consultations.organise", phase)
    with transaction.atomic():
        locked = Phase.objects.select_for_update().filter(pk=phase.pk).first()
        if locked is None:
            return
        if is_used(locked):
            raise ValidationError(
                _(
                    "Cette phase contient des thématiques ou sert ailleurs : elle ne peut pas être supprimée. "
                    "Videz-la d’abord, ou changez ses dates."
                ),
                code="used",
            )
        record("phase.deleted", locked, by=by, consultation_id=locked.consultation_id)
        gone = changed(locked, rooms=[phase_room(locked, timezone.now())])
        forget(locked)
        locked.delete()
        announce(gone, *pages_changed(locked.consultation))


@writes_once
def duplicate_phase(phase: Phase, *, with_topics: bool = False, by: User, **fields: Any) -> Phase:
    """Add a phase with ``fields``, and copies of the topics of ``phase``; what people wrote in them stays there."""
    require(Viewer(by), "consultations.organise", phase)
    with transaction.atomic(), announced_together():
        made = create_phase(phase.consultation, by=by, **fields)
        copies: dict[int | None, Topic] = {}
        # Those of the first level first: the others are placed below their copies.
        for topic in phase.topics.order_by(F("parent").asc(nulls_first=True), "position", "pk") if with_topics else ():
            texts = {name: getattr(topic, name) for name in ("title", "question", *_MARKDOWN)}
            parent = copies.get(topic.parent_id)
            copies[topic.pk] = create_topic(made, position=topic.position, parent=parent, by=by, **texts)
    return made


@writes_once
def create_topic(phase: Phase, *, title: str, by: User, **fields: Any) -> Topic:
    """Add a topic at the end of a phase."""
    require(Viewer(by), "consultations.organise", phase)
    position = fields.pop("position", None)
    topic = Topic(phase=phase, title=title, **with_html(fields, *_MARKDOWN))
    topic.position = next_position(Topic.every.filter(phase=phase)) if position is None else position
    _check_topic(topic)
    with transaction.atomic():
        topic.save()
        index_row(topic)
        record("topic.created", topic, by=by, consultation_id=phase.consultation_id)
        announce(*phase_changed(phase))
    return topic


@acts_once
def create_topics(phase: Phase, *, lines: Sequence[Line], by: User) -> Phase:
    """Add several topics at the end of a phase: all, or none and the error of each line."""
    require(Viewer(by), "consultations.organise", phase)
    with transaction.atomic(), announced_together():
        about("lines", lambda: each(lines, lambda line: create_topic(phase, by=by, **line.values)))
    return phase


def lock_programme(consultation: Consultation) -> None:
    """Lock what new topics change, in the order of all verbs: the counter, topics, phases, each by key."""
    lock_numbers(consultation, "contribution")
    topics = Topic.every.filter(phase__consultation=consultation).select_for_update(of=("self",), no_key=True)
    list(topics.order_by("pk").values_list("pk"))
    list(consultation.phases.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def prepare_topic(phase: Phase, *, title: str, by: User) -> Topic:
    """Create a topic at the end of a phase, invisible to everybody until ``show_topics``."""
    require(Viewer(by), "consultations.organise", phase)
    topic = Topic(phase=phase, title=title, is_ready=False, position=next_position(Topic.every.filter(phase=phase)))
    _check_topic(topic)
    topic.save()
    index_row(topic)
    return topic


def show_topics(consultation: Consultation, *, keys: Sequence[int], now: datetime, by: User) -> None:
    """Show the prepared topics among ``keys``, all at once."""
    require(Viewer(by, now), "consultations.organise", consultation)
    with transaction.atomic(), announced_together():
        lock_programme(consultation)
        shown: set[int] = set()
        for some in in_batches(sorted(keys)):
            hidden = Topic.every.filter(phase__consultation=consultation, pk__in=some, is_ready=False)
            shown.update(hidden.values_list("phase", flat=True))
            hidden.update(is_ready=True)
        for phase in consultation.phases.filter(pk__in=shown).select_related("consultation").order_by("pk"):
            announce(*phase_changed(phase))


def discard_topics(consultation: Consultation, *, keys: Sequence[int], now: datetime) -> None:
    """Delete the topics among ``keys`` that an import created and nothing uses, and announce it."""
    with transaction.atomic(), announced_together():
        lock_programme(consultation)
        seen: set[int] = set()
        for some in in_batches(sorted(keys)):
            for topic in Topic.every.filter(phase__consultation=consultation, pk__in=some).order_by("pk"):
                if is_used(topic):
                    continue
                if topic.is_ready:
                    seen.add(topic.phase_id)
                forget(topic)
                forget_row(topic)
                topic.delete()
        for phase in consultation.phases.filter(pk__in=seen).select_related("consultation").order_by("pk"):
            announce(*phase_changed(phase))


def edit_topic(topic: Topic, *, expected_version: Version | None = None, by: User, **fields: Any) -> Topic:
    """Change the question or the texts of a topic; open pages show the new words at once."""
    require(Viewer(by), "consultations.edit_topic", topic)
    fields = with_html(fields, *_MARKDOWN)
    with transaction.atomic():
        topic = Topic.objects.select_for_update(of=("self",)).select_related("phase__consultation").get(pk=topic.pk)
        fields = rewrite(topic, fields, expected_version, by=by)
        before = values_of(topic, fields)
        edited = assign(topic, fields)
        if not edited:
            return topic
        _check_topic(topic)
        topic.save()
        index_row(topic)
        details = moves(before, topic, edited)
        record("topic.edited", topic, by=by, consultation_id=topic.phase.consultation_id, details=details)
        announce(changed(topic), *phase_changed(topic.phase))
    return topic


def delete_topic(topic: Topic, *, by: User) -> None:
    """Delete a topic in which nothing was written."""
    require(Viewer(by), "consultations.organise", topic)
    with transaction.atomic():
        found = Topic.objects.select_for_update(of=("self",)).select_related("phase__consultation")
        locked = found.filter(pk=topic.pk).first()
        if locked is None:
            return
        if is_used(locked):
            raise ValidationError(
                _("Cette thématique contient des contributions ou sert ailleurs : elle ne peut pas être supprimée."),
                code="used",
            )
        phase = locked.phase
        forget(locked)
        forget_row(locked)
        record("topic.deleted", locked, by=by, consultation_id=phase.consultation_id)
        locked.delete()
        announce(*phase_changed(phase))


def _check_phase(phase: Phase) -> None:
    if phase.opens_at and phase.closes_at and phase.closes_at <= phase.opens_at:
        raise ValidationError(
            {"closes_at": _("La phase se termine avant d’avoir commencé. Indiquez une clôture après l’ouverture.")}
        )
    checked(phase)


def _check_topic(topic: Topic) -> None:
    parent = topic.parent
    if parent and (parent.phase_id != topic.phase_id or parent.parent_id or parent.pk == topic.pk):
        raise ValidationError(
            {"parent": _("Une thématique ne peut être placée que sous une thématique principale de la même phase.")}
        )
    if parent and topic.pk and topic.children.exists():
        raise ValidationError({"parent": _("Cette thématique en contient d’autres : elle reste au premier niveau.")})
    checked(topic)


def _own_natures(consultation: Consultation, natures: Iterable[Nature]) -> list[Nature]:
    chosen = list(natures)
    if any(nature.consultation_id != consultation.pk for nature in chosen):
        raise ValidationError({"natures": _("Choisissez parmi les natures de cette concertation.")})
    return chosen


def _announce_phase(phase: Phase, was_in: str) -> None:
    """The former room is told too when readers change: each class is drawn what it may see, or a removal."""
    has_left = phase_room(phase, timezone.now()) != was_in
    former = [changed(phase, rooms=[was_in])] if has_left else []
    announce(*former, *phase_changed(phase))
