"""Files that people send are what their name says, small enough, and hold no program."""

import io
import struct
import zipfile
import zlib
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from concertation.consultations.forms.files import DocumentField, LogoField
from concertation.documents import programs


def image_of(kind: str, size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    result = io.BytesIO()
    Image.new(str(options.pop("mode", "RGB")), size, "teal").save(result, kind, **options)
    return result.getvalue()


def archive_of(*names: str) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w") as archive:
        for name in names:
            archive.writestr(name, "<contenu/>")
    return result.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
VBA = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
SCHEMA = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def package(**parts: str | bytes) -> bytes:
    """An office archive; two underscores in a name are a slash, one a dot."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return result.getvalue()


def word(types: str = "", relations: str = "", **parts: str | bytes) -> bytes:
    overrides = f'<?xml version="1.0"?><Types xmlns="{TYPES}">{types}</Types>'
    relations = f'<Relationships xmlns="{SCHEMA}">{relations}</Relationships>'
    result = io.BytesIO(package(word__document_xml="<a/>", word___rels__document_xml_rels=relations, **parts))
    with zipfile.ZipFile(result, "a") as archive:
        archive.writestr("[Content_Types].xml", overrides)
    return result.getvalue()


def relation(kind: str, target: str) -> str:
    return f'<Relationship Id="r1" Type="{kind}" Target="{target}"/>'


def of_type(kind: str) -> str:
    return f'<Override PartName="/word/notes.bin" ContentType="{kind}"/>'


def manifest(kind: str) -> str:
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return (
        f'<manifest:manifest xmlns:manifest="{space}">'
        f'<manifest:file-entry manifest:full-path="Object 1" manifest:media-type="{kind}"/></manifest:manifest>'
    )


def text(content: str | bytes = "<a/>", name: str = "content.xml", **parts: str | bytes) -> bytes:
    """A text of LibreOffice with this ``content`` in one of its parts."""
    return package(**{"content_xml": "<a/>", name.replace("/", "__").replace(".", "_"): content, **parts})


def patched(content: bytes, where: int, put: bytes) -> bytes:
    """Put these bytes in the last entry of the list of the parts."""
    at = content.rindex(b"PK\x01\x02") + where
    return content[:at] + put + content[at + len(put) :]


def damaged_lzma() -> bytes:
    result = io.BytesIO(word())
    with zipfile.ZipFile(result, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("word/notes.bin", b"abc" * 100)
        start = archive.getinfo("word/notes.bin").header_offset
    content = bytearray(result.getvalue())
    data = start + 30 + len("word/notes.bin")
    content[data + 4 : data + 9] = b"\xff" * 5  # the settings of the compression
    return bytes(content)


def listing(count: int) -> bytes:
    """An archive that lists so many parts and holds none."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, *[0] * 8, 1, *[0] * 6) + b"a"
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, count * len(entry), 0, 0)
    return entry * count + end


def of_nothing(size: int) -> bytes:
    """A part that unpacks to nothing, however long one reads it."""
    content = word(word__notes_bin=b"\0\0\0\xff\xff" * (size // 5))
    name = content.rindex(b"PK\x01\x02", 0, content.rindex(b"PK\x01\x02"))
    stored = zipfile.ZipFile(io.BytesIO(content)).getinfo("word/notes.bin").header_offset
    as_deflated = content[: stored + 8] + b"\x08\0" + content[stored + 10 : name + 10] + b"\x08\0"
    return as_deflated + content[name + 12 :]


def png_that_claims(width: int, height: int) -> bytes:
    head, rows = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), zlib.compress(b"\0" * 1_000)
    chunks = [(b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def document(name: str, content: bytes) -> object:
    return DocumentField().clean(SimpleUploadedFile(name, content))


def logo(name: str, content: bytes) -> Image.Image:
    file = LogoField().clean(SimpleUploadedFile(name, content))
    assert file.name == name
    return Image.open(file)


def with_place(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 7.0)})
    return exif


BOMB = "Cette image a trop de points pour être affichée. Réduisez-la à 7\u202f000 points de côté au plus."
DAMAGED = "Cette image est illisible\u00a0: elle est incomplète ou abîmée. Enregistrez-la de nouveau."
MACROS = "Ce fichier contient des macros, c’est-à-dire un programme. Enregistrez-le sans elles."

TOO_LARGE = (
    "Ce fichier est trop complexe pour être vérifié\u00a0: allégez-le, partagez-le en plusieurs fichiers, ou "
    "enregistrez-le au format PDF."
)
OBJECT = (
    "Ce fichier contient un objet d’un autre logiciel, qui peut être un programme. Remplacez cet objet par une image, "
    "puis enregistrez le fichier."
)


def not_a(kind: str) -> str:
    return f"Ce fichier n’est pas un fichier {kind}, malgré son nom. Enregistrez-le de nouveau dans ce format."


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("photo.png", png_that_claims(50_000, 50_000), BOMB),
        ("photo.png", png_that_claims(9_000, 9_000), BOMB),
        ("photo.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", not_a("PNG")),
        ("photo.png", image_of("PNG")[:-40], DAMAGED),
        ("photo.png", image_of("JPEG"), not_a("PNG")),
        ("photo.webp", b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\0" * 40, not_a("WEBP")),
        ("photo.webp", b"RIFF\x24\x00\x00\x00AVI LIST" + b"\0" * 40, not_a("WEBP")),
        ("photo.jfif", b"GIF89a", not_a("JFIF")),
        ("rapport.pdf", b"\0" * 2_000 + b"%PDF-1.7", not_a("PDF")),
        ("rapport.docx", archive_of("word/document.xml", "word/vbaProject.bin"), MACROS),
        ("rapport.xlsx", archive_of("xl/workbook.xml", "xl/vbaProject.bin"), MACROS),
        ("rapport.pptx", archive_of("ppt/presentation.xml", "ppt/vbaProject.bin"), MACROS),
        ("rapport.odt", archive_of("content.xml", "Basic/Standard/Module1.xml"), MACROS),
        ("rapport.ods", archive_of("content.xml", "Scripts/python/a.py"), MACROS),
        ("rapport.docx", word(relations=relation(VBA, "notes.bin"), word__notes_bin=b"x"), MACROS),
        ("rapport.docx", word(types=of_type("application/vnd.ms-office.vbaPro&#106;ect")), MACROS),
        ("rapport.docx", word(types=of_type("application/vnd.ms-word.document.macroEnabled.main+xml")), MACROS),
        ("rapport.docx", word(relations=relation(f"{SCHEMA}/control", "activeX/a.xml")), MACROS),
        (
            "rapport.xlsx",
            package(xl__workbook_xml="<a/>", xl___rels__a_rels=f'<a Type="{SCHEMA}/xlMacrosheet"/>'),
            MACROS,
        ),
        ("rapport.docx", word(word__photo_png=OLE), OBJECT),
        ("rapport.docx", word(relations=relation(f"{SCHEMA}/oleObject", "http://exemple.fr/a")), OBJECT),
        ("rapport.docx", word(word__embeddings__a_xlsx=word(word__vbaProject_bin=OLE)), MACROS),
        ("rapport.odt", package(content_xml='<a xlink:href="vnd.sun.star.script:Standard.M.Main"/>'), MACROS),
        (
            "rapport.odt",
            package(content_xml="", **{"META-INF__manifest_xml": manifest("application/vnd.sun.star.oleobject")}),
            OBJECT,
        ),
        ("rapport.docx", word(types="<pas fermé"), not_a("DOCX")),
        ("rapport.docx", archive_of("xl/workbook.xml"), not_a("DOCX")),
        ("rapport.docx", b"PK\x03\x04 tronque", not_a("DOCX")),
        ("rapport.docx", damaged_lzma(), not_a("DOCX")),
        ("rapport.docx", patched(word(), 6, b"\xff"), not_a("DOCX")),  # a version that does not exist
        ("rapport.docx", patched(patched(word(), 9, b"\x08"), 46, b"\xff"), not_a("DOCX")),  # a name that is no text
        ("rapport.odt", text('<a b="vnd.sun.star.script&#58;Standard.M.Main"/>'), MACROS),
        ("rapport.odt", text('<a b="VND.SUN.STAR.SCRIPT:Standard.M.Main"/>'), MACROS),
        (
            "rapport.odt",
            text('<?xml version="1.0" encoding="UTF-16"?><a b="macro:///M.Main"/>'.encode("utf-16")),
            MACROS,
        ),
        ("rapport.odt", text('<a b="macro:///M.Main"/>', "styles.xml"), MACROS),
        ("rapport.odt", text('<a b="macro:///M.Main"/>', "Object 1/content.xml"), MACROS),
        ("rapport.odt", text('<a b="macro:///M.Main"/>', "suite.xml", zz_xml="<pas fermé"), MACROS),
        ("rapport.odt", text('<!DOCTYPE a [<!ENTITY e "macro:///M.Main">]><a b="&e;"/>'), not_a("ODT")),
        ("rapport.odt", text('<!DOCTYPE a [<!ATTLIST a b CDATA "mot">]><a/>'), not_a("ODT")),
        ("rapport.odt", text('<?xml version="1.0" encoding="inconnu"?><a/>'), not_a("ODT")),
        ("rapport.docx", listing(25_000), TOO_LARGE),
        ("rapport.docx", word(**{f"a{n}_zip": archive_of(*map(str, range(1_700))) for n in range(3)}), TOO_LARGE),
        ("rapport.odt", text("<a>" * 1_001 + "</a>" * 1_001), TOO_LARGE),
    ],
)
def test_a_file_that_is_not_safe_to_keep_is_refused_with_a_sentence(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        document(name, content)

    assert refusal.value.messages == [sentence]


@pytest.mark.parametrize(
    "content",
    [
        text("<a>" + "<b/>" * 30_000 + "</a>"),
        text("<a>" + '<b c="" d="" e="" f=""/>' * 4_000 + "</a>"),
        text("<a>" + "mot " * 300_000 + "</a>"),
        text(f'<a b="{"mot " * 100_000}"/>'),  # read anew with each piece
        text("<a/>", tableau_xlsx=package(a_xlsx=package(a_png=b"\0" * 400_000))),
    ],
    ids=["elements", "attributes", "words", "one-attribute", "nested"],
)
def test_what_takes_too_long_to_check_is_refused_as_too_complex(content: bytes, monkeypatch: Any) -> None:
    monkeypatch.setattr(programs, "_MOST_BYTES", 1024 * 1024)

    with pytest.raises(ValidationError) as refusal:
        document("rapport.odt", content)

    assert refusal.value.messages == [TOO_LARGE]


def test_a_part_that_unpacks_to_nothing_counts_as_it_is_read(monkeypatch: Any) -> None:
    monkeypatch.setattr(programs, "_MOST_BYTES", 100_000)

    with pytest.raises(ValidationError) as refusal:
        document("rapport.docx", of_nothing(200_000))

    assert refusal.value.messages == [TOO_LARGE]


@pytest.mark.parametrize("name", ["logo.svg", "logo.gif", "logo.pdf", "logo"])
def test_a_logo_of_another_kind_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="Ce format n’est pas accepté"):
        logo(name, b"<svg/>")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.jfif", image_of("JPEG")),
        ("photo.jpe", image_of("JPEG")),
        ("PHOTO.JPG", image_of("JPEG")),
        ("photo.png", image_of("PNG")),
        ("photo.webp", image_of("WEBP")),
        ("rapport.pdf", b"%PDF-1.7"),
        ("rapport.pdf", b"\r\n%PDF-1.7"),
        ("rapport.pdf", b"\xef\xbb\xbf%PDF-1.7"),
        ("rapport.docx", archive_of("word/document.xml")),
        ("rapport.docx", word(relations=relation(f"{SCHEMA}/image", "media/macro-projet.png"), word__macro_png=b"x")),
        ("rapport.docx", word(word__embeddings__tableau_xlsx=package(xl__workbook_xml="<a/>"))),
        ("rapport.odt", archive_of("content.xml", "mimetype")),
        ("rapport.odt", text("<a>L’adresse macro:/// et vnd.sun.star.script: sont des mots.</a>")),
        ("rapport.odt", text("", "Configurations2/accelerator/current.xml")),
        ("rapport.odt", text('<!DOCTYPE m PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd"><m/>')),
        ("rapport.docx", word(relations=relation(f"{SCHEMA}/image", "media/photo.png") * 10_000)),
    ],
)
def test_what_people_really_have_is_accepted(name: str, content: bytes) -> None:
    assert document(name, content) is not None


def test_a_large_workbook_behind_a_chart_is_accepted() -> None:
    content = io.BytesIO(word())
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/embeddings/tableau.xlsx", package(xl__image_png=b"\0" * 21 * 1024 * 1024))

    assert document("rapport.docx", content.getvalue()) is not None


@pytest.mark.parametrize(
    ("name", "kind"),
    [("logo.jpg", "JPEG"), ("logo.jfif", "JPEG"), ("logo.jpe", "JPEG"), ("logo.png", "PNG"), ("logo.webp", "WEBP")],
)
def test_a_logo_is_drawn_anew_at_the_size_of_a_page_and_without_the_place(name: str, kind: str) -> None:
    drawn = logo(name, image_of(kind, (1_700, 850), exif=with_place()))

    assert (drawn.format, drawn.size) == (kind, (800, 400))
    assert not drawn.getexif()
    assert "icc_profile" not in drawn.info


def test_a_photo_taken_on_its_side_stands_upright() -> None:
    assert logo("logo.jpg", image_of("JPEG", (400, 200), exif=with_place(orientation=6))).size == (200, 400)


def test_a_logo_keeps_what_is_transparent() -> None:
    assert logo("logo.png", image_of("PNG", mode="RGBA")).mode == "RGBA"


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_the_color_that_stands_for_transparent_leaves_no_fringe(mode: str) -> None:
    see_through, ink = ((255, 0, 255), (0, 128, 128)) if mode == "RGB" else (255, 40)
    image, content = Image.new(mode, (1_700, 850), see_through), io.BytesIO()
    image.paste(ink, (333, 333, 1_001, 701))
    image.save(content, "PNG", transparency=see_through)

    drawn = logo("logo.png", content.getvalue())
    seen = {color[:3] for _count, color in drawn.getcolors(1_000_000) if color[3] > 8}
    wanted = ink if isinstance(ink, tuple) else (ink,) * 3
    assert seen
    assert all(abs(one - other) < 16 for color in seen for one, other in zip(color, wanted, strict=True)), seen


def test_a_small_logo_keeps_its_size() -> None:
    assert logo("logo.png", image_of("PNG", (60, 30))).size == (60, 30)


def test_a_logo_that_stops_half_way_is_refused() -> None:
    content = image_of("JPEG", (400, 400))

    with pytest.raises(ValidationError, match="illisible"):
        logo("logo.jpg", content[: len(content) // 2])


def test_an_image_to_download_is_re_encoded_at_a_size_to_read_it_without_its_place():
    taken = document("plan.jpg", image_of("JPEG", (4000, 1000), exif=with_place()))

    image = Image.open(taken)
    assert (image.size, dict(image.getexif())) == ((2400, 600), {})


def test_an_image_small_enough_keeps_its_size():
    assert Image.open(document("plan.png", image_of("PNG", (900, 300)))).size == (900, 300)
