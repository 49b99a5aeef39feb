"""In whose name people speak: they say so themselves, and the organiser confirms it or takes it back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.journal.actions import record
from concertation.notices.actions import notify
from concertation.permissions import require

from ..models import Participation, SpeaksFor


def confirm_speaker(participation: Participation, *, by: User) -> Participation:
    """The organiser vouches that this person speaks for their organisation; what they write from now on says so."""
    return _settle(participation, SpeaksFor.CONFIRMED, verb="participation.confirmed", by=by)


def refuse_speaker(participation: Participation, *, by: User) -> Participation:
    """The organiser takes it back: this person speaks for themselves, and what they wrote keeps what it said."""
    return _settle(participation, SpeaksFor.NO, verb="participation.refused", by=by)


def _settle(participation: Participation, stands_for: SpeaksFor, *, verb: str, by: User) -> Participation:
    require(by, "consultations.organise", participation.consultation)
    with transaction.atomic():
        rows = Participation.objects.select_for_update(of=("self",)).select_related(
            "consultation", "organisation", "user"
        )
        locked = rows.get(pk=participation.pk)
        if locked.speaks_for == stands_for:
            return locked
        if stands_for == SpeaksFor.CONFIRMED and locked.speaks_for == SpeaksFor.NO:
            raise ValidationError(_("Cette personne ne dit plus parler au nom d’une organisation."), code="not_claimed")
        locked.speaks_for = stands_for
        locked.save(update_fields=["speaks_for"])
        details = {"organisation": locked.organisation_id}
        record(verb, locked, by=by, consultation_id=locked.consultation_id, details=details)
        _tell(locked)
    return locked


def _tell(participation: Participation) -> None:
    """The person learns it at once; an imported author has no account to be told."""
    if participation.user is None:
        return
    consultation, organisation = participation.consultation, participation.organisation
    if participation.speaks_for == SpeaksFor.CONFIRMED:
        text = _("L’équipe d’organisation confirme que vous parlez au nom de %(organisation)s. Vos textes le diront.")
    else:
        text = _(
            "L’équipe d’organisation ne confirme pas que vous parlez au nom de %(organisation)s. Vos prochains textes "
            "paraîtront à titre personnel."
        )
    notify(
        participation.user,
        kind="participation",
        obj=participation,
        title=_("Au nom de qui vous parlez dans « %(title)s »") % {"title": consultation.title},
        url=reverse("consultations:participation", args=[consultation.slug]),
        text=text % {"organisation": organisation},
        at_once=True,
    )
