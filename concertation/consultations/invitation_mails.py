"""State of each invitation: that of its mail comes from the outbox, the rest from its own dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from concertation.notices.models import Message

from .actions.roles import role_name
from .models import Consultation, Invitation


class LetterState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    REVOKED = "revoked"


_TONES = {
    LetterState.WAITING: "neutral",
    LetterState.SENT: "info",
    LetterState.FAILED: "danger",
    LetterState.ACCEPTED: "success",
    LetterState.EXPIRED: "warning",
    LetterState.REVOKED: "neutral",
}


@dataclass(frozen=True)
class Letter:
    invitation: Invitation
    role: str
    state: LetterState
    error: str

    @property
    def label(self) -> str:
        return {
            LetterState.WAITING: _("En attente d’envoi"),
            LetterState.SENT: _("Envoyée"),
            LetterState.FAILED: _("Échec de l’envoi"),
            LetterState.ACCEPTED: _("Acceptée"),
            LetterState.EXPIRED: _("Expirée"),
            LetterState.REVOKED: _("Annulée"),
        }[self.state]

    @property
    def tone(self) -> str:
        return _TONES[self.state]

    @property
    def can_be_resent(self) -> bool:
        return self.state not in (LetterState.ACCEPTED, LetterState.REVOKED)


def with_state(consultation: Consultation, invitations: Iterable[Invitation], now: datetime) -> list[Letter]:
    """Return the invitations with their state, in one query of the outbox."""
    rows = list(invitations)
    mails = {mail.key: mail for mail in Message.objects.filter(key__in=[row.mail_key for row in rows])}
    letters = []
    for row in rows:
        mail = mails.get(row.mail_key)
        error = mail.error if mail and mail.failed else ""
        letters.append(Letter(row, role_name(consultation, row.role), _state(row, mail, now), error))
    return letters


def _state(invitation: Invitation, mail: Message | None, now: datetime) -> LetterState:
    if invitation.accepted_at:
        return LetterState.ACCEPTED
    if invitation.revoked_at:
        return LetterState.REVOKED
    if mail and mail.failed:
        return LetterState.FAILED
    if now >= invitation.expires_at:
        return LetterState.EXPIRED
    return LetterState.SENT if mail and mail.sent else LetterState.WAITING
