"""One atelier as an iCalendar file: the same UID in every edition, so that calendars replace their entry."""

from datetime import datetime
from email.utils import parseaddr
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vCalAddress, vUri

from .hours import meeting_of
from .models import Atelier, Registration


def file_of(atelier: Atelier, *, now: datetime, seat: Registration | None = None, is_given_up: bool = False) -> bytes:
    """Return the atelier in its present edition; with ``seat``, in the way this person takes part.

    ``is_given_up`` removes the atelier from the calendar of someone who no longer comes.
    """
    is_off = is_given_up or atelier.is_cancelled
    calendar = Calendar()
    calendar.add("prodid", "-//Concertation//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_off else "PUBLISH")
    for zone in _zones_of(atelier.tz.key):
        calendar.add_component(zone)
    calendar.add_component(_event(atelier, now, seat, is_off))
    content: bytes = calendar.to_ical()
    return content


def name_of(atelier: Atelier) -> str:
    return f"{atelier.ref}.ics"


@cache
def _zones_of(name: str) -> tuple[Timezone, ...]:
    """Return the rules of a zone for calendars; cached, because computing them takes as long as all the rest."""
    return () if name == "UTC" else (Timezone.from_tzid(name),)


def _event(atelier: Atelier, now: datetime, seat: Registration | None, is_off: bool) -> Event:
    page = settings.SITE_URL + reverse("ateliers:detail", args=[atelier.consultation.slug, atelier.number])
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    event = Event()
    event.add("uid", f"atelier-{atelier.pk}@{host}")
    event.add("sequence", atelier.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", atelier.starts_at.astimezone(atelier.tz))
    event.add("dtend", atelier.ends_at.astimezone(atelier.tz))
    event.add("summary", atelier.title)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("organizer", _organiser(atelier))
    event.add("url", vUri(page))
    link = atelier.join_link if seat is not None and seat.is_confirmed and seat.mode == Atelier.Mode.REMOTE else ""
    where = _where(atelier, seat, link)
    if where:
        event.add("location", where)
    event.add("description", _description(atelier, page, link))
    return event


def _organiser(atelier: Atelier) -> vCalAddress:
    organiser = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organiser.params["CN"] = atelier.consultation.title
    return organiser


def _where(atelier: Atelier, seat: Registration | None, link: str) -> str:
    mode = seat.mode if seat is not None else atelier.mode
    if mode == Atelier.Mode.REMOTE:
        return link or _("À distance")
    return atelier.place


def _description(atelier: Atelier, page: str, link: str) -> str:
    parts = [atelier.consultation.title, page]
    if atelier.names_its_zone:
        parts.insert(1, meeting_of(atelier))
    if link:
        parts.append(_("Se connecter : %(link)s") % {"link": link})
    if atelier.access_services:
        parts.append(atelier.access_services)
    return "\n\n".join(parts)
