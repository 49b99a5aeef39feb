"""Write a document as a Word file: A4, with real headings, notes and table headers, the same bytes each time."""

import datetime
import io
import re
import subprocess
import tempfile
import zipfile
from functools import cache
from pathlib import Path

from concertation.documents import pandoc
from concertation.documents.direction import RightToLeft
from concertation.documents.model import Document

_A4 = (
    '<w:pgSz w:w="11906" w:h="16838" />'
    '<w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" w:header="709" w:footer="709" w:gutter="0" />'
)
_RTL = (("dir", "rtl"),)
# What pandoc omits for right-to-left paragraphs: the style of body paragraphs, the direction of titles.
_BODY = (re.compile(rb"<w:pPr>(?=<w:bidi />)"), rb'<w:pPr><w:pStyle w:val="BodyText" />')
_TITLES = (
    re.compile(rb'(<w:pStyle w:val="(?:Title|Subtitle|Author)" />)(?=\s*</w:pPr>\s*<w:r><w:rPr><w:rtl />)'),
    rb"\1<w:bidi />",
)


def write(document: Document, epoch: int) -> bytes:
    """Return the document written by pandoc with our own reference of styles."""
    tree = pandoc.Tree(document, right_to_left=RightToLeft(block=_RTL, in_cell=_RTL, words=_RTL))
    built = tree.build()
    built["meta"] = {
        name: {"t": "MetaInlines", "c": tree.line(value)}
        for name, value in (
            ("title", tree.title(document)),
            ("subtitle", document.subtitle),
            ("author", document.author),
            ("lang", document.language),
        )
        if value
    }
    with tempfile.TemporaryDirectory() as folder:
        reference, output = Path(folder, "reference.docx"), Path(folder, "document.docx")
        reference.write_bytes(_reference())
        options = ("--to=docx", f"--reference-doc={reference}", f"--output={output}")
        pandoc.run(built, *options, epoch=epoch)
        return _finished(output.read_bytes(), datetime.datetime.fromtimestamp(epoch, datetime.UTC))


def _finished(content: bytes, moment: datetime.datetime) -> bytes:
    """Set the document's own date in the file's properties (pandoc's sandbox is in 1970), and fix its paragraphs."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, moment.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            data = source.read(name)
            if name == "docProps/core.xml":
                data = data.replace(b"1970-01-01T00:00:00Z", moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode())
            if name in {"word/document.xml", "word/footnotes.xml"}:
                for pattern, replacement in (_BODY, _TITLES):
                    data = pattern.sub(replacement, data)
            target.writestr(part, data)
    return result.getvalue()


@cache
def _reference() -> bytes:
    """Return pandoc's own reference, on A4 and with quotes styled as on the site."""
    original = subprocess.run(  # noqa: S603 - our own program and options
        [pandoc.program(), "--print-default-data-file=reference.docx"], capture_output=True, check=True, timeout=60
    ).stdout
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(original)) as source, zipfile.ZipFile(result, "w") as target:
        for item in source.infolist():
            content = source.read(item)
            if item.filename == "word/document.xml":
                content = content.replace(b"</w:sectPr>", _A4.encode() + b"</w:sectPr>")
            if item.filename == "word/styles.xml":
                content = _restyled(content.decode()).encode()
            target.writestr(zipfile.ZipInfo(item.filename), content)
    return result.getvalue()


def _restyled(styles: str) -> str:
    """Set titles on the left, body text of 11 points, a rule beside quotes."""
    left = r'\1<w:jc w:val="left" />'
    centred = r'(w:styleId="(?:Title|Author|Date)".*?)<w:jc w:val="center" />'
    styles = re.sub(centred, left, styles, flags=re.DOTALL)
    for size in ("sz", "szCs"):  # the first of each is the document's default
        styles = styles.replace(f'<w:{size} w:val="24" />', f'<w:{size} w:val="22" />', 1)
    rule = '<w:pBdr><w:left w:val="single" w:sz="18" w:space="10" w:color="1F6F78" /></w:pBdr>'
    return re.sub(r'(w:styleId="BlockText".*?<w:pPr>)', rf"\1{rule}", styles, count=1, flags=re.DOTALL)
