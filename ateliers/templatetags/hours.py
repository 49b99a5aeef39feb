"""Filters for the hours of an atelier: ``{{ atelier|appointment }}``, ``{{ at|moment_at:atelier }}``."""

from datetime import datetime

from django import template

from ateliers import hours
from ateliers.models import Atelier

register = template.Library()

register.filter("appointment", hours.meeting_of)
register.filter("zone_named", hours.zone_named)


@register.filter
def moment_at(at: datetime | None, atelier: Atelier) -> str:
    """Return 9 décembre 2026 à 14 h (heure de La Réunion)."""
    return hours.moment_of(atelier, at)


@register.filter
def hour_at(at: datetime | None, atelier: Atelier) -> str:
    """Return 14 h (heure de La Réunion)."""
    return hours.hour_of(atelier, at)
