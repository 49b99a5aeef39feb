"""Invite a whole list at once: say what becomes of each line, then write all in a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from concertation.accounts.models import User
from concertation.batches import SIZE
from concertation.journal.actions import record
from concertation.live.actions import announce
from concertation.notices.actions import queue_mails
from concertation.permissions import require
from concertation.viewer import Viewer

from ..live import staff_pages_changed
from ..models import ActorKind, Consultation, Invitation, Membership, Participation, Territory
from .invitations import BETWEEN_LETTERS, renew
from .organisations import bulk_find_or_create_organisations


@dataclass(frozen=True, slots=True)
class Invited:
    """A person to invite, and the line that names them."""

    email: str
    name: str = ""
    role: str = ""
    actor_kind: ActorKind | None = None
    territory: Territory | None = None
    organisation: str = ""
    line: int = 0


class Fate(models.TextChoices):
    """What becomes of a line; the first three are those to whom a mail is sent."""

    NEW = "new", _("Sera invitée")
    AGAIN = "again", _("Invitation expirée, sera renvoyée")
    ON_ITS_WAY = "on_its_way", _("L’invitation est en route")
    INVITED = "invited", _("Déjà invitée")
    PARTICIPATES = "participates", _("Participe déjà")
    HOLDS = "holds", _("A déjà ce rôle")
    REPEATED = "repeated", _("Répétée plus haut")

    @property
    def is_sent(self) -> bool:
        return self in (Fate.NEW, Fate.AGAIN, Fate.ON_ITS_WAY)


@dataclass(frozen=True, slots=True)
class Planned:
    """A person, and what becomes of their line; ``expired`` is the invitation that is sent again."""

    person: Invited
    fate: Fate
    expired: Invitation | None = None


def plan_invitations(consultation: Consultation, people: Sequence[Invited], *, now: datetime) -> list[Planned]:
    """Return what inviting these people would do to each line; nothing is written."""
    here = _Here(consultation, now)
    return [here.plan(person) for person in people]


def invite_many(
    consultation: Consultation,
    *,
    people: Sequence[Invited],
    by: User,
    now: datetime,
    message: str = "",
    open_to_others: bool = False,
) -> list[Planned]:
    """Invite a list, each address once to each role; those who are invited or take part already get no mail."""
    require(Viewer(by, now), "consultations.organise", consultation)
    names = {person.organisation for person in people if person.organisation}
    organisations = bulk_find_or_create_organisations(sorted(names), by=by)
    with transaction.atomic():
        # Lock first, so that two clicks or two organisers invite an address once.
        consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
        planned = plan_invitations(consultation, people, now=now)
        again = [one.expired for one in planned if one.expired]
        new = [
            Invitation(
                consultation=consultation,
                email=one.person.email,
                name=one.person.name,
                role=one.person.role,
                organisation=organisations.get(one.person.organisation),
                actor_kind=one.person.actor_kind,
                territory=one.person.territory,
                message=message.strip(),
                open_to_others=open_to_others,
                invited_by=by,
                created_at=now,
            )
            for one in planned
            if one.fate == Fate.NEW
        ]
        _send(consultation, new, again, by=by, now=now)
    return planned


def _send(
    consultation: Consultation, new: list[Invitation], again: list[Invitation], *, by: User, now: datetime
) -> None:
    if not (new or again):
        return
    for invitation in again:
        invitation.role_ends_at = None  # a list gives no end, and the former one may be past
    letters = [renew(invitation, now=now, by=by) for invitation in (*new, *again)]
    Invitation.objects.bulk_create(new, batch_size=SIZE)
    changed = ["token_digest", "sent_at", "expires_at", "mail_key", "role_ends_at"]
    Invitation.objects.bulk_update(again, changed, batch_size=SIZE // 5)
    queue_mails(letters, due=now)
    details = {"count": len(letters)}
    record("invitation.many_sent", consultation, by=by, consultation_id=consultation.pk, details=details)
    announce(staff_pages_changed(consultation.pk))


class _Here:
    """Who is invited and takes part, read once; each planned person counts for the next lines."""

    def __init__(self, consultation: Consultation, now: datetime) -> None:
        self.now = now
        sent = Invitation.objects.filter(consultation=consultation, revoked_at=None).select_related("consultation")
        self.pending = {(one.email, one.role): one for one in sent if not one.accepted_at}
        self.accepted = {one.email for one in sent if one.accepted_at}
        people = Participation.objects.filter(consultation=consultation, user__isnull=False)
        self.participants = set(people.values_list("user__email", flat=True))
        held = Membership.objects.filter(consultation=consultation).held_at(now)
        self.roles = set(held.values_list("user__email", "role"))
        self.planned: set[tuple[str, str]] = set()

    def plan(self, person: Invited) -> Planned:
        key = (person.email, person.role)
        if key in self.planned:
            return Planned(person, Fate.REPEATED)
        self.planned.add(key)
        if key in self.roles:
            return Planned(person, Fate.HOLDS)
        if not person.role and person.email in self.participants:
            return Planned(person, Fate.PARTICIPATES)
        pending = self.pending.get(key)
        if pending is None:
            known = not person.role and person.email in self.accepted
            return Planned(person, Fate.INVITED if known else Fate.NEW)
        if pending.is_past(self.now):
            return Planned(person, Fate.AGAIN, pending)
        just_sent = self.now < pending.sent_at + BETWEEN_LETTERS
        return Planned(person, Fate.ON_ITS_WAY if just_sent else Fate.INVITED)
