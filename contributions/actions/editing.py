"""Edit one's text, with its history, and withdraw it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.consultations.limits import check_limit
from concertation.consultations.models import Nature, Phase, Stake
from concertation.documents.conflicts import Version, merge
from concertation.journal.actions import record
from concertation.live.actions import Announcement, announce
from concertation.permissions import require
from concertation.search.actions import index
from concertation.slots import Hooks
from concertation.viewer import Viewer

from .. import search, tree
from ..corpus_files import stale_files
from ..models import Contribution, State
from ..rules import is_staff_at
from ..wording import Wording, check_frame, word
from .posting import UNSET, _Unset, check_open, save_revision

# What higher apps do with a text that its author takes back, before it is announced.
contribution_withdrawn: Hooks[[Contribution]] = Hooks()


def edit_contribution(
    contribution: Contribution,
    *,
    body: str,
    by: User,
    title: str = "",
    nature: Nature | _Unset | None = UNSET,
    stakes: Collection[Stake] | _Unset = UNSET,
    expected_version: Version | None = None,
    now: datetime | None = None,
) -> Contribution:
    """Replace the words of a text by its author, while the phase takes edits; each revision stays in the history.

    ``expected_version`` is that of the words, the nature and the stakes from which the author edited.
    """
    now = now or timezone.now()
    require(Viewer(by, now), "contributions.edit", contribution)
    phase = contribution.topic.phase
    check_open(phase, now, is_reply=not contribution.is_root)
    wording = word(body, title=title, is_reply=not contribution.is_root)
    with transaction.atomic():
        locked = lock(contribution)
        new_nature = None if nature in (UNSET, locked.nature) else nature
        check_frame(phase.consultation, phase, new_nature, () if stakes is UNSET else stakes)
        _check_editable(locked)
        wording = _merged(locked, wording, expected_version)
        chosen = merge(locked, _given(nature=nature, stakes=stakes), expected_version)
        check_limit("contribution.edited", phase.consultation, by=by)
        details = _reword(locked, wording, by=by, now=now)
        if not _reclassify(locked, chosen) and not details:
            return locked
        was_shown = locked.state == State.PUBLISHED
        if details and phase.moderation == Phase.Moderation.BEFORE and not is_staff_at(Viewer(by, now), locked):
            locked.state = State.PENDING
        locked.save(update_fields=["current", "title", "nature", "state"])
        if details:
            index(search.NAME, [locked])
        record("contribution.edited", locked, by=by, consultation_id=locked.consultation_id, details=details)
        announce(*_news_of(locked, now, was_shown=was_shown))
    return locked


def withdraw_contribution(contribution: Contribution, *, by: User, now: datetime | None = None) -> Contribution:
    """Withdraw a text by its author, at any time: a placeholder replaces it, the replies stay."""
    now = now or timezone.now()
    require(Viewer(by, now), "contributions.withdraw", contribution)
    with transaction.atomic():
        locked = lock(contribution)
        if locked.state == State.WITHDRAWN:
            return locked
        was_shown = locked.state == State.PUBLISHED
        locked.state = State.WITHDRAWN
        locked.save(update_fields=["state"])
        index(search.NAME, [locked])
        news = tree.row_changed(locked)
        if locked.published_at:
            news += tree.recount_around(locked, now, was_shown=was_shown)
        contribution_withdrawn.run(locked)
        record("contribution.withdrawn", locked, by=by, consultation_id=locked.consultation_id)
        stale = stale_files(locked.consultation_id)
        announce(*news, *tree.removed_for_author(locked), tree.queue_changed(locked), *stale)
    return locked


def lock(contribution: Contribution) -> Contribution:
    """Lock a contribution until the end of the verb; return it as it is now."""
    # Lock first: under READ COMMITTED a blocked query reads topic and phase from the snapshot from before it blocked.
    tree.lock_rows(Contribution.objects.filter(pk=contribution.pk))
    found = Contribution.objects.select_related(
        "topic__phase__consultation", "current", "nature", "author__user", "root__topic__phase__consultation"
    ).get(pk=contribution.pk)
    found.consultation = found.topic.phase.consultation
    return found


def _news_of(edited: Contribution, now: datetime, *, was_shown: bool) -> list[Announcement]:
    """Return what to announce to pages that show or quote the text, and to moderators' pages."""
    news = tree.row_changed(edited)
    if was_shown:
        recounted = edited.state == State.PENDING and tree.recount_around(edited, now, was_shown=True)
        news += recounted or tree.shown_elsewhere([edited], now)
    if edited.state == State.PENDING or edited.reports.filter(decision=None).exists():
        news.append(tree.queue_changed(edited))
    return news


def _check_editable(locked: Contribution) -> None:
    if locked.state == State.HIDDEN:
        raise ValidationError(_("Cette contribution a été masquée par la modération : elle ne peut pas être modifiée."))
    if locked.state == State.WITHDRAWN:
        raise ValidationError(_("Cette contribution a été retirée : elle ne peut plus être modifiée."))


def _merged(locked: Contribution, wording: Wording, expected: Version | None) -> Wording:
    """Return the words to save: those that the author changed, beside what they left as it is now."""
    text = locked.current
    assert text is not None
    mine = {"title": wording.title, "body": wording.body}
    chosen = {"title": text.title, "body": text.body, **merge(text, mine, expected)}
    return wording if chosen == mine else word(**chosen, is_reply=not locked.is_root)


def _reword(locked: Contribution, wording: Wording, *, by: User, now: datetime) -> dict[str, int]:
    """Save a new revision if the words are new; return its number for the journal."""
    assert locked.current is not None
    if (wording.title, wording.body) == (locked.current.title, locked.current.body):
        return {}
    number = locked.current.number + 1
    locked.current = save_revision(locked, wording, number=number, by=by, now=now)
    locked.title = wording.title
    return {"revision": number}


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not UNSET}


def _reclassify(locked: Contribution, chosen: dict[str, Any]) -> bool:
    """Write new nature and stakes; return whether any changed."""
    changed = False
    if "nature" in chosen and chosen["nature"] != locked.nature:
        locked.nature = chosen["nature"]
        changed = True
    if "stakes" in chosen and set(chosen["stakes"]) != set(locked.stakes.all()):
        locked.stakes.set(chosen["stakes"])
        changed = True
    return changed
