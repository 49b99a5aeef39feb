"""Check uploaded files: small enough, of the kind that their name says, and without macros."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from concertation.documents.programs import Found, program_in

MEBI = 1024 * 1024

IMAGES = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "jfif": "JPEG", "jpe": "JPEG", "webp": "WEBP"}
_ARCHIVES = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
    "odt": "content.xml",
    "ods": "content.xml",
    "odp": "content.xml",
}
DOCUMENTS = {"pdf": "PDF", **_ARCHIVES, **IMAGES}
LOGO_BYTES = 10 * MEBI
_LOGO_SIDE = 800
DOCUMENT_BYTES = 20 * MEBI
_DOCUMENT_SIDE = 2400  # in points: a page of A4 at 200 points an inch
_MOST_PIXELS = 50_000_000
_PDF_BEGINS_WITHIN = 1024  # in bytes: what the format allows, and what some scanners write
_MIMES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "jfif": "image/jpeg",
    "jpe": "image/jpeg",
    "webp": "image/webp",
    "pdf": "application/pdf",
}


def mime_of(name: str) -> str:
    """Return the media type of a stored file; a type that browsers need not open is plain bytes."""
    return _MIMES.get(_extension(name), "application/octet-stream")


def check_file(file: "UploadedFile[Any]", allowed: dict[str, Any], *, max_bytes: int) -> None:
    """Refuse a file that is too heavy, of a kind that is not allowed, or whose content is not what its name says."""
    extension = _extension(file.name or "")
    if extension not in allowed:
        raise ValidationError(
            _("Ce format n’est pas accepté. Choisissez un fichier %(formats)s."),
            params={"formats": ", ".join(sorted(one.upper() for one in allowed))},
        )
    if (file.size or 0) > max_bytes:
        raise ValidationError(
            _("Ce fichier est trop lourd : %(limit)d Mo au plus."), params={"limit": max_bytes // MEBI}
        )
    if not _is_really(file, extension):
        raise ValidationError(
            _("Ce fichier n’est pas un fichier %(format)s, malgré son nom. Enregistrez-le de nouveau dans ce format."),
            params={"format": extension.upper()},
        )


class CheckedFileField(forms.FileField):
    """A file field that checks a new upload and does not touch the stored file."""

    def __init__(self, *, allowed: dict[str, Any], max_bytes: int, **kwargs: Any) -> None:
        self.allowed, self.max_bytes = allowed, max_bytes
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile):
            check_file(file, self.allowed, max_bytes=self.max_bytes)
        return file

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "accept": ",".join(f".{one}" for one in self.allowed)}


class LogoField(CheckedFileField):
    """An image field that re-encodes the upload: small enough for a page, and without its location metadata."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allowed=IMAGES, max_bytes=LOGO_BYTES, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        return _encoded_again(file, _LOGO_SIDE) if isinstance(file, UploadedFile) else file


class DocumentField(CheckedFileField):
    """A document to download; an image among them is re-encoded, as a logo is, at a size to read it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allowed=DOCUMENTS, max_bytes=DOCUMENT_BYTES, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        is_image = isinstance(file, UploadedFile) and _extension(file.name or "") in IMAGES
        return _encoded_again(file, _DOCUMENT_SIDE) if is_image else file


def _encoded_again(file: "UploadedFile[Any]", side: int) -> SimpleUploadedFile:
    name = file.name or ""
    kind = IMAGES[_extension(name)]
    result = io.BytesIO()
    with _image_in(file, kind) as image:
        image.draft("RGB", (2 * side, 2 * side))  # decode a JPEG at a lower resolution
        mode = "RGBA" if kind != "JPEG" and image.has_transparency_data else "RGB"
        # Each copy of a large image costs a hundred megabytes: make it small before anything else, except where one
        # color stands for what is transparent, which would mix with the others.
        small = image if image.mode in ({"RGBA"} if mode == "RGBA" else {"RGB", "L"}) else image.convert(mode)
        small.thumbnail((side, side), reducing_gap=2.0)
        drawn = ImageOps.exif_transpose(small).convert(mode)
        Image.frombytes(drawn.mode, drawn.size, drawn.tobytes()).save(result, kind)
    return SimpleUploadedFile(name, result.getvalue(), mime_of(name))


@contextmanager
def _image_in(file: IO[bytes], kind: str) -> Iterator[Image.Image]:
    """Return the opened image, not decoded yet; refuse one of another kind, too large or damaged."""
    file.seek(0)
    try:
        with Image.open(file, formats=[kind]) as image:
            width, height = image.size
            if width * height > _MOST_PIXELS:
                raise Image.DecompressionBombError
            yield image
    except Image.DecompressionBombError as error:
        raise ValidationError(
            _("Cette image a trop de points pour être affichée. Réduisez-la à 7 000 points de côté au plus.")
        ) from error
    except UnidentifiedImageError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise ValidationError(
            _("Cette image est illisible : elle est incomplète ou abîmée. Enregistrez-la de nouveau.")
        ) from error
    finally:
        file.seek(0)


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _is_really(file: "UploadedFile[Any]", extension: str) -> bool:
    """Return whether the content is the PDF, image or office archive that the extension says."""
    file.seek(0)
    try:
        if extension == "pdf":
            return b"%PDF-" in file.read(_PDF_BEGINS_WITHIN)
        if extension in IMAGES:
            with _image_in(file, IMAGES[extension]) as image:
                image.verify()
            return True
        return _is_without_programs(file, _ARCHIVES[extension])
    except (UnidentifiedImageError, OSError):
        return False
    finally:
        file.seek(0)


def _is_without_programs(file: IO[bytes], main: str) -> bool:
    found = program_in(file, main)
    if found is Found.MACROS:
        raise ValidationError(
            _("Ce fichier contient des macros, c’est-à-dire un programme. Enregistrez-le sans elles.")
        )
    if found is Found.OBJECT:
        raise ValidationError(
            _(
                "Ce fichier contient un objet d’un autre logiciel, qui peut être un programme. Remplacez cet objet par "
                "une image, puis enregistrez le fichier."
            )
        )
    if found is Found.TOO_LARGE:
        raise ValidationError(
            _(
                "Ce fichier est trop complexe pour être vérifié : allégez-le, partagez-le en plusieurs fichiers, ou "
                "enregistrez-le au format PDF."
            )
        )
    return found is None
