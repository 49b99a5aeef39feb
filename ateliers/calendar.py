"""One atelier as an iCalendar file: the same UID in every edition, so that calendars replace what they hold."""

from datetime import datetime
from email.utils import parseaddr
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vCalAddress, vUri

from .models import Atelier


def file_of(atelier: Atelier, *, now: datetime, with_link: bool) -> bytes:
    """The atelier in its present edition; ``with_link`` for those who hold a seat, who may know how to connect."""
    calendar = Calendar()
    calendar.add("prodid", "-//Concertation//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if atelier.is_cancelled else "PUBLISH")
    for zone in _zones_of(atelier.tz.key):
        calendar.add_component(zone)
    calendar.add_component(_event(atelier, now, with_link))
    content: bytes = calendar.to_ical()
    return content


def name_of(atelier: Atelier) -> str:
    return f"{atelier.ref}.ics"


@cache
def _zones_of(name: str) -> tuple[Timezone, ...]:
    """The rules of a zone as calendars want them; kept, because working them out takes as long as all the rest."""
    return () if name == "UTC" else (Timezone.from_tzid(name),)


def _event(atelier: Atelier, now: datetime, with_link: bool) -> Event:
    page = settings.SITE_URL + reverse("ateliers:detail", args=[atelier.consultation.slug, atelier.number])
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    event = Event()
    event.add("uid", f"atelier-{atelier.pk}@{host}")
    event.add("sequence", atelier.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", atelier.starts_at.astimezone(atelier.tz))
    event.add("dtend", atelier.ends_at.astimezone(atelier.tz))
    event.add("summary", atelier.title)
    event.add("status", "CANCELLED" if atelier.is_cancelled else "CONFIRMED")
    event.add("organizer", _organiser(atelier))
    event.add("url", vUri(page))
    where = _where(atelier, with_link)
    if where:
        event.add("location", where)
    event.add("description", _description(atelier, page, with_link))
    return event


def _organiser(atelier: Atelier) -> vCalAddress:
    organiser = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organiser.params["CN"] = atelier.consultation.title
    return organiser


def _where(atelier: Atelier, with_link: bool) -> str:
    if atelier.mode == Atelier.Mode.REMOTE:
        return atelier.join_link if with_link and atelier.join_link else _("À distance")
    return atelier.place


def _description(atelier: Atelier, page: str, with_link: bool) -> str:
    parts = [atelier.consultation.title, page]
    if with_link and atelier.join_link:
        parts.append(_("Se connecter : %(link)s") % {"link": atelier.join_link})
    if atelier.access_services:
        parts.append(atelier.access_services)
    return "\n\n".join(parts)
