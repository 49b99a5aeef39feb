"""A consultation's own colours as a small stylesheet of custom properties, validated again when written."""

import re
from collections.abc import Iterable

from .models import Consultation, Nature

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_CODE = re.compile(r"[-\w]+", re.ASCII)


def stylesheet(consultation: Consultation, natures: Iterable[Nature]) -> str:
    """Return the accent and one colour for each nature.

    The site's sheet mixes them with ink and paper, for contrast.
    """
    rules = [f":root {{ --theme: {consultation.accent}; }}"] if _COLOUR.fullmatch(consultation.accent) else []
    rules += [
        f".nature-{nature.code} {{ --nature: {nature.colour}; }}"
        for nature in natures
        if _COLOUR.fullmatch(nature.colour) and _CODE.fullmatch(nature.code)
    ]
    return "\n".join([*rules, ""])
