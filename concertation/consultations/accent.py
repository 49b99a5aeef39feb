"""The contrast of a concertation's accent with the paper of the pages, and the nearest colour that has enough."""

import colorsys

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from concertation.texts.templatetags.french import number

# As in static/css/tokens.css; 4.5:1 is what WCAG 2.2 AA asks of text.
PAPER = "#fbfaf6"
LEAST = 4.5


def check_accent(accent: str) -> None:
    """Refuse a colour that cannot be read on the paper; the error has the nearest one that can, as ``nearest``."""
    if not accent or contrast(accent, PAPER) >= LEAST:
        return
    sentence = _(
        "Cette couleur se lit mal sur les pages\u00a0: contraste de %(contrast)s au lieu de %(least)s au moins. "
        "La plus proche qui convienne est %(nearest)s\u00a0: elle est proposée ici, enregistrez pour l’adopter."
    )
    params = {"contrast": number(contrast(accent, PAPER)), "least": number(LEAST), "nearest": nearest(accent)}
    raise ValidationError({"accent": ValidationError(sentence, code="contrast", params=params)})


def nearest(colour: str) -> str:
    """Return the lightest colour of the same hue and saturation that has enough contrast with the paper."""
    if contrast(colour, PAPER) >= LEAST:
        return colour
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    for step in range(round(lightness * 255), -1, -1):
        red, green, blue = colorsys.hls_to_rgb(hue, step / 255, saturation)
        found = f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"
        if contrast(found, PAPER) >= LEAST:
            return found
    return "#000000"


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue
