"""Put the mails of letters that leave in the outbox, a few hundred people in a transaction."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from concertation.batches import SIZE, let_others_write
from concertation.consultations.live import staff_pages_changed
from concertation.consultations.models import Membership, Role
from concertation.journal.actions import record
from concertation.live.actions import announce, announced_together
from concertation.notices.actions import QueuedMail, notify, queue_mails
from concertation.notices.models import Mailing
from concertation.permissions import may
from concertation.texts.templatetags.french import quoted
from concertation.viewer import Viewer

from ..groups import addressees_of, have_all
from ..mails import mail_key, own_text, shared_text, subscription_address
from ..models import Delivery, Letter
from .writing import hold_back


def send_due_letters(now: datetime) -> None:
    """Write the mails of all letters whose departure has come; runs every minute.

    The row of the letter is locked for each step and says how far its mails are written: another worker, or a second
    run after a crash, goes on from there.
    """
    for pk in list(Letter.objects.to_write_at(now).order_by("leaves_at", "pk").values_list("pk", flat=True)):
        if _begin(pk, now):
            while _write_some(pk, now):
                let_others_write()


def _begin(pk: int, now: datetime) -> bool:
    """Fix the words of a letter and mark it as leaving; return whether its mails are to be written.

    A letter whose author may no longer write it, or one of whose groups is gone, is a draft again.
    """
    with transaction.atomic(), announced_together():
        letter = _locked(pk)
        if letter.state == Letter.State.SENDING:
            return True
        if not letter.is_scheduled or letter.leaves_at is None or letter.leaves_at > now:
            return False
        author, consultation = letter.author, letter.consultation
        may_write = author is not None and may(Viewer(author, now), "letters.write", consultation)
        if not may_write or not have_all(consultation, letter.groups):
            hold_back(letter, by=None)
            _tell_organisers(letter, now, may_write=may_write)
            return False
        letter.mailing = Mailing.objects.create(text=shared_text(letter, author))
        letter.state, letter.departed_at = Letter.State.SENDING, now
        letter.save(update_fields=["mailing", "state", "departed_at"])
        announce(staff_pages_changed(consultation.pk))
    return True


def _tell_organisers(letter: Letter, now: datetime, *, may_write: bool) -> None:
    """Notify who organises that a letter did not leave, and why."""
    consultation = letter.consultation
    why = _("Un groupe choisi n’existe plus.")
    if consultation.archived:
        why = _("La concertation est archivée.")
    elif not may_write:
        why = _("La personne qui l’a signée n’organise plus ici.")
    organisers = Membership.objects.filter(consultation=consultation, role=Role.ORGANISER).held_at(now)
    for one in organisers.select_related("user"):
        notify(
            one.user,
            kind="letter.held_back",
            obj=letter,
            title=_("Une lettre n’est pas partie\u00a0: %(subject)s") % {"subject": quoted(letter.subject)},
            url=reverse("letters:letter", args=[consultation.slug, letter.pk]),
            text=_("%(why)s La lettre est de nouveau un brouillon, que personne n’a reçu.") % {"why": why},
            at_once=True,
            now=now,
        )


def _write_some(pk: int, now: datetime) -> bool:
    """Write the mails of the next few hundred people; return whether there may be more.

    Who joins after the departure is not written to; who refuses letters meanwhile is not written to either.
    """
    with transaction.atomic():
        letter = _locked(pk)
        if letter.state != Letter.State.SENDING:
            return False
        ahead = addressees_of(letter, now).reached.filter(
            pk__gt=letter.written_up_to, joined_at__lte=letter.departed_at
        )
        people = list(ahead.order_by("pk").values_list("pk", "user__email")[:SIZE])
        Delivery.objects.bulk_create(Delivery(letter=letter, participation_id=person) for person, _address in people)
        queue_mails([_mail(letter, *one) for one in people], due=now, mailing=letter.mailing)
        letter.written_up_to = people[-1][0] if people else letter.written_up_to
        is_done = len(people) < SIZE
        letter.state = Letter.State.SENT if is_done else letter.state
        letter.save(update_fields=["written_up_to", "state"])
        if is_done:
            _record_sent(letter, now)
        announce(staff_pages_changed(letter.consultation_id))
    return not is_done


def _mail(letter: Letter, participation: int, address: str) -> QueuedMail:
    unsubscribe = subscription_address(participation)
    return QueuedMail(
        key=mail_key(letter.pk, participation),
        to=address,
        subject=letter.subject,
        text=own_text(unsubscribe),
        unsubscribe=unsubscribe,
        secret=True,
    )


def _record_sent(letter: Letter, now: datetime) -> None:
    groups = ", ".join(group.label for group in addressees_of(letter, now).groups)
    details = {"subject": letter.subject, "groups": groups, "count": letter.deliveries.count()}
    record("letter.sent", letter, by=letter.author, consultation_id=letter.consultation_id, details=details)


def _locked(pk: int) -> Letter:
    rows = Letter.objects.select_for_update(of=("self",)).select_related("consultation", "author")
    return rows.get(pk=pk)
