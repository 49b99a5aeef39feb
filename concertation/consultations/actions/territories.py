"""Import a consultation's own territories from a file."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.journal.actions import record
from concertation.live.actions import announce, touched
from concertation.permissions import require
from concertation.viewer import Viewer

from ..live import staff_pages_changed
from ..models import Consultation, Territory
from ..territories import TerritoryRow


def import_territories(consultation: Consultation, rows: Sequence[TerritoryRow], *, by: User) -> list[Territory]:
    """Add the territories of a file, all or none; those already in the list do not change."""
    require(Viewer(by), "consultations.organise", consultation)
    with transaction.atomic():
        # Lock the consultation before the list is compared with the file.
        Consultation.objects.select_for_update().get(pk=consultation.pk)
        here = set(consultation.own_territories.values_list("code", flat=True))
        new = [_territory(consultation, row) for row in rows if row.code not in here]
        if new:
            Territory.objects.bulk_create(new, batch_size=500)
            details = {"count": len(new)}
            record("territory.imported", consultation, by=by, consultation_id=consultation.pk, details=details)
            announce(*touched([consultation]), staff_pages_changed(consultation.pk))
    return new


def _territory(consultation: Consultation, row: TerritoryRow) -> Territory:
    territory = Territory(
        consultation=consultation, kind=Territory.Kind.OTHER, code=row.code, name=row.name, parent=row.parent
    )
    try:
        territory.clean_fields(exclude={"consultation", "parent"})
    except ValidationError as refusal:
        words = {"code": row.code, "message": " ".join(refusal.messages)}
        raise ValidationError(_("Territoire « %(code)s » : %(message)s"), params=words) from None
    return territory
