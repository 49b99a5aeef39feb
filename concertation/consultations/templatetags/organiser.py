"""The menu of the organiser space, for its base template."""

from django import template
from django.template import Context
from django.urls import reverse

from concertation.permissions import may
from concertation.viewer import viewer_of

from ..models import Consultation
from ..navigation import NavGroup, groups_of

register = template.Library()


@register.simple_tag(takes_context=True)
def organiser_groups(context: Context, consultation: Consultation | None) -> list[NavGroup]:
    viewer = viewer_of(context["request"])
    return groups_of(viewer, consultation) if isinstance(consultation, Consultation) else []


@register.simple_tag(takes_context=True)
def organiser_home(context: Context, consultation: Consultation) -> str:
    """Return the address of the organiser space; empty for who works on one part of it only, such as an atelier."""
    allowed = may(viewer_of(context["request"]), "consultations.enter_organiser_space", consultation)
    return reverse("consultations:organiser", args=[consultation.slug]) if allowed else ""
