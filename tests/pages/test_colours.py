"""One colour has one meaning: what each of the strong colours may be used for."""

import re
from pathlib import Path

from django.conf import settings

SHEETS = Path(settings.BASE_DIR, "static/css")
TOKENS = (SHEETS / "tokens.css").read_text()

# What happens now, or has just come.
LIVE = {
    ".badge--live",
    ".button--live",
    ".button--live:hover",
    ".contribution.is-new::before",
    ".live-new .button",
    ".live-new .button:hover",
    ".timeline__phase--now .timeline__mark",
    ".timeline__phase--now .timeline__when",
}
# What the address leads to; what has the focus has it everywhere.
HERE = {".contribution:target", ".recommendation:target", ".replies .is-target > .contribution"}


def uses_of(token: str) -> set[str]:
    """Return the selectors of the rules that use a token, or one made of its name, but for the style page's samples."""
    found: set[str] = set()
    for path in SHEETS.rglob("*.css"):
        words = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        for selectors, body in re.findall(r"([^{}]+){([^{}]*)}", words):
            if f"var(--{token}" in body:
                found |= {one.strip() for one in selectors.split(",")}
    return {one for one in found if not one.startswith(".swatch")}


def test_the_warm_colour_says_what_happens_now_or_has_just_come():
    assert uses_of("accent") == LIVE


def test_the_colour_of_the_focus_says_where_one_is():
    assert {one for one in uses_of("focus") if "focus" not in one} == HERE


def test_no_nature_looks_like_what_happens_now():
    def channels(colour: str) -> list[int]:
        return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]

    for scheme in TOKENS.split("prefers-color-scheme: dark"):
        [accent] = re.findall(r"--accent: (#\w{6})", scheme)
        natures = re.findall(r"--nature-\w+: (#\w{6})", scheme)
        near = [
            one for one in natures if sum(abs(a - b) for a, b in zip(channels(accent), channels(one), strict=True)) < 45
        ]
        assert (len(natures), near) == (7, [])
