"""The menu of the organiser space, for its base template."""

from django import template
from django.template import Context

from concertation.viewer import viewer_of

from ..models import Consultation
from ..navigation import NavGroup, groups_of

register = template.Library()


@register.simple_tag(takes_context=True)
def organiser_groups(context: Context, consultation: Consultation | None) -> list[NavGroup]:
    viewer = viewer_of(context["request"])
    return groups_of(viewer, consultation) if isinstance(consultation, Consultation) else []
