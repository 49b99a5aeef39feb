"""What the people who run a consultation have to do: each app offers items to the page "À traiter".

A source gives what this person may act on, and nothing for the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from concertation.notices.models import Message
from concertation.permissions import may
from concertation.slots import Items, Slot
from concertation.viewer import Viewer

from .models import Consultation, Invitation
from .trials import count_of

SOON = timedelta(days=5)


@dataclass(frozen=True, kw_only=True)
class TodoItem:
    label: str
    url: str
    count: int | None = None
    text: str = ""
    due: datetime | None = None
    urgent: bool = False
    icon: str = "todo"


@dataclass(frozen=True)
class TodoRoom:
    """What the page follows beside its own rooms: a room of the consultation, and the object whose events refresh it.

    Both by their noun: "moderation" and "queue" stand for "moderation:3" and "queue:3" in consultation 3.
    """

    room: str
    obj: str


todo_items: Slot[[Viewer, Consultation], TodoItem] = Slot()
todo_rooms: Items[TodoRoom] = Items()


def items(viewer: Viewer, consultation: Consultation) -> list[TodoItem]:
    """Return the organiser's items: phases about to end or empty, mails that were not sent."""
    if not may(viewer, "consultations.manage", consultation) or consultation.archived:
        return []
    return [
        *_frame(consultation, viewer.now),
        *_phases(consultation, viewer.now),
        *_invitations(consultation, viewer.now),
        *(trials_to_delete(consultation) if consultation.is_public(viewer.now) else ()),
    ]


def _frame(consultation: Consultation, now: datetime) -> Iterator[TodoItem]:
    slug = consultation.slug
    if not consultation.is_public(now):  # the check list before the opening says what is missing
        return
    if consultation.charter_id is None:
        yield TodoItem(
            label=_("Publier la charte"),
            text=_("On l’accepte en rejoignant la concertation."),
            url=reverse("consultations:charter", args=[slug]),
            icon="document",
        )
    if not consultation.phases.exists():
        yield TodoItem(
            label=_("Créer la première phase"),
            url=reverse("consultations:phase_new", args=[slug]),
            icon="phase",
        )


def _phases(consultation: Consultation, now: datetime) -> Iterator[TodoItem]:
    for phase in consultation.phases.prefetch_related("topics").filter(closes_at__gt=now):
        url = reverse("consultations:phase_edit", args=[consultation.slug, phase.pk])
        if phase.is_open(now) and phase.closes_at - now <= SOON:
            label = _("Phase bientôt close : %(title)s") % {"title": phase.title}
            yield TodoItem(label=label, url=url, due=phase.closes_at, urgent=True, icon="clock")
        if consultation.is_public(now) and not phase.topics.all():
            label = _("Phase sans thématique : %(title)s") % {"title": phase.title}
            add = reverse("consultations:topic_new", args=[consultation.slug, phase.pk])
            yield TodoItem(label=label, url=add, due=phase.opens_at if phase.opens_at > now else None, icon="topic")


def trials_to_delete(consultation: Consultation) -> Iterator[TodoItem]:
    number = count_of(consultation)
    if number:
        yield TodoItem(
            label=_("Essais à supprimer"),
            count=number,
            text=_("Ils comptent comme le reste tant qu’ils sont là."),
            url=reverse("consultations:trials", args=[consultation.slug]),
            icon="edit",
        )


def _invitations(consultation: Consultation, now: datetime) -> Iterator[TodoItem]:
    invitations = Invitation.objects.filter(consultation=consultation)
    keys = invitations.unanswered().values("mail_key")
    failed = Message.objects.filter(key__in=keys, failed__isnull=False).count()
    url = reverse("consultations:invitations", args=[consultation.slug])
    if failed:
        yield TodoItem(label=_("Invitations non remises"), count=failed, url=url, urgent=True, icon="mail")
    expired = invitations.expired_at(now).count()
    if expired:
        yield TodoItem(label=_("Invitations expirées sans réponse"), count=expired, url=url, icon="mail")
