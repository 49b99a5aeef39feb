"""Move a thread to another topic; its addresses stay, and viewers who may not read there no longer see it."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.consultations.models import Reason, Topic
from concertation.consultations.numbers import lock_numbers
from concertation.live.actions import Announcement, added, announce, announced_together, reload, removed, touched
from concertation.permissions import require
from concertation.viewer import Viewer

from .. import tree
from ..models import Contribution, DecisionAct, TaggedContribution
from .editing import lock
from .moderation import checked_message, notify_author, own_reason, write_decision


def move_thread(
    contribution: Contribution, *, to: Topic, reason: Reason, message: str = "", now: datetime | None = None, by: User
) -> Contribution:
    """Move a whole thread to another topic, also of another phase, for a reason that its author reads.

    Numbers, addresses, natures and stakes stay as they were, also where the other phase offers no such nature.
    """
    require(Viewer(by, now), "contributions.move", contribution)
    own_reason(contribution, reason, Reason.Use.MOVE)
    message = checked_message(message)
    at = now or timezone.now()
    with transaction.atomic(), announced_together():
        # Locks out new replies: a verb that writes takes a number first.
        lock_numbers(contribution.consultation, "contribution")
        thread = Contribution.objects.filter(Q(pk=contribution.pk) | Q(root=contribution.pk))
        tree.lock_rows(thread)
        root = lock(contribution)
        former, to = root.topic, _checked(root, to)
        rows = list(thread.select_related("author").order_by("path"))
        gone = _removals(rows, former, timezone.now())
        thread.filter(root=None).update(topic=to)
        thread.exclude(root=None).update(topic=to, root_topic=to)
        TaggedContribution.objects.filter(content_object__in=thread).update(topic=to)
        root.topic = to
        places = {"moved_from": former.title, "moved_to": to.title}
        decision = write_decision(root, DecisionAct.MOVE, reason, message, at, by, **places)
        notify_author(root, decision)
        counts = tree.recount_topics(root.consultation, (former, to))
        elsewhere = tree.shown_elsewhere(rows, at)
        announce(*touched([root, *rows]), *gone, *_additions(rows, to), *counts, *elsewhere, tree.queue_changed(root))
    return root


def _checked(root: Contribution, to: Topic) -> Topic:
    """Lock a topic against deletion; return it as it is now."""
    if root.root is not None:
        raise ValidationError(
            _("Un fil se déplace entier : déplacez %(ref)s, la contribution qui l’ouvre."),
            params={"ref": root.root.ref},
        )
    found = Topic.objects.select_for_update(of=("self",)).select_related("phase__consultation").filter(pk=to.pk).first()
    if found is None or found.phase.consultation_id != root.consultation_id:
        raise ValidationError({"to": _("Choisissez une thématique de cette concertation.")})
    if found.pk == root.topic_id:
        raise ValidationError({"to": _("Ce fil est déjà dans cette thématique. Choisissez-en une autre.")})
    return found


def _removals(rows: Sequence[Contribution], former: Topic, now: datetime) -> list[Announcement]:
    """Return removals from the former topic; of a long thread only the root's, which removes its replies too."""
    told = []
    for row in rows if len(rows) <= tree.MOST_ANNOUNCED else rows[:1]:
        row.topic = former
        told.append(removed(row, rooms=tree.rooms_of_row(row, now)))
        if row.published_at is None and row.author.user_id is not None:
            told.append(removed(row, rooms=[tree.person_room(former, row.author.user_id)]))
    if len(rows) > tree.MOST_ANNOUNCED:
        told.append(reload(former))
    return told


def _additions(rows: Sequence[Contribution], to: Topic) -> list[Announcement]:
    """Return additions in the new topic, for the widest audience of each row; a reload for a long thread."""
    if len(rows) > tree.MOST_ANNOUNCED:
        return [reload(to)]
    told = []
    for row in rows:
        row.topic = to
        told += [added(row), *tree.seen_by_author(row)]
    return told
