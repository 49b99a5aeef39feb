"""Files that people send: small enough, and really what their name says."""

import zipfile
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

MEBI = 1024 * 1024

IMAGES = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff", "webp": b"RIFF"}
DOCUMENTS = {
    "pdf": b"%PDF-",
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
    "odt": "content.xml",
    "ods": "content.xml",
    "odp": "content.xml",
    **IMAGES,
}
_MIMES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "pdf": "application/pdf",
}


def mime_of(name: str) -> str:
    """What a browser is told a kept file is; anything it need not open itself is plain bytes."""
    return _MIMES.get(_extension(name), "application/octet-stream")


def check_file(file: "UploadedFile[Any]", allowed: dict[str, Any], *, max_bytes: int) -> None:
    """Refuse a file that is too heavy, of another kind, or whose content is not what its name says."""
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
    if not _is_really(file, allowed[extension]):
        raise ValidationError(
            _("Ce fichier n’est pas un fichier %(format)s, malgré son nom. Enregistrez-le de nouveau dans ce format."),
            params={"format": extension.upper()},
        )


class CheckedFileField(forms.FileField):
    """A file field that checks what it is given and leaves alone what was kept."""

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


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _is_really(file: "UploadedFile[Any]", sign: bytes | str) -> bool:
    """A signature of first bytes, or for office formats the part that such an archive must hold."""
    file.seek(0)
    try:
        if isinstance(sign, bytes):
            return bool(file.read(len(sign)) == sign)
        with zipfile.ZipFile(file) as archive:
            return sign in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    finally:
        file.seek(0)
