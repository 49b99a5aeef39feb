"""``python -m tests.bench [NAME…]``: run every ``bench_*`` of ``bench_*.py``, or those whose name contains a word.

A benchmark returns its figures. They run on a database of their own, SQLite unless ``DATABASE_URL`` names another.
"""

import importlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
RESULTS = FOLDER.parent.parent / "var" / "bench.json"


def benchmarks(words: list[str]) -> Iterator[Callable[[], list]]:
    for path in sorted(FOLDER.glob("bench_*.py")):
        module = importlib.import_module(f"tests.bench.{path.stem}")
        for name, function in list(vars(module).items()):
            whole = f"{path.stem}.{name}"
            if name.startswith("bench_") and (not words or any(word in whole for word in words)):
                yield function


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django
    from django.conf import settings
    from django.test.utils import setup_databases, teardown_databases

    django.setup()
    from tests.settings import SCRATCH

    SCRATCH.mkdir(exist_ok=True)
    # As on a server: Django's test environment would record each rendering of each template.
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["*"]
    databases = setup_databases(verbosity=0, interactive=False)
    figures = []
    try:
        for benchmark in benchmarks(sys.argv[1:]):
            for figure in benchmark():
                print(figure.line(), flush=True)
                figures.append(figure)
    finally:
        teardown_databases(databases, verbosity=0)
        shutil.rmtree(SCRATCH, ignore_errors=True)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({one.name: one.value for one in figures}, indent=1) + "\n", encoding="utf-8")
    print(f"\nWritten to {RESULTS.relative_to(FOLDER.parent.parent)}.")


if __name__ == "__main__":
    main()
