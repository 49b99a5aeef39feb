"""Invitations: a mail with a link that grants a role once, until it expires or is revoked.

The token is only in the mail: the database stores its digest, and the outbox blanks the mail once sent.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from concertation.accounts.mailboxes import canonical
from concertation.accounts.models import Organisation, User
from concertation.journal.actions import record
from concertation.live.actions import announce, announced_together
from concertation.notices.actions import QueuedMail, queue_mails
from concertation.permissions import require
from concertation.texts.clean import one_line
from concertation.texts.direction import isolated
from concertation.texts.templatetags.french import day, quoted
from concertation.viewer import Viewer

from ..live import staff_pages_changed
from ..models import ActorKind, Consultation, Invitation, Membership, Role, Territory
from .roles import check_end, grant_role, role_name, save_role

VALIDITY = timedelta(days=30)
# A repeated request within this time changes nothing: the mail is on its way.
BETWEEN_LETTERS = timedelta(minutes=1)


def invite(
    consultation: Consultation,
    *,
    email: str,
    role: str,
    organisation: Organisation | None,
    by: User,
    now: datetime,
    name: str = "",
    actor_kind: ActorKind | None = None,
    territory: Territory | None = None,
    message: str = "",
    open_to_others: bool = False,
    role_ends_at: datetime | None = None,
) -> Invitation:
    """Invite an address to a role; a repeated invitation changes nothing while the first one is valid."""
    require(Viewer(by, now), "consultations.organise", consultation)
    address = _checked_address(email)
    check_end(role_ends_at, now)
    if role not in ("", *Role.values):
        raise ValidationError({"role": _("Choisissez un rôle de la liste.")})
    if _holds(consultation, address, role, now):
        raise ValidationError({"email": _("Cette personne a déjà ce rôle.")}, code="held")
    with transaction.atomic():
        # Lock first, so that two organisers who invite the same address create one invitation.
        consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
        pending = _pending(consultation, address, role)
        if pending:
            if not pending.is_past(now) and pending.role_ends_at == role_ends_at:
                return pending
            pending.role_ends_at = role_ends_at
            return _send(pending, now=now, by=by, verb="invitation.resent")
        invitation = Invitation(
            consultation=consultation,
            email=address,
            name=one_line(name)[:80],
            role=role,
            organisation=organisation,
            actor_kind=actor_kind,
            territory=territory,
            message=message.strip(),
            open_to_others=open_to_others,
            role_ends_at=role_ends_at,
            invited_by=by,
            created_at=now,
        )
        return _send(invitation, now=now, by=by, verb="invitation.sent")


def give_role(
    consultation: Consultation,
    *,
    to: User | str,
    role: str,
    by: User,
    now: datetime,
    ends_at: datetime | None = None,
) -> Membership | Invitation:
    """Give a role to a person; invite them to it if ``to`` is the address of somebody without an account."""
    if isinstance(to, User):
        return grant_role(consultation, user=to, role=role, ends_at=ends_at, by=by)
    return invite(consultation, email=to, role=role, organisation=None, role_ends_at=ends_at, by=by, now=now)


def resend_invitation(invitation: Invitation, *, by: User, now: datetime) -> Invitation:
    """Send the mail again with a new link and a new expiry; the former link no longer works."""
    require(Viewer(by, now), "consultations.organise", invitation.consultation)
    with transaction.atomic():
        locked = _locked(pk=invitation.pk)
        if locked.accepted_at:
            raise ValidationError(_("Cette invitation a déjà été acceptée."), code="used")
        if locked.revoked_at:
            raise ValidationError(_("Cette invitation a été annulée. Envoyez-en une nouvelle."), code="revoked")
        check_end(locked.role_ends_at, now)
        if now < locked.sent_at + BETWEEN_LETTERS:
            raise ValidationError(
                _("Cette invitation est partie il y a moins d’une minute. Attendez un peu avant de la renvoyer."),
                code="just_sent",
            )
        return _send(locked, now=now, by=by, verb="invitation.resent")


def revoke_invitation(invitation: Invitation, *, by: User, now: datetime) -> Invitation:
    """Revoke an invitation: its link no longer grants anything."""
    require(Viewer(by, now), "consultations.organise", invitation.consultation)
    with transaction.atomic():
        locked = _locked(pk=invitation.pk)
        if locked.accepted_at:
            raise ValidationError(
                _("Cette invitation a déjà été acceptée. Mettez plutôt fin au rôle de la personne."), code="used"
            )
        if locked.revoked_at is None:
            locked.revoked_at = now
            locked.save(update_fields=["revoked_at"])
            record("invitation.revoked", locked, by=by, consultation_id=locked.consultation_id)
            announce(staff_pages_changed(locked.consultation_id))
    return locked


def accept_invitation(token: str, *, user: User, now: datetime, proved_address: str = "") -> Invitation:
    """Grant the role, once, to the owner of the invited address; an open invitation accepts any account.

    ``proved_address`` is another address for which this person has just typed a code.
    """
    with transaction.atomic(), announced_together():
        invitation = _locked(token_digest=digest_of(token))
        if invitation.accepted_at and invitation.accepted_by_id == user.pk:
            return invitation
        check_usable(invitation, now)
        if not is_for(invitation, user) and invitation.email != proved_address:
            raise ValidationError(_("Confirmez d’abord l’adresse à laquelle l’invitation est écrite."), code="address")
        invitation.accepted_at = now
        invitation.accepted_by = user
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        consultation = invitation.consultation
        record("invitation.accepted", invitation, by=user, consultation_id=consultation.pk)
        if invitation.role:
            save_role(consultation, user=user, role=invitation.role, ends_at=invitation.role_ends_at, now=now, by=user)
        announce(staff_pages_changed(consultation.pk))
    return invitation


def is_for(invitation: Invitation, user: User) -> bool:
    """Return whether this account may accept without proving another address."""
    return invitation.open_to_others or invitation.email == user.email


def find_invitation(token: str) -> Invitation:
    """Return the invitation of a link, in whatever state."""
    return _found(
        Invitation.objects.select_related("consultation", "organisation__merged_into"), token_digest=digest_of(token)
    )


def check_usable(invitation: Invitation, now: datetime) -> None:
    """Raise the reason why a link no longer grants anything."""
    if invitation.accepted_at:
        raise ValidationError(_("Cette invitation a déjà été utilisée : un lien ne sert qu’une fois."), code="used")
    if invitation.revoked_at:
        raise ValidationError(_("Cette invitation a été annulée par l’organisation."), code="revoked")
    if invitation.is_past(now):
        raise ValidationError(
            _("Cette invitation a expiré le %(day)s."),
            params={"day": day(invitation.expires_at, invitation.consultation.zone)},
            code="expired",
        )


def digest_of(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def _locked(**where: object) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("consultation")
    return _found(rows, **where)


def _found(rows: QuerySet[Invitation], **where: object) -> Invitation:
    invitation = rows.filter(**where).first()
    if invitation is None:
        raise ValidationError(
            _("Ce lien d’invitation n’existe pas, ou un lien plus récent vous a été envoyé depuis."), code="unknown"
        )
    return invitation


def _send(invitation: Invitation, *, now: datetime, by: User, verb: str) -> Invitation:
    """Give the invitation a new token and put its mail in the outbox, in the caller's transaction."""
    letter = renew(invitation, now=now, by=by)
    invitation.save()
    record(verb, invitation, by=by, consultation_id=invitation.consultation_id, details={"role": invitation.role})
    queue_mails([letter], due=now)
    announce(staff_pages_changed(invitation.consultation_id))
    return invitation


def renew(invitation: Invitation, *, now: datetime, by: User) -> QueuedMail:
    """Give the invitation a new token and expiry, unsaved, and return its mail, signed by the sender."""
    token = secrets.token_urlsafe(32)
    invitation.token_digest = digest_of(token)
    invitation.sent_at = now
    invitation.expires_at = min(now + VALIDITY, invitation.role_ends_at or now + VALIDITY)
    invitation.mail_key = f"invitation:{invitation.token_digest[:40]}"
    subject = _("Invitation à la concertation %(title)s") % {"title": quoted(one_line(invitation.consultation.title))}
    text = _letter(invitation, token, by)
    return QueuedMail(key=invitation.mail_key, to=invitation.email, subject=subject, text=text, secret=True)


def _letter(invitation: Invitation, token: str, by: User) -> str:
    consultation = invitation.consultation
    hello = _("Bonjour %(name)s,") % {"name": isolated(invitation.name)} if invitation.name else _("Bonjour,")
    if invitation.role:
        asks = _("L’équipe de la concertation %(title)s vous invite à la rejoindre avec le rôle : %(role)s.") % {
            "title": quoted(consultation.title),
            "role": role_name(consultation, invitation.role),
        }
    else:
        asks = _("L’équipe de la concertation %(title)s vous invite à y participer.") % {
            "title": quoted(consultation.title)
        }
    link = settings.SITE_URL + reverse("consultations:invitation", args=[token])
    term = _("Pour accepter, ouvrez ce lien avant le %(day)s :") % {
        "day": day(invitation.expires_at, consultation.zone)
    }
    ends = _("Ce lien est personnel et ne sert qu’une fois. Si vous n’attendiez pas ce message, vous pouvez l’ignorer.")
    team = _("pour l’équipe de la concertation")
    signed = f"{isolated(by.display_name)}\n{team}" if by.display_name else ""
    parts = (hello, asks, invitation.message, term, link, signed, ends)
    return "\n\n".join(part for part in parts if part) + "\n"


def _checked_address(email: str) -> str:
    try:
        return canonical(email)
    except ValidationError:
        raise ValidationError(
            {"email": _("Cette adresse électronique n’est pas valable. Exemple : prenom.nom@ville.fr.")}
        ) from None


def _holds(consultation: Consultation, address: str, role: str, now: datetime) -> bool:
    held = Membership.objects.filter(consultation=consultation, user__email=address, role=role)
    return bool(role) and held.held_at(now).exists()


def _pending(consultation: Consultation, address: str, role: str) -> Invitation | None:
    unanswered = Invitation.objects.filter(consultation=consultation).unanswered()
    return unanswered.filter(email=address, role=role).select_related("consultation").first()
