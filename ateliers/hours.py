"""The hours of an atelier in words, with the name of the zone where a reader may be in another one."""

from datetime import datetime

from concertation.texts import zones
from concertation.texts.templatetags.french import hour, meeting, moment

from .models import Atelier


def zone_named(atelier: Atelier) -> str:
    """Return « heure de La Réunion »; empty for a meeting on site in the consultation's zone."""
    return zones.hour_of(atelier.tz.key) if atelier.names_its_zone else ""


def meeting_of(atelier: Atelier) -> str:
    """Return mercredi 9 décembre 2026 de 14 h à 16 h 30 (heure de La Réunion)."""
    return _with_zone(atelier, meeting(atelier.starts_at, atelier.ends_at, atelier.tz))


def moment_of(atelier: Atelier, at: datetime | None) -> str:
    """Return 9 décembre 2026 à 14 h (heure de La Réunion)."""
    return _with_zone(atelier, moment(at, atelier.tz)) if at else ""


def hour_of(atelier: Atelier, at: datetime | None) -> str:
    """Return 14 h (heure de La Réunion)."""
    return _with_zone(atelier, hour(at, atelier.tz)) if at else ""


def _with_zone(atelier: Atelier, words: str) -> str:
    named = zone_named(atelier)
    return f"{words} ({named})" if named else words
