"""Write a document as one HTML file: semantic, in its language, without script or external resource."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from concertation.documents import pandoc
from concertation.documents.direction import RightToLeft
from concertation.documents.model import UNWRITABLE, Document, Section

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1.0625rem/1.55 system-ui, sans-serif; max-width: 42rem; margin: 0 auto; padding: 2rem 1rem; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; text-wrap: balance; }
h2 { margin-top: 2.5rem; }
.subtitle { font-size: 1.25rem; }
blockquote { margin: 1.5rem 0; padding-inline-start: 1rem; border-inline-start: 4px solid; }
blockquote p:last-child:not(:first-child) { font-size: .9375rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: start; font-weight: 600; padding: .5rem 0; }
th, td { text-align: start; vertical-align: top; padding: .5rem; border-bottom: 1px solid; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.footnotes { margin-top: 3rem; font-size: .9375rem; }
@media print { body { max-width: none; font-size: 11pt; } nav { display: none; } }
"""
# A second defence behind pandoc's escaping: a browser would refuse an injected script.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_RTL = (("dir", "rtl"),)
_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
{author}<style>{style}</style>
</head>
<body>
<header>
<h1 dir="auto">{title}</h1>
{subtitle}</header>
{contents}<main>
{body}</main>
</body>
</html>
"""


def write(document: Document, epoch: int) -> bytes:
    """Return the document as one file, its notes at the end, each linked both ways."""
    tree = pandoc.Tree(document, top=2, right_to_left=RightToLeft(block=_RTL, cell=_RTL, words=_RTL))
    body = pandoc.run(tree.build(), "--to=html5", "--email-obfuscation=none", epoch=epoch).decode()
    # No text can contain this string: pandoc writes its ">" as an entity.
    body = body.replace('role="doc-backlink">', f'role="doc-backlink" aria-label="{_("Retour au texte")}">')
    page = format_html(
        _PAGE,
        language=_clean(document.language),
        policy=_POLICY,
        title=_clean(tree.title(document)),
        author=_optional('<meta name="author" content="{}">\n', document.author),
        style=mark_safe(_STYLE),  # noqa: S308 - our own constant
        subtitle=_optional('<p class="subtitle" dir="auto">{}</p>\n', document.subtitle),
        contents=_contents(tree, document.sections),
        body=mark_safe(body),  # noqa: S308 - written by pandoc, which escapes every word
    )
    return page.encode()


def _contents(tree: pandoc.Tree, sections: tuple[Section, ...]) -> SafeString:
    if len(sections) < 2:
        return SafeString("")
    return format_html(
        '<nav aria-labelledby="sommaire">\n<h2 id="sommaire">{}</h2>\n{}</nav>\n', _("Sommaire"), _items(tree, sections)
    )


def _items(tree: pandoc.Tree, sections: Iterable[Section]) -> SafeString:
    lines = [
        (tree.anchor(section), _clean(tree.title(section)), _items(tree, section.sections) if section.sections else "")
        for section in sections
    ]
    return format_html("<ul>\n{}</ul>\n", format_html_join("", '<li><a href="#{}" dir="auto">{}</a>{}</li>\n', lines))


def _optional(line: str, value: str) -> SafeString:
    return format_html(line, _clean(value)) if value else SafeString("")


def _clean(text: str) -> str:
    return UNWRITABLE.sub("\ufffd", text)
