"""The menu of the organiser space, for its base template."""

from django import template
from django.template import Context

from concertation.viewer import viewer_of

from ..models import Consultation
from ..navigation import NavEntry, entries

register = template.Library()


@register.simple_tag(takes_context=True)
def organiser_entries(context: Context, consultation: Consultation | None) -> list[NavEntry]:
    viewer = viewer_of(context["request"])
    return entries(viewer, consultation) if isinstance(consultation, Consultation) else []
