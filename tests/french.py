"""Collect the French sentences that this code shows or sends, from its sources: templates, modules, scripts."""

import ast
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FOLDERS = ("concertation", "contributions", "ateliers")

# A breaking space, or none, before ; : ! ? » or after «; a straight apostrophe; three dots for one sign.
WRONG = re.compile(
    r"(?<![\u202f/?!])[;?!»](?=[\s<»)]|$)|(?<!\u00a0):(?=\s|$)|«(?!\u00a0)|(?<=[^\W\d_])'(?=[^\W\d_])|(?<=\w)\.\.\."
)

_FRENCH = re.compile(r"[à-öø-ÿÀ-ÖØ-ßœŒ’«»…]")
_MARKED = {"_", "_t", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
_TAG = re.compile(r"{%(.*?)%}|{{(.*?)}}|{#.*?#}", re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_SHOWN_ATTRIBUTE = re.compile(r'\b(?:aria-label|alt|title|placeholder|content|data-[\w-]+)="([^"]*)"')
_JAVASCRIPT = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')


def sentences() -> Iterator[tuple[str, str]]:
    """Yield pairs (file, sentence)."""
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.is_file():
            yield from ((_name(path), words) for words in _of_template(path.read_text()))
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield from ((_name(path), words) for words in _of_module(path.read_text()))
    for path in sorted((ROOT / "static" / "js").rglob("*.js")):
        yield from ((_name(path), words) for words in _of_script(path.read_text()))
    for path in sorted((ROOT / "concertation").rglob("*.csv")):
        yield from ((_name(path), line) for line in path.read_text().splitlines())


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _of_template(source: str) -> Iterator[str]:
    """Yield the text between tags, in attributes that are read aloud, and in the quotes of Django's tags."""
    for tag, variable in _TAG.findall(source):
        yield from (words for words in _QUOTED.findall(tag or variable) if _FRENCH.search(words) or " " in words)
    text = _TAG.sub(lambda found: "X" if found[2] else "", source)
    yield from (unescape(words) for words in _SHOWN_ATTRIBUTE.findall(text) if " " in words)
    yield from filter(None, (unescape(piece).strip("\n") for piece in re.split(r"<[^>]*>", text)))


def _of_module(source: str) -> Iterator[str]:
    """Yield arguments of gettext, and other strings with French letters, apart from docstrings and patterns."""
    tree = ast.parse(source)
    skipped = {id(node) for parent in ast.walk(tree) for node in _not_shown(parent)}
    marked = {id(node) for parent in ast.walk(tree) for node in _arguments(parent)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and id(node) not in skipped:
            words = "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
            skipped |= {id(part) for part in node.values}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            words = node.value
        else:
            continue
        if id(node) in marked or (_FRENCH.search(words) and " " in words):
            yield words


def _not_shown(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return [node.value]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        is_pattern = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
        return list(node.args) if is_pattern else []
    return []


def _arguments(node: ast.AST) -> list[ast.expr]:
    is_marked = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MARKED
    return node.args if is_marked else []  # type: ignore[attr-defined]


def _of_script(source: str) -> Iterator[str]:
    for line in source.splitlines():
        if line.lstrip().startswith(("//", "/*", "*")):
            continue
        for plain, template in _JAVASCRIPT.findall(line):
            words = json.loads(f'"{plain}"') if plain else re.sub(r"\${[^}]*}", "X", template)
            if _FRENCH.search(words):
                yield words
