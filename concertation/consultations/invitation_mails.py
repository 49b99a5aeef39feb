"""State of each invitation: that of its mail comes from the outbox, the rest from its own dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from concertation.notices.models import Message

from .actions.roles import role_name
from .models import Consultation, Invitation


class MailState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    REVOKED = "revoked"


_TONES = {
    MailState.WAITING: "neutral",
    MailState.SENT: "info",
    MailState.FAILED: "danger",
    MailState.ACCEPTED: "success",
    MailState.EXPIRED: "warning",
    MailState.REVOKED: "neutral",
}


@dataclass(frozen=True)
class SentInvitation:
    invitation: Invitation
    role: str
    state: MailState
    error: str

    @property
    def label(self) -> str:
        return {
            MailState.WAITING: _("En attente d’envoi"),
            MailState.SENT: _("Envoyée"),
            MailState.FAILED: _("Échec de l’envoi"),
            MailState.ACCEPTED: _("Acceptée"),
            MailState.EXPIRED: _("Expirée"),
            MailState.REVOKED: _("Annulée"),
        }[self.state]

    @property
    def tone(self) -> str:
        return _TONES[self.state]

    @property
    def can_be_resent(self) -> bool:
        return self.state not in (MailState.ACCEPTED, MailState.REVOKED)


def with_state(consultation: Consultation, invitations: Iterable[Invitation], now: datetime) -> list[SentInvitation]:
    """Return the invitations with their state, in one query of the outbox."""
    rows = list(invitations)
    mails = {mail.key: mail for mail in Message.objects.filter(key__in=[row.mail_key for row in rows])}
    letters = []
    for row in rows:
        mail = mails.get(row.mail_key)
        error = mail.error if mail and mail.failed else ""
        letters.append(SentInvitation(row, role_name(consultation, row.role), _state(row, mail, now), error))
    return letters


def _state(invitation: Invitation, mail: Message | None, now: datetime) -> MailState:
    if invitation.accepted_at:
        return MailState.ACCEPTED
    if invitation.revoked_at:
        return MailState.REVOKED
    if mail and mail.failed:
        return MailState.FAILED
    if invitation.is_past(now):
        return MailState.EXPIRED
    return MailState.SENT if mail and mail.sent else MailState.WAITING
