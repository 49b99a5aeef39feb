"""Reads exported files back, each with a reader that is not the one that wrote it wherever there is one."""

import io
import json
import re
import subprocess
import zipfile
from typing import Any
from xml.etree import ElementTree

from bleach._vendor import html5lib
from pypdf import PdfReader

from concertation.documents import pandoc

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BLANKS = re.compile(r"[ \t\n\r\u2028\u2029]+")


def squeezed(text: str) -> str:
    return BLANKS.sub(" ", text).strip(" ")


def html_tree(content: bytes) -> ElementTree.Element:
    return html5lib.parse(content.decode(), namespaceHTMLElements=False)


def html_paragraphs(content: bytes) -> list[str]:
    return [squeezed("".join(paragraph.itertext())) for paragraph in html_tree(content).iter("p")]


def docx_part(content: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return ElementTree.fromstring(archive.read(name))


def docx_paragraphs(content: bytes, part: str = "word/document.xml") -> list[str]:
    written = {"br": " ", "tab": " ", "softHyphen": "\u00ad", "noBreakHyphen": "\u2011"}
    paragraphs = []
    for paragraph in docx_part(content, part).iter(f"{WORD}p"):
        signs = [
            node.text or "" if node.tag == f"{WORD}t" else written.get(node.tag.removeprefix(WORD), "")
            for node in paragraph.iter()
        ]
        paragraphs.append(squeezed("".join(signs)))
    return paragraphs


def pdf_text(content: bytes) -> str:
    """All the text of a PDF, without blanks, which a PDF does not keep as they were."""
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return re.sub(r"[\s\u2060\u200b]+", "", "".join(pages))


def markdown_tree(content: bytes, dialect: str) -> dict[str, Any]:
    command = [pandoc.program(), "--sandbox", "--from", dialect, "--to=json"]
    done = subprocess.run(command, input=content, capture_output=True, check=True)
    return json.loads(done.stdout)


def kinds_of(tree: Any) -> set[str]:
    """The kinds of nodes in a pandoc tree."""
    if isinstance(tree, list):
        return set().union(*map(kinds_of, tree)) if tree else set()
    if not isinstance(tree, dict):
        return set()
    return ({tree["t"]} if "t" in tree else set()) | set().union(*map(kinds_of, tree.values()), set())


def text_of(tree: Any) -> str:
    """The words of a pandoc tree, code included, blanks squeezed."""
    return squeezed("".join(_words(tree)))


def _words(tree: Any) -> list[str]:
    if isinstance(tree, list):
        return [word for node in tree for word in _words(node)]
    if not isinstance(tree, dict):
        return []
    match tree.get("t"):
        case "Str":
            return [tree["c"]]
        case "Space" | "SoftBreak" | "LineBreak":
            return [" "]
        case "Code" | "CodeBlock":
            return [tree["c"][1], " "]
        case "Link":
            return _words(tree["c"][1])
        case "Para" | "Plain" | "Header":
            return [*_words(tree["c"]), " "]
        case _:
            return [word for node in tree.values() for word in _words(node)]
