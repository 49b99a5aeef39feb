"""Report texts to moderators, and decide on them. No other module hides or restores a text."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.consultations.limits import check_limit
from concertation.consultations.models import Participation, Reason
from concertation.journal.actions import record
from concertation.live.actions import Announcement, announce, announced_together, changed
from concertation.notices.actions import notify
from concertation.permissions import require
from concertation.search.actions import index
from concertation.texts.clean import check_text
from concertation.texts.templatetags.french import quoted
from concertation.viewer import Viewer

from .. import search
from ..corpus_files import stale_files
from ..models import Contribution, Decision, DecisionAct, Report, State
from ..replies import notify_of_reply
from ..rules import may_read_topic
from ..tree import count_added_row, queue_changed, recount, recount_around, removed_for_author, row_changed, staff_room
from .editing import lock

MESSAGE_LIMIT = 2_000
JOURNAL_WORDS = {
    DecisionAct.HIDE: "hidden",
    DecisionAct.RESTORE: "restored",
    DecisionAct.PUBLISH: "published",
    DecisionAct.KEEP: "kept",
    DecisionAct.MOVE: "moved",
}


def report_contribution(
    contribution: Contribution, *, reason: Reason, text: str = "", now: datetime | None = None, by: User
) -> Report:
    """Report a contribution to the moderators, once while the participant's report is open."""
    require(Viewer(by, now), "contributions.report", contribution)
    own_reason(contribution, reason, Reason.Use.HIDE)
    text = check_text(text, max_length=1_000, blank=True)
    with transaction.atomic():
        locked = lock(contribution)
        if locked.state != State.PUBLISHED:
            raise ValidationError(_("Cette contribution n’est plus affichée : il n’y a plus rien à signaler."))
        reporter = Participation.objects.get(consultation=locked.consultation, user=by)
        report, is_new = Report.objects.get_or_create(
            contribution=locked,
            participation=reporter,
            decision=None,
            defaults={"reason": reason, "text": text, "revision": locked.current, "at": now or timezone.now()},
        )
        if is_new:
            check_limit("contribution.reported", locked.consultation, by=by)
            record("contribution.reported", locked, by=by, consultation_id=locked.consultation_id)
            announce(queue_changed(locked))
    return report


def hide_contribution(
    contribution: Contribution, *, reason: Reason, message: str = "", now: datetime | None = None, by: User
) -> Contribution:
    """Hide a text, by a moderator, for a reason and with a message to its author."""
    require(Viewer(by, now), "contributions.moderate", contribution)
    own_reason(contribution, reason, Reason.Use.HIDE)
    return _decide(
        contribution, DecisionAct.HIDE, State.HIDDEN, from_states=(State.PUBLISHED, State.PENDING),
        reason=reason, message=message, now=now, by=by,
    )  # fmt: skip


def restore_contribution(
    contribution: Contribution, *, reason: Reason, message: str, now: datetime | None = None, by: User
) -> Contribution:
    """Restore a hidden text, by a moderator, for a reason and with a message to its author."""
    require(Viewer(by, now), "contributions.moderate", contribution)
    own_reason(contribution, reason, Reason.Use.RESTORE)
    if not message.strip():
        raise ValidationError({"message": _("Dites à l’auteur pourquoi son texte est rétabli.")})
    return _decide(
        contribution, DecisionAct.RESTORE, State.PUBLISHED, from_states=(State.HIDDEN,),
        reason=reason, message=message, now=now, by=by,
    )  # fmt: skip


def publish_contribution(
    contribution: Contribution, *, message: str = "", now: datetime | None = None, by: User
) -> Contribution:
    """Publish a pending text, by a moderator, where moderation comes before publication."""
    require(Viewer(by, now), "contributions.moderate", contribution)
    return _decide(
        contribution, DecisionAct.PUBLISH, State.PUBLISHED, from_states=(State.PENDING,),
        reason=None, message=message, now=now, by=by,
    )  # fmt: skip


def keep_contribution(
    contribution: Contribution, *, message: str = "", now: datetime | None = None, by: User
) -> Contribution:
    """Close the reports on a text without changing it, by a moderator; its author is not notified."""
    require(Viewer(by, now), "contributions.moderate", contribution)
    message = checked_message(message)
    at = now or timezone.now()
    with transaction.atomic():
        locked = lock(contribution)
        if not locked.reports.filter(decision=None).exists():
            return locked
        _close(locked, DecisionAct.KEEP, None, message, at, by)
        announce(queue_changed(locked))
    return locked


def _decide(
    contribution: Contribution,
    act: DecisionAct,
    state: State,
    *,
    from_states: tuple[State, ...],
    reason: Reason | None,
    message: str,
    now: datetime | None,
    by: User,
) -> Contribution:
    message = checked_message(message)
    at = now or timezone.now()
    with transaction.atomic(), announced_together():
        locked = lock(contribution)
        if locked.state == state:
            return locked
        if locked.state not in from_states:
            raise ValidationError(_("Cette contribution a changé entre-temps. Relisez-la avant de décider."))
        was_placed, was_shown = locked.published_at is not None, locked.state == State.PUBLISHED
        locked.state = state
        locked.published_at = locked.published_at or (at if state == State.PUBLISHED else None)
        locked.save(update_fields=["state", "published_at"])
        if locked.published_at == at:
            index(search.NAME, [locked])
        decision = _close(locked, act, reason, message, at, by)
        notify_author(locked, decision)
        if not was_placed and locked.published_at:
            notify_of_reply(locked, now=at)
        stale = stale_files(locked.consultation_id) if act == DecisionAct.HIDE else []
        changes = _changes(locked, at, was_placed=was_placed, was_shown=was_shown)
        announce(*changes, queue_changed(locked), *stale)
    return locked


def own_reason(contribution: Contribution, reason: Reason, use: Reason.Use) -> None:
    if reason.consultation_id != contribution.consultation_id:
        raise ValidationError({"reason": _("Choisissez un motif de cette concertation.")})
    if reason.use != use:
        raise ValidationError({"reason": _("Ce motif ne sert pas à cette décision. Choisissez dans la liste.")})


def checked_message(message: str) -> str:
    if not message.strip():
        return ""
    try:
        return check_text(message, max_length=MESSAGE_LIMIT)
    except ValidationError as error:
        raise ValidationError({"message": error}) from error


def _close(
    contribution: Contribution, act: DecisionAct, reason: Reason | None, message: str, at: datetime, by: User
) -> Decision:
    """Write the decision, which answers every report open on this text."""
    decision = write_decision(contribution, act, reason, message, at, by)
    contribution.reports.filter(decision=None).update(decision=decision)
    return decision


def write_decision(
    contribution: Contribution,
    act: DecisionAct,
    reason: Reason | None,
    message: str,
    at: datetime,
    by: User,
    **moved: str,
) -> Decision:
    """Record a decision on a text with its reason, in its own row and in the journal."""
    decision = Decision.objects.create(
        contribution=contribution,
        revision=contribution.current,
        act=act,
        reason=reason,
        message=message,
        at=at,
        by=by,
        **moved,
    )
    details = {"decision": decision.pk, "number": contribution.number, "reason": reason.pk if reason else None, **moved}
    record(
        f"contribution.{JOURNAL_WORDS[act]}",
        contribution,
        by=by,
        consultation_id=contribution.consultation_id,
        details=details,
    )
    return decision


def _changes(contribution: Contribution, now: datetime, *, was_placed: bool, was_shown: bool) -> list[Announcement]:
    """Return what to announce after a decision: a text that only now appears on pages is added, else changed."""
    if contribution.published_at is None:
        return row_changed(contribution) + removed_for_author(contribution)
    if not was_placed:
        if contribution.root_id:
            recount([contribution.root_id])
        # It was already on the pages of the teams, as a pending text.
        return [*count_added_row(contribution), changed(contribution, rooms=[staff_room(contribution.topic)])]
    return row_changed(contribution) + recount_around(contribution, now, was_shown=was_shown)


def notify_author(contribution: Contribution, decision: Decision) -> None:
    author = contribution.author.user
    if author is None:
        return
    titles = {
        DecisionAct.HIDE: _("Votre contribution %(ref)s a été masquée"),
        DecisionAct.RESTORE: _("Votre contribution %(ref)s est de nouveau affichée"),
        DecisionAct.PUBLISH: _("Votre contribution %(ref)s est publiée"),
        DecisionAct.MOVE: _("Votre contribution %(ref)s a été déplacée"),
    }
    reads_on = may_read_topic(Viewer(author, decision.at), contribution.topic)
    page = "contributions:detail" if reads_on else "contributions:withdraw"
    notify(
        author,
        kind="decision",
        obj=decision,
        title=titles[DecisionAct(decision.act)] % {"ref": contribution.ref},
        url=reverse(page, args=[contribution.consultation.slug, contribution.number]),
        text=_letter(decision, reads_on=reads_on),
        at_once=True,
        now=decision.at,
    )


def _letter(decision: Decision, *, reads_on: bool) -> str:
    """Return the moderator's message and the text it concerns, for the author."""
    parts = []
    if decision.act == DecisionAct.MOVE:
        parts.append(_new_place(decision, reads_on=reads_on))
    if decision.reason:
        parts.append(_("Motif : %(reason)s") % {"reason": decision.reason.label})
        if decision.reason.explanation:
            parts.append(decision.reason.explanation)
    if decision.message:
        parts.append(decision.message)
    if decision.act == DecisionAct.HIDE and decision.revision:
        parts.append(_("Votre texte reste lisible pour vous seul :") + "\n\n" + decision.revision.plain)
    return "\n\n".join(parts)


def _new_place(decision: Decision, *, reads_on: bool) -> str:
    """Return the sentence about the thread's new topic; do not name one that the author may not read."""
    if reads_on:
        text = _("Elle était dans %(from)s ; elle se lit désormais dans %(to)s, à la même adresse.")
    else:
        text = _(
            "Elle était dans %(from)s ; elle est désormais dans une thématique réservée, que vous ne lisez pas. "
            "Vous pouvez toujours retirer votre texte, depuis « Ma page »."
        )
    return text % {"from": quoted(decision.moved_from), "to": quoted(decision.moved_to)}
