"""Make a new draft of a consultation that exists, with its dates shifted."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from concertation.accounts.models import LegalText, User
from concertation.journal.actions import record
from concertation.journal.receipts import writes_once
from concertation.permissions import require
from concertation.viewer import Viewer

from ..cloning import TEXTS, Clone, parts
from ..models import Consultation, Membership, Role
from .consultations import check_consultation, free_slug


@writes_once
def clone_consultation(
    source: Consultation,
    *,
    title: str,
    starts_on: date | None = None,
    slug: str = "",
    now: datetime | None = None,
    by: User,
) -> Consultation:
    """Create a draft from the frame, the programme, the ateliers and the texts of ``source``, for who may create one.

    Dates are shifted so that its first phase opens on ``starts_on``, at its former hour; without it they stay. The
    journal of the draft begins with one entry for all of it.
    """
    viewer = Viewer(by, now)
    require(viewer, "consultations.create_consultation")
    require(viewer, "consultations.manage", source)
    texts = {name: getattr(source, name) for name in TEXTS}
    target = Consultation(title=title, slug=slug or free_slug(title), **texts)
    check_consultation(target)
    days = _days_to(starts_on, source)
    with transaction.atomic():
        target.save()
        Membership.objects.create(consultation=target, user=by, role=Role.ORGANISER, created_at=viewer.now)
        _copy_charter(source, target)
        parts.run(Clone(source, target, days))
        details = {"source": source.slug}
        record("consultation.cloned", target, by=by, consultation_id=target.pk, details=details)
    return target


def _days_to(starts_on: date | None, source: Consultation) -> int:
    first = source.phases.order_by("opens_at").first()
    if starts_on is None or first is None:
        return 0
    if not 1900 < starts_on.year < 2200:
        raise ValidationError({"starts_on": _("Cette année n’est pas vraisemblable.")})
    return (starts_on - first.opens_at.astimezone(source.tz).date()).days


def _copy_charter(source: Consultation, target: Consultation) -> None:
    if source.charter is None:
        return
    former = source.charter
    target.charter = LegalText.objects.create(
        key=f"charter:{target.pk}", kind=former.kind, version=1, title=former.title, body=former.body, html=former.html
    )
    target.save(update_fields=["charter"])
