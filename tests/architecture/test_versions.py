"""No verb raises a version by hand: ``announce`` raises it, before it writes the events."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from concertation.live import registry

APPS = ("ateliers", "concertation", "contributions")
# The channel itself; and the counts of a topic, which are counted and raised by one statement under its lock.
ALLOWED = ("concertation/live/", "contributions/counters.py")


def columns() -> set[str]:
    return {"counts_version", *(one.version for one in registry._followed.values() if one.version)}


def raised_by_hand(source: str) -> list[int]:
    """The lines that raise one of these columns: ``x.version += 1``, ``version=F("version") + 1``, or SQL."""
    names = columns()
    in_sql = re.compile(rf"\b({'|'.join(names)})\b\W{{0,3}}=\W{{0,3}}\1\b")
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.AugAssign(target=ast.Attribute(attr=name)) if name in names:
                found.append(node.lineno)
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=ast.BinOp()) if name in names:
                found.append(node.lineno)
            case ast.keyword(arg=str(name), value=value) if name in names and f"F('{name}')" in ast.unparse(value):
                found.append(node.lineno)
            case ast.Constant(value=str(text)) if in_sql.search(text):
                found.append(node.lineno)
    return found


def test_no_verb_raises_a_version_by_hand():
    paths = [path for app in APPS for path in Path(settings.BASE_DIR, app).rglob("*.py")]
    own = [path for path in paths if not str(path.relative_to(settings.BASE_DIR)).startswith(ALLOWED)]

    assert [f"{path}:{line}" for path in own for line in raised_by_hand(path.read_text())] == []


@pytest.mark.parametrize(
    "line",
    [
        "row.version += 1",
        "row.version = row.version + 1",
        "rows.update(version=F('version') + 1)",
        'cursor.execute("UPDATE t SET version = version + 1")',
        'cursor.execute(\'UPDATE t SET "counts_version" = "counts_version" + 1\')',
    ],
)
def test_each_way_of_raising_by_hand_is_found(line):
    assert raised_by_hand(line) == [1]
