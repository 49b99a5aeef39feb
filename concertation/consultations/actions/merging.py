"""Merge two organisations, and undo it. No row that refers to them is rewritten."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import Organisation, User
from concertation.journal.actions import record
from concertation.live.actions import Announcement, announce
from concertation.permissions import require
from concertation.slots import Slot
from concertation.viewer import Viewer

from ..live import staff_pages_changed
from ..models import Consultation
from ..organisations import Pair, consultations_of

# The pages that show the name of an organisation, announced when another name stands for it.
organisation_renamed: Slot[[Organisation, datetime], Announcement] = Slot()


def merge_organisations(
    organisation: Organisation, *, into: Organisation, consultation: Consultation, by: User
) -> Organisation:
    """Show ``organisation`` as ``into`` everywhere; rows that refer to it still do."""
    require(Viewer(by), "consultations.merge_organisations", Pair(organisation, into, consultation))
    with transaction.atomic():
        locked = _locked(organisation, into)
        one, kept = locked[organisation.pk], locked[into.pk]
        if one.merged_into_id == kept.pk:
            return one
        _check(one, kept)
        _set(one, kept, consultation, verb="organisation.merged", details={"into": kept.pk}, by=by)
    return one


def separate_organisation(organisation: Organisation, *, consultation: Consultation, by: User) -> Organisation:
    """Undo a merge: the organisation is shown by its own name again."""
    if organisation.merged_into is None:
        return organisation
    require(Viewer(by), "consultations.merge_organisations", Pair(organisation, organisation.merged_into, consultation))
    with transaction.atomic():
        one = _locked(organisation)[organisation.pk]
        if one.merged_into_id is None:
            return one
        details = {"from": one.merged_into_id}
        _set(one, None, consultation, verb="organisation.separated", details=details, by=by)
    return one


def _locked(*organisations: Organisation) -> dict[int, Organisation]:
    """Lock the rows in the order of their keys, without blocking inserts that refer to them (FOR NO KEY UPDATE)."""
    rows = Organisation.objects.select_for_update(no_key=True).filter(pk__in=[one.pk for one in organisations])
    return {one.pk: one for one in rows.order_by("pk")}


def _check(one: Organisation, kept: Organisation) -> None:
    if one.pk == kept.pk:
        raise ValidationError({"into": _("Choisissez une autre organisation que celle-ci.")})
    if one.merged_into_id is not None or kept.merged_into_id is not None:
        raise ValidationError({"into": _("L’une des deux vient d’être réunie à une autre. Rechargez la page.")})
    if one.merged.exists():
        raise ValidationError(
            {"into": _("D’autres organisations y sont réunies. Gardez plutôt celle-ci, ou séparez-les d’abord.")}
        )


def _set(
    one: Organisation,
    kept: Organisation | None,
    consultation: Consultation,
    *,
    verb: str,
    details: dict[str, int],
    by: User,
) -> None:
    one.merged_into = kept
    one.save(update_fields=["merged_into"])
    record(verb, one, by=by, consultation_id=consultation.pk, details=details)
    shown = organisation_renamed.gather(one, timezone.now())
    announce(*shown, *map(staff_pages_changed, sorted(consultations_of(one))))
