"""The French plural catalogue: French wants the singular for zero, which source strings alone do not give.

``python -m tests.tooling.catalogue --write`` gathers every plural of the code and the templates into the catalogue;
without the option it says what is missing or stale, and fails.
"""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "concertation" / "locale" / "fr" / "LC_MESSAGES"
COUNTED = re.compile(r"""\|count:"([^",]+),([^",]+)\"""")
NAMES = {"ngettext": None, "ngettext_lazy": None, "npgettext": 0, "npgettext_lazy": 0}
FRENCH = ROOT / "concertation" / "texts" / "templatetags" / "french.py"
METADATA = {
    "Project-Id-Version": "concertation",
    "Language": "fr",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n > 1);",
}

Plural = tuple[str | None, str, str]  # context, singular, plural


def catalogue() -> polib.POFile:
    """Return the catalogue with each plural of the source."""
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = METADATA
    for context, singular, plural in sorted({*_in_code(), *_in_templates()}, key=lambda one: (one[1], one[0] or "")):
        forms = {0: singular, 1: plural}
        entry = polib.POEntry(msgctxt=context, msgid=singular, msgid_plural=plural, msgstr_plural=forms)
        if "%(" in singular or "%(" in plural:
            entry.flags.append("python-format")
        catalogue.append(entry)
    return catalogue


def _in_code() -> Iterator[Plural]:
    for path in _files("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        known = _imported_names(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in known:
                yield _plural_of(node, NAMES[known[node.func.id]], path)
            elif node.func.id == "count" and (path == FRENCH or _imports_count(tree)):
                yield _counted(node, path)


def _imported_names(tree: ast.AST) -> dict[str, str]:
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names = [name for node in imports if node.module == "django.utils.translation" for name in node.names]
    return {name.asname or name.name: name.name for name in names if name.name in NAMES}


def _plural_of(call: ast.Call, context_at: int | None, path: Path) -> Plural:
    words = [one.value if isinstance(one, ast.Constant) else None for one in call.args]
    context = str(words.pop(context_at)) if context_at is not None else None
    if not (isinstance(words[0], str) and isinstance(words[1], str)):
        raise SystemExit(f"{path.relative_to(ROOT)}:{call.lineno}: a plural must be given as two literal strings.")
    return context, words[0], words[1]


def _imports_count(module: ast.Module) -> bool:
    imports = [node for node in module.body if isinstance(node, ast.ImportFrom)]
    french = [node for node in imports if str(node.module).endswith("templatetags.french")]
    return any(name.name == "count" for node in french for name in node.names)


def _counted(call: ast.Call, path: Path) -> Plural:
    words = call.args[1] if len(call.args) == 2 else None
    if not isinstance(words, ast.Constant) or str(words.value).count(",") != 1:
        raise SystemExit(f"{path.relative_to(ROOT)}:{call.lineno}: count wants one literal, singular and plural.")
    return _with_number(*str(words.value).split(","))


def _with_number(singular: str, plural: str) -> Plural:
    return None, f"%(n)s\u00a0{singular}", f"%(n)s\u00a0{plural}"


def _in_templates() -> Iterator[Plural]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concertation.settings")
    os.environ.setdefault("DEBUG", "1")
    import django
    from django.template import Engine, Template, engines
    from django.templatetags.i18n import BlockTranslateNode

    django.setup()
    engine: Engine = engines["django"].engine  # type: ignore[attr-defined]
    for path in [*_files("*.html"), *_files("*.txt")]:
        if "templates" not in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        counted = COUNTED.findall(source)
        if len(counted) < source.count("|count:"):
            raise SystemExit(f"{path.relative_to(ROOT)}: count wants one literal, singular and plural.")
        yield from (_with_number(*forms) for forms in counted)
        template = Template(source, engine=engine)
        for node in template.nodelist.get_nodes_by_type(BlockTranslateNode):
            if node.plural:
                singular, plural = (node.render_token_list(part)[0] for part in (node.singular, node.plural))
                context = node.message_context.var if node.message_context else None
                yield context, singular, plural


def _files(pattern: str) -> list[Path]:
    """Return the files of the site itself that git tracks or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", pattern]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    ours = {"concertation", "contributions", "ateliers", "templates"}
    paths = [ROOT / name for name in sorted(set(names)) if name.split("/")[0] in ours]
    return [path for path in paths if path.exists()]


def main() -> None:
    po, mo = FOLDER / "django.po", FOLDER / "django.mo"
    wanted = catalogue()
    if "--write" in sys.argv:
        FOLDER.mkdir(parents=True, exist_ok=True)
        po.write_text(f"{wanted}\n", encoding="utf-8")
        mo.write_bytes(wanted.to_binary())
        return
    if not po.exists() or po.read_text(encoding="utf-8") != f"{wanted}\n" or mo.read_bytes() != wanted.to_binary():
        sys.exit("The French plural catalogue is stale: run `make catalogue` and commit concertation/locale.")


if __name__ == "__main__":
    main()
