"""Refuse the letters of a team, and receive them again: by a link of one's own, without an account at hand."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from concertation.consultations.live import staff_pages_changed
from concertation.consultations.models import Participation
from concertation.journal.actions import record
from concertation.live.actions import announce
from concertation.notices.actions import withdraw_mails

from ..mails import mail_key
from ..models import Unsubscription

# Letters whose mails may not have left when somebody refuses them.
RECENT = 20


def refuse_letters(participation: Participation, *, now: datetime) -> Participation:
    """Write no more letters to this person; a repeated refusal changes nothing."""
    with transaction.atomic():
        _refused, is_new = Unsubscription.objects.get_or_create(participation=participation, defaults={"at": now})
        if is_new:
            withdraw_mails(mail_key(*one) for one in _waiting(participation))
            _tell("letters.refused", participation)
    return participation


def resume_letters(participation: Participation) -> Participation:
    """Write letters to this person again."""
    with transaction.atomic():
        deleted, _by_model = Unsubscription.objects.filter(participation=participation).delete()
        if deleted:
            _tell("letters.resumed", participation)
    return participation


def _waiting(participation: Participation) -> Iterator[tuple[int, int]]:
    """Yield the letters, and this person, whose mails may still wait in the outbox."""
    letters = participation.letters_received.filter(letter__mailing__isnull=False)
    for pk in letters.order_by("-pk").values_list("letter", flat=True)[:RECENT]:
        yield pk, participation.pk


def _tell(verb: str, participation: Participation) -> None:
    record(verb, participation, by=participation.user, consultation_id=participation.consultation_id)
    announce(staff_pages_changed(participation.consultation_id))
