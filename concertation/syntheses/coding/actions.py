"""Verbs of coding: extracts of contributions, and reading marks."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.consultations.models import Nature
from concertation.journal.actions import record
from concertation.live.actions import announce
from concertation.permissions import require
from concertation.texts import sentences
from concertation.viewer import Viewer
from contributions.models import Contribution, Keyword, Revision, State

from ..live import corpus_changed
from ..models import Extract, Reading

CONTEXT = 32


def create_extract(
    contribution: Contribution,
    *,
    start: int,
    end: int,
    revision: Revision | None = None,
    nature: Nature | None = None,
    keywords: Iterable[Keyword] = (),
    now: datetime | None = None,
    by: User,
) -> Extract:
    """Create an extract: a passage, word for word, of the present text (or of the ``revision`` the analyst read).

    ``start`` and ``end`` are code points of ``Revision.plain``; white space at the edges is left out. The same
    passage again returns the same extract.
    """
    require(Viewer(by, now), "syntheses.code", contribution)
    read = revision or contribution.current
    if read is None or read.contribution_id != contribution.pk or contribution.state != State.PUBLISHED:
        raise ValidationError(_("Cette contribution n’est pas affichée : aucun passage ne peut en être extrait."))
    start, end = _trimmed(read.plain, start, end)
    with transaction.atomic():
        extract, is_new = Extract.objects.get_or_create(
            revision=read,
            start=start,
            end=end,
            defaults={
                **_words_at(read.plain, start, end),
                "contribution": contribution,
                "nature": nature,
                "by": by,
                "at": now or timezone.now(),
            },
        )
        if is_new:
            extract.keywords.set(keywords)
            _mark(contribution, Reading.Outcome.CODED, "", now, by)
            record("extract.created", extract, by=by, consultation_id=contribution.consultation_id)
            announce(corpus_changed(contribution.consultation_id))
    return extract


def extract_sentences(
    contribution: Contribution,
    *,
    first: int,
    last: int,
    revision: Revision | None = None,
    nature: Nature | None = None,
    keywords: Iterable[Keyword] = (),
    by: User,
) -> Extract:
    """Create an extract from the ``first`` to the ``last`` sentence, counted from 0, for a page without selection."""
    read = revision or contribution.current
    spans = sentences.split(read.plain) if read else []
    first, last = min(first, last), max(first, last)
    if first < 0 or last >= len(spans):
        raise ValidationError(_("Cochez la première et la dernière phrase du passage."))
    start, end = spans[first][0], spans[last][1]
    return create_extract(
        contribution, start=start, end=end, revision=revision, nature=nature, keywords=keywords, by=by
    )


def delete_extract(extract: Extract, *, by: User) -> None:
    """Delete an extract that no recommendation cites."""
    require(Viewer(by), "syntheses.code", extract.contribution)
    with transaction.atomic():
        locked = Extract.objects.select_for_update().filter(pk=extract.pk).first()
        if locked is None:
            return
        if locked.evidence.exists():
            raise ValidationError(_("Cet extrait est cité par une recommandation : retirez d’abord la citation."))
        record("extract.deleted", locked, by=by, consultation_id=extract.contribution.consultation_id)
        locked.delete()
        announce(corpus_changed(extract.contribution.consultation_id))


def mark_read(
    contribution: Contribution, *, outcome: str, reason: str = "", now: datetime | None = None, by: User
) -> Reading:
    """Mark a contribution as read; « lue, non citée » needs a reason."""
    require(Viewer(by, now), "syntheses.code", contribution)
    if outcome == Reading.Outcome.NOT_CITED and not reason.strip():
        raise ValidationError({"reason": _("Dites en quelques mots pourquoi elle n’est pas citée.")})
    with transaction.atomic():
        reading = _mark(contribution, outcome, reason.strip(), now, by)
        announce(corpus_changed(contribution.consultation_id))
    return reading


def _mark(contribution: Contribution, outcome: str, reason: str, now: datetime | None, by: User) -> Reading:
    reading, is_new = Reading.objects.get_or_create(
        contribution=contribution,
        defaults={"outcome": outcome, "reason": reason, "by": by, "at": now or timezone.now()},
    )
    if is_new or (reading.outcome, reading.reason) != (outcome, reason):
        reading.outcome, reading.reason, reading.by, reading.at = outcome, reason, by, now or timezone.now()
        reading.save()
        record(f"reading.{outcome}", contribution, by=by, consultation_id=contribution.consultation_id)
    return reading


def _words_at(plain: str, start: int, end: int) -> dict[str, str]:
    """Return the passage, and the words just before and after it."""
    return {
        "quote": plain[start:end],
        "prefix": plain[max(0, start - CONTEXT) : start],
        "suffix": plain[end : end + CONTEXT],
    }


def _trimmed(plain: str, start: int, end: int) -> tuple[int, int]:
    if not 0 <= start < end <= len(plain):
        raise ValidationError(_("Le passage choisi n’est pas dans le texte. Sélectionnez-le de nouveau."))
    passage = plain[start:end]
    start += len(passage) - len(passage.lstrip())
    end -= len(passage) - len(passage.rstrip())
    if start >= end:
        raise ValidationError(_("Le passage choisi est vide. Sélectionnez au moins un mot."))
    return start, end
