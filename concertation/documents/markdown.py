"""Write a document as Markdown that means the same to pandoc, to GitHub and to any reader of CommonMark."""

import re

from concertation.documents import pandoc
from concertation.documents.model import Document

# Pipe tables only, which most readers support; quotation marks and dashes stay as typed.
_WRITER = "markdown-smart-simple_tables-multiline_tables-grid_tables-header_attributes"
_ALWAYS = re.compile(r"[\\`*_\[\]<>&^~$@#|{}]")
_RUNS = re.compile(r"--+|==+|::+|:[\w+-]+:|\.\.\.+|:(?=//)|(?<=www)\.", re.IGNORECASE)
_FIRST = re.compile(r"[-+=:%]|\(?(?:\d{1,9}|[A-Za-z]|[ivxlcdmIVXLCDM]+)[.)](?!\S)|(?:Table|Figure):")


def write(document: Document, epoch: int) -> bytes:
    """Return the document as Markdown; no typed character is taken for markup."""
    tree = pandoc.Tree(document, top=2, anchors=False, literal=_literal)
    title = [{"t": "Header", "c": [1, ["", [], []], tree.words(tree.title(document))]}]
    subtitle = [{"t": "Para", "c": [{"t": "Emph", "c": tree.words(document.subtitle)}]}] if document.subtitle else []
    return pandoc.run(tree.build([*title, *subtitle]), f"--to={_WRITER}", epoch=epoch)


def _literal(words: str) -> pandoc.Node:
    """Escape words ourselves: pandoc (3.9) leaves entities and fences as they are, which would change the words."""
    return {"t": "RawInline", "c": ["markdown", escaped(words)]}


def escaped(words: str) -> str:
    """Escape each character that could be markup at its place; the words may begin a line."""
    signs = {match.start() for match in _ALWAYS.finditer(words)}
    for run in (*_RUNS.finditer(words), *filter(None, [_FIRST.match(words)])):
        signs |= {place for place in range(run.start(), run.end()) if not words[place].isalnum()}
    return "".join(f"\\{sign}" if place in signs else sign for place, sign in enumerate(words)) if signs else words
