"""What registered people are told, on the site and by mail with the calendar file."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from concertation.notices.actions import Attachment, notify, queue_mail
from concertation.texts.templatetags.french import meeting

from .. import calendar
from ..models import Atelier, Registration


def tell_confirmed(registration: Registration, *, now: datetime, from_queue: bool = False) -> None:
    """A seat is told at once, with the calendar file."""
    atelier = registration.atelier
    title = _("Votre place à « %(title)s » est confirmée") % {"title": atelier.title}
    opening = _("Une place s’est libérée : elle est à vous.") if from_queue else _("Votre inscription est confirmée.")
    _tell(registration, kind="atelier.seat", title=title, opening=opening, now=now, with_file=True)


def tell_waiting(registration: Registration, *, now: datetime) -> None:
    title = _("Vous êtes sur la liste d’attente de « %(title)s »") % {"title": registration.atelier.title}
    opening = _("L’atelier est complet. Si une place se libère, elle vous est donnée et un courriel vous le dit.")
    _tell(registration, kind="atelier.waiting", title=title, opening=opening, now=now, with_file=False)


def tell_cancelled_seat(registration: Registration, *, now: datetime) -> None:
    """Someone else gave the seat up for this person."""
    title = _("Votre inscription à « %(title)s » est annulée") % {"title": registration.atelier.title}
    opening = _("L’équipe de l’atelier a annulé votre inscription.")
    _tell(registration, kind="atelier.seat_cancelled", title=title, opening=opening, now=now, with_file=False)


def tell_moved(atelier: Atelier, registrations: Iterable[Registration], *, now: datetime) -> None:
    title = _("Changement : « %(title)s »") % {"title": atelier.title}
    opening = _("La date, l’horaire ou le lieu de cet atelier a changé. Voici ce qui vaut désormais.")
    for one in registrations:
        one.atelier = atelier
        _tell(one, kind="atelier.moved", title=title, opening=opening, now=now, with_file=one.is_confirmed)


def tell_called_off(atelier: Atelier, registrations: Iterable[Registration], *, now: datetime) -> None:
    title = _("Annulé : « %(title)s »") % {"title": atelier.title}
    opening = _("Cet atelier n’aura pas lieu.")
    if atelier.cancel_reason:
        opening += "\n\n" + atelier.cancel_reason
    for one in registrations:
        one.atelier = atelier
        _tell(one, kind="atelier.cancelled", title=title, opening=opening, now=now, with_file=one.is_confirmed)


def _tell(registration: Registration, *, kind: str, title: str, opening: str, now: datetime, with_file: bool) -> None:
    atelier = registration.atelier
    path = reverse("ateliers:detail", args=[atelier.consultation.slug, atelier.number])
    if registration.user is not None:
        notify(
            registration.user, kind=kind, obj=registration, title=title, url=path, text=opening, at_once=False, now=now
        )
    address = _address_of(registration)
    if not address:
        return
    attachments = [_calendar_file(atelier, now)] if with_file else []
    queue_mail(
        key=f"{kind}:{registration.pk}:{atelier.sequence}",
        to=address,
        subject=" ".join(title.split())[:250],
        text=_mail_text(registration, opening, settings.SITE_URL + path),
        due=now,
        attachments=attachments,
    )


def _address_of(registration: Registration) -> str:
    if registration.user is None:
        return registration.guest_email
    return registration.user.email if registration.user.is_active else ""


def _calendar_file(atelier: Atelier, now: datetime) -> Attachment:
    method = "CANCEL" if atelier.is_cancelled else "PUBLISH"
    content = calendar.file_of(atelier, now=now, with_link=True)
    return Attachment(name=calendar.name_of(atelier), mimetype=f"text/calendar; method={method}", content=content)


def _mail_text(registration: Registration, opening: str, page: str) -> str:
    atelier = registration.atelier
    lines = [
        _("Bonjour,"),
        opening,
        f"{atelier.title}\n{meeting(atelier.starts_at, atelier.ends_at, atelier.tz)}\n{_where(registration)}".strip(),
        _("Tout ce qu’il faut savoir, et annuler votre inscription : %(page)s") % {"page": page},
    ]
    return "\n\n".join(lines) + "\n"


def _where(registration: Registration) -> str:
    atelier = registration.atelier
    if registration.mode == Atelier.Mode.ON_SITE:
        return atelier.place
    if registration.is_confirmed and atelier.join_link and not atelier.is_cancelled:
        return _("À distance : %(link)s") % {"link": atelier.join_link}
    return _("À distance")
