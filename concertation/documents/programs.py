"""Find programs in office files by what their parts are, not by their names: macros, controls, objects."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from enum import Enum, auto
from typing import IO, NoReturn
from xml.parsers import expat

_MOST_PARTS = 5_000
_MOST_BYTES = 100 * 1024 * 1024  # read and unpacked, of all parts together: some two seconds of work
_LONGEST_READ = 1024 * 1024  # only the list of the parts of an archive is read in one piece
_PIECE = 256 * 1024
_MARK = 64  # in bytes: how much longer than text an element or an attribute takes
_DEEPEST_ELEMENT = 1_000
_DEEPEST = 2
_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
# Attributes and words of media types and of types of relationships, in Office and in LibreOffice.
_TYPES = ("ContentType", "Type", "media-type")
_MACROS = ("macro", "vbaproject", "vbadata", "activex", "/control")
_OBJECT = "oleobject"
_FOLDERS = ("basic/", "scripts/")  # where LibreOffice looks for programs, and nowhere else
_NAMES = ("vbaproject.bin", "vbadata.xml")
_DESCRIBING = ("[content_types].xml", "meta-inf/manifest.xml")
_OF_LIBREOFFICE = {"content.xml", "META-INF/manifest.xml"}
_CALLED = ("vnd.sun.star.script:", "macro:///")  # a program that the text calls when it opens or at a click
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the formats allow no other, and others unpack without a limit
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError,
    OSError, RuntimeError, ValueError, EOFError, LookupError, OverflowError,
)  # fmt: skip


class Found(Enum):
    MACROS = auto()
    OBJECT = auto()
    UNREADABLE = auto()
    TOO_LARGE = auto()


def program_in(file: IO[bytes], main: str) -> Found | None:
    """Return what makes an office file with the part ``main`` unsafe: the first macros, or else what cannot be read."""
    found = None
    try:
        for found in _programs(file, _Budget(), main=main):
            if found in {Found.MACROS, Found.UNREADABLE}:
                return found
    except _SpentError:
        return Found.TOO_LARGE
    except _DAMAGED:
        return Found.UNREADABLE
    return found


class _SpentError(Exception):
    """The file asks for more work than one file may."""


class _Budget:
    """What checking one file may cost, with all the archives inside it."""

    def __init__(self) -> None:
        self.bytes, self.parts = _MOST_BYTES, _MOST_PARTS

    def spend(self, bytes_: int = 0, *, parts: int = 0) -> None:
        self.bytes -= bytes_
        self.parts -= parts
        if self.bytes < 0 or self.parts < 0:
            raise _SpentError

    def pieces(self, content: IO[bytes]) -> Iterator[bytes]:
        while piece := content.read(_PIECE):
            self.spend(len(piece))
            yield piece


class _Charged:
    """An archive of which each byte read is charged: parts may share their bytes, and unpack to nothing."""

    def __init__(self, file: IO[bytes], budget: _Budget) -> None:
        self.file, self.budget = file, budget
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > _LONGEST_READ:
            raise _SpentError
        read = self.file.read(size)
        self.budget.spend(len(read))
        return read


def _programs(file: IO[bytes], budget: _Budget, *, main: str = "", depth: int = 0) -> Iterator[Found]:
    with zipfile.ZipFile(_Charged(file, budget)) as archive:
        names = set(archive.namelist())
        if main and main not in names:
            yield Found.UNREADABLE
        parts = archive.infolist()
        budget.spend(parts=len(parts))
        for part in parts:
            yield from _in_part(archive, part, budget, depth, is_libreoffice=bool(names & _OF_LIBREOFFICE))


def _in_part(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, budget: _Budget, depth: int, *, is_libreoffice: bool
) -> Iterator[Found]:
    name = part.filename.replace("\\", "/").lstrip("./").lower()
    if name.endswith(_NAMES) or name.startswith(_FOLDERS):
        yield Found.MACROS
        return
    if part.compress_type not in _METHODS:
        raise zipfile.BadZipFile
    describes = name in _DESCRIBING or name.endswith(".rels")
    with archive.open(part) as content:
        if describes or (is_libreoffice and name.endswith(".xml")):
            yield from _Attributes(budget, describes=describes).found_in(content)
        else:
            yield from _in_other(content, budget, depth)


def _in_other(content: IO[bytes], budget: _Budget, depth: int) -> Iterator[Found]:
    start = content.read(len(_OLE))
    if start == _OLE:
        yield Found.OBJECT
    elif start.startswith(_ZIP):  # the workbook behind a chart, for example
        if depth == _DEEPEST:
            yield Found.OBJECT
        else:
            nested = io.BytesIO()
            nested.write(start)
            nested.writelines(budget.pieces(content))
            yield from _programs(nested, budget, depth=depth + 1)


class _Attributes:
    """Read the attributes of an XML part as its program would: in its encoding, and without the words around them."""

    def __init__(self, budget: _Budget, *, describes: bool) -> None:
        self.budget, self.describes = budget, describes
        self.found: list[Found] = []
        self.cost = self.depth = 0
        self.parser = expat.ParserCreate()
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        # What these declare can be said again and again, at no cost to who wrote the file; office files have none.
        self.parser.EntityDeclHandler = self.parser.AttlistDeclHandler = _refuse

    def found_in(self, content: IO[bytes]) -> Iterator[Found]:
        fed = 0
        for piece in self.budget.pieces(content):
            self.parser.Parse(piece)
            fed += len(piece)
            # What is unfinished is read anew with the next piece.
            self.budget.spend(self.cost + fed - max(self.parser.CurrentByteIndex, 0))
            yield from self.found
            self.cost, self.found = 0, []
        if fed:  # LibreOffice writes some parts empty
            self.parser.Parse(b"", True)
            yield from self.found

    def _start(self, _name: str, attributes: list[str]) -> None:
        self.depth += 1
        if self.depth > _DEEPEST_ELEMENT:
            raise _SpentError
        self.cost += _MARK * (1 + len(attributes) // 2)
        if not attributes:
            return
        values = "\n".join(attributes[1::2]).lower()
        if any(word in values for word in _CALLED):
            self.found.append(Found.MACROS)
        elif self.describes:
            self.found.extend(_described(attributes))

    def _end(self, _name: str) -> None:
        self.depth -= 1


def _described(attributes: list[str]) -> Iterator[Found]:
    for name, value in zip(attributes[::2], attributes[1::2], strict=True):
        kind = value.lower() if name.rpartition(":")[2] in _TYPES else ""
        if any(word in kind for word in _MACROS):
            yield Found.MACROS
        elif _OBJECT in kind:
            yield Found.OBJECT


def _refuse(*_declared: object) -> NoReturn:
    raise ValueError
