"""Every pair of colours that stands one on the other keeps the contrast of WCAG 2.2 AA, light and dark."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = Path(settings.BASE_DIR, "static/css/tokens.css").read_text()

TEXT = 4.5
CONTROL = 3.0

GROUNDS = ["paper", "surface", "sunk"]
TINTS = ["primary-tint", "accent-tint", "success-tint", "warning-tint", "danger-tint"]
NATURES = ["need", "obstacle", "opportunity", "solution", "experiment", "tool", "feature"]

PAIRS = [
    *[("ink", ground, TEXT) for ground in [*GROUNDS, *TINTS, "mark"]],
    *[("ink-soft", ground, TEXT) for ground in [*GROUNDS, *TINTS]],
    *[(colour, ground, TEXT) for colour in ("primary", "primary-strong") for ground in [*GROUNDS, "primary-tint"]],
    *[("accent", ground, TEXT) for ground in ("paper", "surface", "accent-tint")],
    *[("danger", ground, TEXT) for ground in ("paper", "surface", "danger-tint")],
    *[(state, ground, TEXT) for state in ("success", "warning") for ground in ("paper", "surface", f"{state}-tint")],
    *[(f"{act}-ink", ground, TEXT) for act in ("primary", "accent", "danger") for ground in (act, f"{act}-strong")],
    ("paper", "ink", TEXT),
    *[("control", ground, CONTROL) for ground in GROUNDS],
    *[("focus", ground, CONTROL) for ground in [*GROUNDS, *TINTS]],
    *[(f"nature-{nature}", ground, CONTROL) for nature in NATURES for ground in GROUNDS],
]


def colours(scheme: str) -> dict[str, str]:
    light, dark = TOKENS.split("prefers-color-scheme: dark", 1)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return found if scheme == "light" else found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_gives_the_known_ratios():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_stands_on_a_ground_can_be_read(scheme):
    tokens = colours(scheme)

    weak = {
        f"{front} on {ground}": round(contrast(tokens[front], tokens[ground]), 2)
        for front, ground, least in PAIRS
        if contrast(tokens[front], tokens[ground]) < least
    }

    assert weak == {}


def test_dark_replaces_every_colour_of_light():
    _light, dark = TOKENS.split("prefers-color-scheme: dark", 1)

    kept = {name for name in colours("light") if f"--{name}: #" not in dark}

    assert kept == set()


def test_no_other_style_sheet_names_a_colour():
    sheets = [path for path in Path(settings.BASE_DIR, "static/css").rglob("*.css") if path.name != "tokens.css"]

    named = {path.name: re.findall(r":[^;{]*#[0-9a-fA-F]{3,8}\b", path.read_text()) for path in sheets}

    assert {name: found for name, found in named.items() if found} == {}
