"""What other sites show of a link to a public page: its words, and one image for the whole consultation."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO

from django.conf import settings
from django.core.cache import cache as stored
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFont

from concertation.texts.clean import one_line

from .accent import PAPER
from .models import Consultation

WIDTH, HEIGHT = 1200, 630
LONGEST_DESCRIPTION = 200
STORED_SECONDS = 24 * 60 * 60
# As in static/css/tokens.css.
_INK, _INK_SOFT, _PRIMARY = "#1d2327", "#565d61", "#0d5c63"
_FONT = settings.BASE_DIR / "static" / "fonts" / "bricolage-grotesque-latin.woff2"
_MARGIN, _BAND, _TITLE_HEIGHT = 90, 40, 370
_SIZES = (88, 72, 60, 48)


@dataclass(frozen=True)
class LinkPreview:
    title: str
    description: str
    address: str
    image: str


def preview_of(
    consultation: Consultation, now: datetime, *, path: str, title: str = "", description: str = ""
) -> LinkPreview | None:
    """Return the preview of a page that everyone may read; None before the consultation is public."""
    if not consultation.is_public(now):
        return None
    image = reverse("consultations:preview_image", args=[consultation.slug])
    return LinkPreview(
        title=title or consultation.title,
        description=shortened(description or consultation.summary, LONGEST_DESCRIPTION),
        address=settings.SITE_URL + path,
        image=f"{settings.SITE_URL}{image}?v={consultation.version}",
    )


def shortened(text: str, most: int) -> str:
    """Return the first words of a text on one line, in at most so many characters."""
    line = one_line(text)
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(",;:.\u00a0\u202f") + "…"


def stored_image(consultation: Consultation) -> bytes:
    """Return the image of this version of the consultation, drawn once."""
    key = f"preview-image:{consultation.pk}:{consultation.version}"
    found: bytes | None = stored.get(key)
    if found is None:
        found = draw_image(consultation.title, consultation.accent)
        stored.set(key, found, STORED_SECONDS)
    return found


def draw_image(title: str, accent: str) -> bytes:
    """Return a PNG with the title and the name of the site, on paper with a band of the accent."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    colour = accent if re.fullmatch(r"#[0-9a-fA-F]{6}", accent) else _PRIMARY
    draw.rectangle((0, 0, WIDTH, _BAND), fill=colour)
    size, lines = _fitted(title)
    for place, line in enumerate(lines):
        draw.text((_MARGIN, _BAND + 60 + place * _line_height(size)), line, font=_font(size), fill=_INK)
    draw.rectangle((_MARGIN, HEIGHT - 112, _MARGIN + 64, HEIGHT - 106), fill=colour)
    draw.text((_MARGIN, HEIGHT - 90), settings.SITE_NAME, font=_font(34), fill=_INK_SOFT)
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _fitted(title: str) -> tuple[int, list[str]]:
    """Return the largest size at which the title fits, and its lines; the end of a very long one is left out."""
    for size in _SIZES:
        lines = _wrapped(title, size)
        most = _TITLE_HEIGHT // _line_height(size)
        if len(lines) <= most:
            return size, lines
    return size, [*lines[: most - 1], lines[most - 1] + "…"]


def _wrapped(title: str, size: int) -> list[str]:
    lines: list[str] = []
    for word in title.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _font(size).getlength(longer) <= WIDTH - 2 * _MARGIN:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _line_height(size: int) -> int:
    return round(size * 1.15)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONT, size)
