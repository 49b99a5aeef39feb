"""Render blocks of a document as HTML for a page of the site. All text is escaped here."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .model import Block, Heading, Inline, ItemList, Link, Note, Paragraph, Preformatted, Quote, Rule, Table, Text

_STYLES = (("code", "code"), ("struck", "s"), ("emphasis", "em"), ("strong", "strong"))
_SCHEMES = ("http://", "https://", "mailto:")


def to_html(blocks: Iterable[Block], *, heading: int, place: str = "") -> SafeString:
    """Return HTML of these blocks, with headings from level ``heading``, followed by their footnotes.

    ``place`` is part of the notes' ids, so that two texts on one page have different ones.
    """
    writer = _Writer(place)
    body = writer.blocks(blocks, heading)
    return format_html("{}{}", body, writer.endnotes())


class _Writer:
    """Renderer of one text, which collects its notes for the end."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.notes: list[Note] = []

    def blocks(self, blocks: Iterable[Block], heading: int) -> SafeString:
        return format_html_join("\n", "{}", ((self.block(block, heading),) for block in blocks))

    def endnotes(self) -> SafeString:
        """Return the notes called so far, and those that they call, each linked to its place."""
        items: list[SafeString] = []
        while len(items) < len(self.notes):
            number = len(items) + 1
            items.append(
                format_html(
                    '<li id="note-{}">{} <a href="#appel-{}" role="doc-backlink" aria-label="{}">\u21a9\ufe0e</a></li>',
                    self._name(number),
                    self.blocks(self.notes[number - 1].blocks, 6),
                    self._name(number),
                    _("Retour au texte"),
                )
            )
        if not items:
            return SafeString("")
        words = format_html_join("", "{}", ((item,) for item in items))
        return format_html('\n<section role="doc-endnotes" aria-label="{}"><ol>{}</ol></section>', _("Notes"), words)

    def block(self, block: Block, heading: int) -> SafeString:
        match block:
            case Paragraph():
                return format_html("<p>{}</p>", self.inlines(block.content))
            case Heading():
                level = min(6, heading + max(block.depth, 1) - 1)
                return format_html("<h{}>{}</h{}>", level, self.inlines(block.content), level)
            case Quote():
                return self.quote(block)
            case ItemList():
                items = format_html_join("", "<li>{}</li>", ((self.blocks(item, heading),) for item in block.items))
                if block.ordered:
                    return format_html('<ol start="{}">{}</ol>', block.start, items)
                return format_html("<ul>{}</ul>", items)
            case Table():
                return self.table(block)
            case Preformatted():
                return format_html("<pre>{}</pre>", block.text)
            case Rule():
                return SafeString("<hr>")

    def table(self, table: Table) -> SafeString:
        head = format_html_join("", '<th scope="col">{}</th>', ((self.inlines(cell),) for cell in table.header))
        rows = format_html_join(
            "",
            "<tr>{}</tr>",
            ((format_html_join("", "<td>{}</td>", ((self.inlines(cell),) for cell in row)),) for row in table.rows),
        )
        caption = format_html("<caption>{}</caption>", table.caption) if table.caption else ""
        return format_html(
            '<div class="table-wrap" role="region" tabindex="0" aria-label="{}"><table class="table">{}'
            "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
            _label(table),
            caption,
            head,
            rows,
        )

    def quote(self, quote: Quote) -> SafeString:
        if quote.is_redacted:
            return format_html('<p class="quote quote--redacted"><em>{}</em></p>', _("Citation retirée."))
        words = format_html_join("", "<p>{}</p>", ((self.inlines(paragraph),) for paragraph in quote.paragraphs))
        source = _linked(quote.href, format_html("{}", quote.attribution)) if quote.attribution else SafeString("")
        caption = format_html("<figcaption>{}</figcaption>", source) if source else source
        return format_html('<figure class="quote"><blockquote>{}</blockquote>{}</figure>', words, caption)

    def inlines(self, content: Iterable[Inline]) -> SafeString:
        return format_html_join("", "{}", ((self.inline(one),) for one in content))

    def inline(self, inline: Inline) -> SafeString:
        match inline:
            case Text():
                html = _lines(inline.text)
                for name, tag in _STYLES:
                    if getattr(inline, name):
                        html = format_html("<{}>{}</{}>", tag, html, tag)
                return html
            case Link():
                return _linked(inline.href, self.inlines(inline.content))
            case Note():
                self.notes.append(inline)
                name = self._name(len(self.notes))
                return format_html(
                    '<sup><a href="#note-{}" id="appel-{}" role="doc-noteref">{}</a></sup>', name, name, len(self.notes)
                )

    def _name(self, number: int) -> str:
        return f"{self.place}-{number}" if self.place else str(number)


def _label(table: Table) -> str:
    """Return the accessible name of a table: its caption, or its columns."""
    columns = ("".join(_words(inline) for inline in cell) for cell in table.header)
    return _("Tableau\u00a0: %(words)s") % {"words": table.caption or ", ".join(columns)}


def _words(inline: Inline) -> str:
    if isinstance(inline, Note):
        return ""
    return inline.text if isinstance(inline, Text) else "".join(text.text for text in inline.content)


def _lines(text: str) -> SafeString:
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in text.split("\n")))


def _linked(href: str, words: SafeString) -> SafeString:
    """Return a link to the web or inside the site; of any other address, only the text."""
    inside = href.startswith(("/", "#")) and not href.startswith(("//", "/\\"))
    if inside:
        return format_html('<a href="{}">{}</a>', href, words)
    if href.lower().startswith(_SCHEMES):
        return format_html('<a href="{}" rel="nofollow ugc noopener">{}</a>', href, words)
    return words
