"""The organiser space's own menu, for its frame."""

from typing import Any

from django import template

from ..models import Consultation
from ..navigation import NavEntry, entries

register = template.Library()


@register.simple_tag
def organiser_entries(user: Any, consultation: Consultation | None) -> list[NavEntry]:
    return entries(user, consultation) if isinstance(consultation, Consultation) else []
