"""Write reactions (d’accord, pas d’accord, à préciser), one for each person and contribution."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.batches import in_batches
from concertation.consultations.limits import check_limit
from concertation.consultations.models import Consultation, Participation
from concertation.journal.actions import record
from concertation.live.actions import announce, reload, touched
from concertation.permissions import require
from concertation.viewer import Viewer

from .. import tree
from ..models import Contribution, Reaction, State
from .editing import lock
from .posting import author_of


def react(contribution: Contribution, *, kind: str | None, by: User, now: datetime | None = None) -> Contribution:
    """Set, change or remove (None) a participant’s reaction to someone else’s text."""
    now = now or timezone.now()
    viewer = require(Viewer(by, now), "contributions.react", contribution)
    if kind is not None and kind not in Reaction.Kind.values:
        raise ValidationError(_("Choisissez « D’accord », « Pas d’accord » ou « À préciser »."))
    participation = author_of(viewer, contribution.topic.phase.consultation)
    with transaction.atomic():
        locked = lock(contribution)
        _check_reactable(locked, now)
        own = Reaction.objects.filter(contribution=locked, participation=participation).first()
        before = own.kind if own else None
        if before == kind:
            return locked
        check_limit("contribution.reacted", locked.consultation, by=by)
        _store(locked, participation, own, kind, now)
        _count(locked, before, kind)
        # The journal records that someone reacted, not how: opinions do not belong in an audit trail.
        record("contribution.reacted", locked, by=by, consultation_id=locked.consultation_id)
        announce(*tree.row_changed(locked))
    locked.refresh_from_db()
    return locked


def _check_reactable(locked: Contribution, now: datetime) -> None:
    if locked.state != State.PUBLISHED:
        raise ValidationError(_("Cette contribution n’est plus affichée : on ne peut plus y réagir."), code="gone")
    if not locked.topic.phase.takes_reactions(now):
        raise ValidationError(_("Cette phase ne reçoit pas de réactions en ce moment."), code="closed")


def _store(
    locked: Contribution, participation: Participation, own: Reaction | None, kind: str | None, now: datetime
) -> None:
    if kind is None:
        if own is not None:
            own.delete()
        return
    Reaction.objects.update_or_create(
        contribution=locked, participation=participation, defaults={"kind": kind, "at": now}
    )


def _count(locked: Contribution, before: str | None, after: str | None) -> None:
    steps = {f"{kind}_count": F(f"{kind}_count") + step for kind, step in ((before, -1), (after, 1)) if kind}
    Contribution.objects.filter(pk=locked.pk).update(**steps)


@dataclass(frozen=True, slots=True)
class Opinion:
    """One reaction of an importer or of the demonstration."""

    contribution: Contribution
    participation: Participation
    kind: str


def bulk_react(
    consultation: Consultation, opinions: Sequence[Opinion], *, by: User, now: datetime | None = None
) -> int:
    """Write many reactions in one short transaction, under the same rules; existing ones stay as they are."""
    now = now or timezone.now()
    require(Viewer(by, now), "contributions.import", consultation)
    for opinion in opinions:
        _check_opinion(consultation, opinion)
    changed = sorted({opinion.contribution.pk for opinion in opinions})
    with transaction.atomic():
        rows = [
            Reaction(
                contribution=one.contribution, participation=one.participation, kind=Reaction.Kind(one.kind), at=now
            )
            for one in opinions
        ]
        before = Reaction.objects.filter(contribution__consultation=consultation).count()
        Reaction.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        new = Reaction.objects.filter(contribution__consultation=consultation).count() - before
        if not new:
            return 0
        recount_reactions(changed)
        details = {"reactions": new, "contributions": len(changed)}
        record("contributions.reacted", consultation, by=by, consultation_id=consultation.pk, details=details)
        topics = {one.contribution.topic_id: one.contribution.topic for one in opinions}
        announce(*touched(Contribution.objects.filter(pk__in=changed)), *map(reload, topics.values()))
    return new


def _check_opinion(consultation: Consultation, opinion: Opinion) -> None:
    if {opinion.contribution.consultation_id, opinion.participation.consultation_id} != {consultation.pk}:
        raise ValidationError(_("Une réaction ne concerne pas cette concertation."))
    if opinion.contribution.author_id == opinion.participation.pk:
        raise ValidationError(_("On ne réagit pas à sa propre contribution."))
    if opinion.kind not in Reaction.Kind.values:
        raise ValidationError(_("Choisissez « D’accord », « Pas d’accord » ou « À préciser »."))


def recount_reactions(pks: Sequence[int]) -> None:
    """Recompute the counts of rows from their reactions; announce the rows after."""
    given = Reaction.objects.filter(contribution=OuterRef("pk")).order_by().values("contribution")
    counts = {
        f"{kind}_count": Coalesce(Subquery(given.annotate(n=Count("pk", filter=Q(kind=kind))).values("n")), 0)
        for kind in Reaction.Kind.values
    }
    for some in in_batches(pks):
        batch = Contribution.objects.filter(pk__in=some)
        tree.lock_rows(batch)
        batch.update(**counts)
