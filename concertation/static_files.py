"""Static files with hashed names."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

Paths = dict[str, tuple[Storage, str]]
_IMPORT = re.compile(r'^@import "([\w./-]+\.css)";$', re.MULTILINE)


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Storage that also hashes imports in scripts: a browser never mixes modules of two releases.

    Imports of style sheets are replaced by the sheets, as a browser would request imported ones one after the other.
    """

    support_js_module_import_aggregation = True

    def post_process(self, paths: Paths, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Join style sheets before they are hashed and compressed."""
        joined = InMemoryStorage()
        for name in [name for name in paths if name.endswith(".css")]:
            text = _read(paths, name)
            whole = _IMPORT.sub(lambda found, name=name: _imported(paths, name, found[1]), text)  # type: ignore[misc]
            if whole != text:
                joined.save(name, ContentFile(whole.encode()))
                paths[name] = (joined, name)
        yield from super().post_process(paths, dry_run, **options)


def _imported(paths: Paths, sheet: str, address: str) -> str:
    """Return the sheet at ``address``, relative to ``sheet``; only one level is joined."""
    return _read(paths, str(PurePosixPath(sheet).parent / address))


def _read(paths: Paths, name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read(), "utf-8")
