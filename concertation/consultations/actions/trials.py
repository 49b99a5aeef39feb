"""Mark what is written to try a consultation, and delete it before people come."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.journal.actions import record
from concertation.live.actions import announce, announced_together
from concertation.permissions import require
from concertation.viewer import Viewer

from ..live import staff_pages_changed
from ..models import Consultation
from ..numbers import lock_numbers
from ..rules import consultation_of
from ..trials import TrialKind, trial_kinds


def mark_trial(kind: TrialKind, row: Any, *, is_trial: bool, by: User, now: datetime | None = None) -> Any:
    """Mark a row as a trial, by its author or the team while the consultation is not public; or unmark it."""
    viewer = require(Viewer(by, now), kind.permission, row)
    with transaction.atomic():
        row = kind.lock(row)
        if row.is_trial == is_trial:
            return row
        if is_trial and consultation_of(row).is_public(viewer.now):
            raise ValidationError(
                _("La concertation est publique : rien n’y est plus marqué comme essai."), code="public"
            )
        row.is_trial = is_trial
        row.save(update_fields=["is_trial"])
        consultation = consultation_of(row)
        verb = "trial.marked" if is_trial else "trial.unmarked"
        record(verb, row, by=by, consultation_id=consultation.pk)
        announce(*kind.changed(row), staff_pages_changed(consultation.pk))
    return row


def delete_trials(consultation: Consultation, *, by: User, now: datetime | None = None) -> int:
    """Delete the marked rows that nothing else needs, with their reactions and reports; return how many.

    Their numbers stay used and the journal stays. What has an unmarked reply, or serves elsewhere, stays too.
    """
    viewer = require(Viewer(by, now), "consultations.organise", consultation)
    with transaction.atomic(), announced_together():
        lock_numbers(consultation, "contribution")
        doomed = []
        for kind in trial_kinds:
            refusals = kind.refusals(consultation)
            doomed.append((kind, [row.pk for row in kind.rows(consultation) if row.pk not in refusals]))
        for kind, keys in reversed(doomed):
            if keys:
                announce(*kind.delete(consultation, keys, viewer.now))
        count = sum(len(keys) for _kind, keys in doomed)
        if count:
            details = {"count": count}
            record("trials.deleted", consultation, by=by, consultation_id=consultation.pk, details=details)
            announce(staff_pages_changed(consultation.pk))
    return count
