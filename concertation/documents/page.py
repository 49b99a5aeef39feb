"""Blocks of a document as HTML for a page of the site. Every word is escaped here; no markup comes in."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .model import Block, Heading, Inline, ItemList, Link, Note, Paragraph, Preformatted, Quote, Rule, Table, Text

_STYLES = (("code", "code"), ("struck", "s"), ("emphasis", "em"), ("strong", "strong"))
_SCHEMES = ("http://", "https://", "mailto:")


def to_html(blocks: Iterable[Block], *, heading: int) -> SafeString:
    """These blocks, the headings in them beginning at level ``heading``."""
    return format_html_join("\n", "{}", ((_block(block, heading),) for block in blocks))


def _block(block: Block, heading: int) -> SafeString:
    match block:
        case Paragraph():
            return format_html("<p>{}</p>", _inlines(block.content))
        case Heading():
            level = min(6, heading + max(block.depth, 1) - 1)
            return format_html("<h{}>{}</h{}>", level, _inlines(block.content), level)
        case Quote():
            return _quote(block)
        case ItemList():
            items = format_html_join("", "<li>{}</li>", ((to_html(item, heading=heading),) for item in block.items))
            if block.ordered:
                return format_html('<ol start="{}">{}</ol>', block.start, items)
            return format_html("<ul>{}</ul>", items)
        case Table():
            return _table(block)
        case Preformatted():
            return format_html("<pre>{}</pre>", block.text)
        case Rule():
            return SafeString("<hr>")


def _quote(quote: Quote) -> SafeString:
    if quote.is_redacted:
        return format_html('<p class="quote quote--redacted"><em>{}</em></p>', _("Citation retirée."))
    words = format_html_join("", "<p>{}</p>", ((line,) for line in quote.text.splitlines() if line.strip()))
    source = _linked(quote.href, format_html("{}", quote.attribution)) if quote.attribution else SafeString("")
    caption = format_html("<figcaption>{}</figcaption>", source) if source else source
    return format_html('<figure class="quote"><blockquote>{}</blockquote>{}</figure>', words, caption)


def _table(table: Table) -> SafeString:
    head = format_html_join("", '<th scope="col">{}</th>', ((_inlines(cell),) for cell in table.header))
    rows = format_html_join(
        "",
        "<tr>{}</tr>",
        ((format_html_join("", "<td>{}</td>", ((_inlines(cell),) for cell in row)),) for row in table.rows),
    )
    caption = format_html("<caption>{}</caption>", table.caption) if table.caption else SafeString("")
    return format_html(
        '<div class="table-wrap"><table class="table">{}<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>',
        caption,
        head,
        rows,
    )


def _inlines(content: Iterable[Inline]) -> SafeString:
    return format_html_join("", "{}", ((_inline(one),) for one in content))


def _inline(inline: Inline) -> SafeString:
    match inline:
        case Text():
            html = format_html_join(SafeString("<br>"), "{}", ((line,) for line in inline.text.split("\n")))
            for name, tag in _STYLES:
                if getattr(inline, name):
                    html = format_html("<{}>{}</{}>", tag, html, tag)
            return html
        case Link():
            return _linked(inline.href, _inlines(inline.content))
        case Note():
            return format_html(" ({})", to_html(inline.blocks, heading=6))


def _linked(href: str, words: SafeString) -> SafeString:
    """A link to the web, or inside the site; any other address leaves its words."""
    inside = href.startswith(("/", "#")) and not href.startswith(("//", "/\\"))
    if inside:
        return format_html('<a href="{}">{}</a>', href, words)
    if href.lower().startswith(_SCHEMES):
        return format_html('<a href="{}" rel="nofollow ugc noopener">{}</a>', href, words)
    return words
