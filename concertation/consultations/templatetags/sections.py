"""The menu of a consultation, for the header of every page."""

from django import template
from django.template import Context
from django.utils import timezone

from concertation.live.audience import Audience
from concertation.viewer import viewer_of

from ..audiences import audience_of
from ..models import Consultation
from ..sections import MenuLine, menu_of

register = template.Library()


@register.simple_tag(takes_context=True)
def consultation_menu(context: Context, consultation: Consultation, in_head: bool = False) -> list[MenuLine]:
    def audience() -> Audience:
        found = audience_of(viewer_of(context["request"]), consultation)
        return Audience.PUBLIC if found is None else found

    now = viewer_of(context["request"]).now if "request" in context else timezone.now()
    return menu_of(consultation, audience, now, in_head=in_head)
