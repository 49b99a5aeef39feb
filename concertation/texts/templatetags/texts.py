"""How templates show what ``texts.markdown`` made."""

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def sanitised(html: str) -> SafeString:
    """Show stored HTML that ``markdown.render`` made; for no other string."""
    return mark_safe(html)  # noqa: S308 - sanitised once, when it was written
