"""Notify registered people, on the site and by mail with the calendar file."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from concertation.notices.actions import Attachment, notify, queue_mail
from concertation.texts.clean import one_line
from concertation.texts.templatetags.french import quoted

from . import calendar
from .hours import meeting_of
from .mail_changes import Reseated, changes_for
from .models import Atelier, Registration


def mail_confirmed(
    registration: Registration, *, now: datetime, from_queue: bool = False, changes: Sequence[str] = ()
) -> None:
    """Notify a person of their seat at once, with the calendar file."""
    title = _("Votre place à %(title)s est confirmée") % {"title": quoted(registration.atelier.title)}
    opening = _("Une place s’est libérée : elle est à vous.") if from_queue else _("Votre inscription est confirmée.")
    _queue(registration, kind="atelier.seat", title=title, opening=_listed(opening, changes), now=now)


def mail_waiting(registration: Registration, *, now: datetime) -> None:
    title = _("Vous êtes sur la liste d’attente de %(title)s") % {"title": quoted(registration.atelier.title)}
    opening = _("L’atelier est complet. Si une place se libère, elle vous est donnée et un courriel vous le dit.")
    _queue(registration, kind="atelier.waiting", title=title, opening=opening, now=now)


def mail_given_up(registration: Registration, *, had_seat: bool, by_themselves: bool, now: datetime) -> None:
    """Notify a person that their registration is cancelled, and remove the entry from their calendar."""
    title = _("Votre inscription à %(title)s est annulée") % {"title": quoted(registration.atelier.title)}
    if by_themselves:
        opening = _("Vous avez annulé votre inscription. Pour revenir, il suffit de vous inscrire de nouveau.")
    else:
        opening = _("L’équipe de l’atelier a annulé votre inscription.")
    kind = "atelier.seat_cancelled"
    _queue(registration, kind=kind, title=title, opening=opening, now=now, is_given_up=had_seat)


def mail_edited(former: Atelier, atelier: Atelier, people: Iterable[Reseated], *, now: datetime) -> None:
    """Notify each person of what changed for them; others get no mail."""
    for one in people:
        seat, changes = one.registration, changes_for(one, former, atelier)
        if one.gains_a_seat:
            mail_confirmed(seat, now=now, from_queue=True, changes=changes)
        elif one.loses_its_seat:
            _mail_seat_lost(seat, changes, now=now)
        elif changes:
            title = _("Changement : %(title)s") % {"title": quoted(atelier.title)}
            opening = _listed(_("Voici ce qui change."), changes)
            _queue(seat, kind="atelier.moved", title=title, opening=opening, now=now)


def mail_called_off(atelier: Atelier, registrations: Iterable[Registration], *, now: datetime) -> None:
    title = _("Annulé : %(title)s") % {"title": quoted(atelier.title)}
    opening = _("Cet atelier n’aura pas lieu.")
    if atelier.cancel_reason:
        opening += "\n\n" + atelier.cancel_reason
    for one in registrations:
        one.atelier = atelier
        _queue(one, kind="atelier.cancelled", title=title, opening=opening, now=now)


def _mail_seat_lost(registration: Registration, changes: Sequence[str], *, now: datetime) -> None:
    title = _("Vous êtes désormais sur la liste d’attente de %(title)s") % {"title": quoted(registration.atelier.title)}
    opening = _(
        "L’atelier a moins de places que prévu, et la vôtre n’a pas pu être gardée. "
        "Vous êtes sur la liste d’attente, à votre rang d’inscription. "
        "Si une place se libère, elle vous est donnée et un courriel vous le dit."
    )
    _queue(
        registration,
        kind="atelier.waiting",
        title=title,
        opening=_listed(opening, changes),
        now=now,
        is_given_up=True,
    )


def _listed(opening: str, changes: Sequence[str]) -> str:
    return "\n\n".join([opening, "\n".join(changes)]) if changes else opening


def _queue(
    registration: Registration, *, kind: str, title: str, opening: str, now: datetime, is_given_up: bool = False
) -> None:
    atelier = registration.atelier
    path = reverse("ateliers:detail", args=[atelier.consultation.slug, atelier.number])
    if registration.user is not None:
        notify(
            registration.user, kind=kind, obj=registration, title=title, url=path, text=opening, at_once=False, now=now
        )
    address = _address_of(registration)
    if not address:
        return
    has_file = is_given_up or registration.is_confirmed
    queue_mail(
        key=f"{kind}:{registration.pk}:{atelier.sequence}",
        to=address,
        subject=one_line(title)[:250],
        text=_mail_text(registration, opening, settings.SITE_URL + path, now),
        due=now,
        attachments=[_calendar_file(registration, now, is_given_up)] if has_file else [],
    )


def _address_of(registration: Registration) -> str:
    if registration.user is None:
        return registration.guest_email
    return registration.user.email if registration.user.is_active else ""


def _calendar_file(registration: Registration, now: datetime, is_given_up: bool) -> Attachment:
    atelier = registration.atelier
    method = "CANCEL" if is_given_up or atelier.is_cancelled else "PUBLISH"
    content = calendar.file_of(atelier, now=now, seat=registration, is_given_up=is_given_up)
    return Attachment(name=calendar.name_of(atelier), mimetype=f"text/calendar; method={method}", content=content)


def _mail_text(registration: Registration, opening: str, page: str, now: datetime) -> str:
    atelier = registration.atelier
    if registration.is_active and not atelier.is_cancelled and not atelier.has_started(now):
        more = _("Tout ce qu’il faut savoir, et annuler votre inscription : %(page)s")
    else:
        more = _("La page de l’atelier : %(page)s")
    lines = [
        _("Bonjour,"),
        opening,
        f"{atelier.title}\n{meeting_of(atelier)}\n{_where(registration)}".strip(),
        more % {"page": page},
    ]
    return "\n\n".join(lines) + "\n"


def _where(registration: Registration) -> str:
    atelier = registration.atelier
    if registration.mode == Atelier.Mode.ON_SITE:
        return atelier.place
    if registration.is_confirmed and atelier.join_link and not atelier.is_cancelled:
        return _("À distance : %(link)s") % {"link": atelier.join_link}
    return _("À distance")
