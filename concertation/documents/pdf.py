"""Write a document as an accessible PDF: A4, tagged, checked against PDF/UA-1 by typst."""

import datetime
import re
import tempfile
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import typst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concertation.documents import pandoc
from concertation.documents.direction import RightToLeft
from concertation.documents.model import UNWRITABLE, Document
from concertation.texts.direction import first_direction

_PREAMBLE = """\
#set document(title: {title}, author: {author})
#set text(lang: {language}, size: 10.5pt, hyphenate: false)
#set par(justify: false, leading: 0.7em, spacing: 1.1em)
#set page(paper: "a4", margin: (x: 2.6cm, y: 2.8cm), numbering: "1 / 1")
#set smartquote(enabled: false)
#set table(inset: 6pt, stroke: (x, y) => (bottom: if y == 0 {{ 1pt }} else {{ 0.4pt }}))
#show figure: set block(breakable: true)
#show table: it => {{
  set text(hyphenate: it.columns.len() > {most})
  it
}}
#show table.cell.where(y: 0): strong
#show figure.where(kind: table): set figure.caption(position: top)
#show figure.where(kind: table): set align(start)
#show figure.caption: it => strong(it.body)
#show heading: set block(above: 1.6em, below: 0.9em)
#show link: underline
#let in-contents = state("in-contents", false)
#show outline: it => {{
  in-contents.update(true)
  it
  in-contents.update(false)
}}
#let after-title = context if in-contents.get() {{ "\\u{{200e}}" }}
#let bar = 2pt + rgb("#1f6f78")
#show quote.where(block: true): it => context if text.dir == rtl {{
  block(width: 100%, inset: (right: 0.6em), stroke: (right: bar), it)
}} else {{
  block(width: 100%, inset: (left: 0.6em), stroke: (left: bar), it)
}}
#show raw.where(block: true): set text(size: 9pt)
#let horizontalrule = align(center, line(length: 40%, stroke: 0.5pt))
{heading}
{subtitle}{metadata}{contents}
"""
# typst writes the first hyphen of a font into the text of a hyphenated word: « C-142 » would be read back with a soft
# hyphen, and not found. Only tables with more columns than this need hyphenation, or their words would overlap.
_MOST_COLUMNS = 3
_RIGHT_TO_LEFT = RightToLeft(
    block=(("typst:width", "100%"),),
    cell=(("typst:align", "right"),),
    in_cell=(),
    words=(("typst:text:dir", "rtl"),),
    command="#set text(dir: rtl)",
    after_title="#after-title;",
)
_PLAIN = re.compile(r"[^\W\d_]+(?:[,;!?]?[ \u00a0\u202f][^\W\d_]+)*[,.;!?]?")
_MISSING = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)", re.DOTALL)
_UNCOMMON = re.compile("[^\n -~\u00a0-\u024f\u2010-\u2026\u202f\u2030-\u203a\u20ac\u2122]")
# Soft hyphens at the end of a link, and nested changes of direction, each crash typst 0.15; neither is visible on
# paper.
_CONTROLS = re.compile("[\u00ad\u202a-\u202e\u2066-\u2069]")
_JOINERS = "\u200d\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff"
_MOST_TRIES = 4


def write(document: Document, epoch: int) -> bytes:
    """Return the document as a PDF/UA-1 file.

    The fonts of typst lack some scripts and emoji, and PDF/UA forbids empty boxes: such characters are replaced by
    their description, between brackets. The other formats keep every character.
    """
    missing: set[str] = set()
    for _attempt in range(_MOST_TRIES):
        try:
            return _compile(document, _without(missing), epoch)
        except typst.TypstError as error:
            found = _characters_missing(error) - missing
            if not found:
                break
            missing |= found
        except _Panic:
            break
    try:
        return _compile(document, lambda text: _named(text, _UNCOMMON), epoch)
    except (typst.TypstError, _Panic) as error:
        raise pandoc.ExportError(f"typst: {error}") from error


class _Panic(Exception):
    """typst crashed, which its Python binding reports outside ``Exception``."""


def _compile(document: Document, printable: Callable[[str], str], epoch: int) -> bytes:
    def shown(text: str) -> str:
        return printable(_CONTROLS.sub("", text))

    content = replace(document, metadata=())
    tree = pandoc.Tree(content, printable=shown, literal=_literal, right_to_left=_RIGHT_TO_LEFT)
    body = pandoc.run(tree.build(), "--to=typst-smart", epoch=epoch).decode()
    with tempfile.TemporaryDirectory() as folder:  # all that typst may read, were a command injected
        source, alone = Path(folder, "document.typ"), Path(folder)
        source.write_text(_preamble(replace(document, title=tree.title(document)), shown) + body, encoding="utf-8")
        try:
            return typst.compile(
                source,
                root=alone,
                package_path=alone,
                package_cache_path=alone,
                ignore_system_fonts=True,
                pdf_standards=["ua-1"],
                timestamp=datetime.datetime.fromtimestamp(epoch, datetime.UTC),
            )
        except BaseException as error:
            if type(error).__name__ == "PanicException":
                raise _Panic(str(error)) from error
            raise


def _literal(words: str) -> pandoc.Node:
    """Escape words ourselves: pandoc leaves ``--``, ``...`` and ``-1`` to typst, which would change them."""
    if _PLAIN.fullmatch(words):
        return {"t": "Str", "c": words}
    return {"t": "RawInline", "c": ["typst", f"#{_string(words)};"]}


def _string(text: str) -> str:
    """Return a typst string literal; only two characters need escaping."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _preamble(document: Document, printable: Callable[[str], str]) -> str:
    def string(text: str) -> str:
        return _string(printable(UNWRITABLE.sub("\ufffd", re.sub(r"[ \t\r\n]+", " ", text))))

    subtitle = (
        _turned(document.subtitle, f"text(size: 1.2em, {string(document.subtitle)})") if document.subtitle else ""
    )
    entries = [
        (string(f"{entry.label}\u00a0:"), f"text(dir: {first_direction(entry.value) or 'ltr'}, {string(entry.value)})")
        for entry in document.metadata
    ]
    contents = f"#outline(title: {string(_('Sommaire'))}, depth: 2)\n" if len(document.sections) > 1 else ""
    return _PREAMBLE.format(
        most=_MOST_COLUMNS,
        title=string(document.title),
        author=string(document.author) if document.author else "()",
        language=string(document.language.split("-")[0].lower()),
        heading=_turned(document.title, "title()"),
        subtitle=subtitle,
        metadata=" \\\n".join(f"#strong({label}) #{value}" for label, value in entries) + "\n\n",
        contents=contents,
    )


def _turned(words: str, command: str) -> str:
    """Return a line of its own, flush right if its words are from right to left."""
    if first_direction(words) != "rtl":
        return f"#{command}\n\n"
    return f"#block(width: 100%)[#set text(dir: rtl); #{command}]\n\n"


def _characters_missing(error: typst.TypstError) -> set[str]:
    shown = _MISSING.findall(f"{error.message}\n{error.diagnostic}")
    texts = (_ESCAPED.sub(lambda match: chr(int(match[1], 16)) if match[1] else match[2], text) for text in shown)
    return {character for text in texts for character in text if not character.isascii()}


def _without(missing: set[str]) -> Callable[[str], str]:
    if not missing:
        return str
    pattern = re.compile(f"[{''.join(map(re.escape, sorted(missing)))}]")
    return lambda text: _named(text, pattern)


def _named(text: str, pattern: re.Pattern[str]) -> str:
    """Replace styled letters (＝, 𝗴𝗿𝗮𝘀) by plain ones, and each run of other characters by one description."""
    plain = pattern.sub(lambda match: _undisguised(match[0], pattern), text)
    run = re.compile(f"(?:{pattern.pattern}[{_JOINERS}]*)+")
    return run.sub(lambda match: _mention(re.sub(f"[{_JOINERS}]", "", match[0])), plain)


def _undisguised(character: str, pattern: re.Pattern[str]) -> str:
    simple = unicodedata.normalize("NFKC", character)
    return character if pattern.search(simple) else simple


def _mention(characters: str) -> str:
    if all(unicodedata.category(character) in {"So", "Sk", "Sm", "Co", "Cn"} for character in characters):
        return ngettext("[émoji]", "[émojis]", len(characters))
    return ngettext("[caractère non affichable]", "[%(number)d caractères non affichables]", len(characters)) % {
        "number": len(characters)
    }
