"""Refuse the letters of a team, and receive them again: by a link of one's own, without an account at hand."""

from datetime import datetime

from django.db import transaction

from concertation.consultations.live import staff_pages_changed
from concertation.consultations.models import Participation
from concertation.journal.actions import record
from concertation.live.actions import announce

from ..models import Unsubscription


def refuse_letters(participation: Participation, *, now: datetime) -> Participation:
    """Write no more letters to this person; a repeated refusal changes nothing."""
    with transaction.atomic():
        _refused, is_new = Unsubscription.objects.get_or_create(participation=participation, defaults={"at": now})
        if is_new:
            _tell("letters.refused", participation)
    return participation


def resume_letters(participation: Participation) -> Participation:
    """Write letters to this person again."""
    with transaction.atomic():
        deleted, _by_model = Unsubscription.objects.filter(participation=participation).delete()
        if deleted:
            _tell("letters.resumed", participation)
    return participation


def _tell(verb: str, participation: Participation) -> None:
    record(verb, participation, by=participation.user, consultation_id=participation.consultation_id)
    announce(staff_pages_changed(participation.consultation_id))
