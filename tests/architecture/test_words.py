"""Words are compared in one way: by ``texts/words.py`` and the columns of ``texts/fields.py``."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Lookups and functions that differ between SQLite and PostgreSQL, or that do not ignore accents.
ELSEWHERE = re.compile(
    r"__i(?:contains|startswith|endswith|exact|regex)\b|\bcasefold\(|\bLower\(|\bUpper\(|order_by\([^)]*(?:name|title|label)\""
)
FOLDERS = ("concertation", "contributions", "ateliers")
WORDS = "concertation/texts/words.py"


def test_no_other_way_of_comparing_words_is_used():
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts and path != ROOT / WORDS
        for line in path.read_text("utf-8").splitlines()
        if ELSEWHERE.search(line) and "email" not in line  # an address is ASCII, and compared as such
    ]

    assert found == []
