"""Find programs in office files by what their parts are, not by their names: macros, controls, objects."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from enum import Enum, auto
from typing import IO

from openpyxl.xml.functions import fromstring

MOST_PARTS = 5_000
_MOST_XML = 1024 * 1024
_MOST_NESTED = 20 * 1024 * 1024
_DEEPEST = 2
_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
# Attributes and words of media types and of types of relationships, in Office and in LibreOffice.
_TYPES = ("ContentType", "Type", "media-type")
_MACROS = ("macro", "vbaproject", "vbadata", "activex", "/control")
_OBJECT = "oleobject"
_FOLDERS = ("basic/", "scripts/")  # where LibreOffice looks for programs, and nowhere else
_NAMES = ("vbaproject.bin", "vbadata.xml")
_DESCRIBING = ("[content_types].xml", "meta-inf/manifest.xml")
_CALLED = (b"vnd.sun.star.script:", b"macro:///")  # a program that the text calls when it opens or at a click


class Found(Enum):
    MACROS = auto()
    OBJECT = auto()
    UNREADABLE = auto()


def program_in(file: IO[bytes]) -> Found | None:
    """Return what the archive ``file`` contains, macros first, or None; ``UNREADABLE`` if it is damaged."""
    try:
        found = set(_programs(file, depth=0))
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, ValueError, EOFError, SyntaxError):
        return Found.UNREADABLE
    return next((one for one in Found if one in found), None)


def _programs(file: IO[bytes], *, depth: int) -> Iterator[Found]:
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            yield Found.UNREADABLE
            return
        for part in parts:
            name = part.filename.replace("\\", "/").lstrip("./").lower()
            if name.endswith(_NAMES) or name.startswith(_FOLDERS):
                yield Found.MACROS
            elif name in _DESCRIBING or name.endswith(".rels"):
                yield from _described(_read(archive, part, _MOST_XML))
            elif name == "content.xml":
                yield from _called(archive, part)
            else:
                yield from _in_part(archive, part, depth)


def _described(xml: bytes) -> Iterator[Found]:
    for node in fromstring(xml).iter():
        for name, value in node.attrib.items():
            kind = value.lower() if name.rpartition("}")[2] in _TYPES else ""
            if any(word in kind for word in _MACROS):
                yield Found.MACROS
            elif _OBJECT in kind:
                yield Found.OBJECT


def _called(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[Found]:
    before = b""
    with archive.open(part) as content:
        while piece := content.read(_MOST_XML):
            if any(word in before + piece for word in _CALLED):
                yield Found.MACROS
                return
            before = piece[-40:]


def _in_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, depth: int) -> Iterator[Found]:
    with archive.open(part) as content:
        start = content.read(len(_OLE))
    if start == _OLE:
        yield Found.OBJECT
    elif start.startswith(_ZIP):  # the workbook behind a chart, for example
        if depth == _DEEPEST:
            yield Found.OBJECT
        else:
            yield from _programs(io.BytesIO(_read(archive, part, _MOST_NESTED)), depth=depth + 1)


def _read(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> bytes:
    with archive.open(part) as content:
        read = content.read(most + 1)
    if len(read) > most:
        raise ValueError("too long")
    return read
