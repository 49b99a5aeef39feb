"""Filters that show texts rendered by ``texts.markdown``."""

import re

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .. import direction, footnotes
from ..addresses import split_at_addresses
from ..markdown import text_content

register = template.Library()


@register.filter
def sanitised(html: str, place: object = "") -> SafeString:
    """Show stored HTML that ``markdown.render`` made; never use it on another string.

    ``place`` tells apart texts of one page that may be equal: it goes into the ids of their footnotes.
    """
    return mark_safe(footnotes.placed(html, str(place)) if place else html)  # noqa: S308 - sanitised when it was written


@register.filter
def with_links(words: str) -> SafeString:
    """Show plain words with their line ends, and with their addresses as links."""
    pieces = ((href, linebreaksbr(piece, autoescape=True)) for piece, href in split_at_addresses(words))
    return format_html_join("", "{}", ((_link(href, piece) if href else piece,) for href, piece in pieces))


def _link(href: str, words: SafeString) -> SafeString:
    return format_html('<a href="{}" rel="nofollow ugc noopener">{}</a>', href, words)


@register.filter
def isolated(name: object) -> str:
    """Keep a name from changing the direction of the words beside it, where no element can: a title, an attribute."""
    return direction.isolated(name)


@register.filter
def words_of_html(html: str) -> str:
    """Return the text of stored HTML; a table is read cell by cell."""
    return text_content(html)


@register.filter
def first_words(text: str, most: int) -> str:
    """Cut a text after so many words and keep its line ends, which ``truncatewords`` removes."""
    words = list(re.finditer(r"\S+", text))
    return text if len(words) <= most else f"{text[: words[most - 1].end()]} …"
