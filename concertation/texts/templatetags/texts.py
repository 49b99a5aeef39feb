"""How templates show what ``texts.markdown`` made."""

import re

from django import template
from django.utils.safestring import SafeString, mark_safe

from .. import footnotes
from ..markdown import text_content

register = template.Library()


@register.filter
def sanitised(html: str, place: object = "") -> SafeString:
    """Show stored HTML that ``markdown.render`` made; for no other string.

    ``place`` tells apart texts of one page that may be the same: the ids of their footnotes take it.
    """
    return mark_safe(footnotes.placed(html, str(place)) if place else html)  # noqa: S308 - sanitised when it was written


@register.filter
def words_of_html(html: str) -> str:
    """The words of stored HTML, without marks: a table reads cell by cell."""
    return text_content(html)


@register.filter
def first_words(text: str, most: int) -> str:
    """Cut a text after so many words and keep its line ends, which ``truncatewords`` loses."""
    words = list(re.finditer(r"\S+", text))
    return text if len(words) <= most else f"{text[: words[most - 1].end()]} …"
