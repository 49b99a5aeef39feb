"""Rows are rendered once per version and joined ever after.

What a page shows of an object and what the socket pushes of it are the same bytes, kept in the cache under everything
they depend on: the templates of this release, the name of the row, the object and its ``version``, and the class of
its readers. A row therefore holds nothing of the person who looks: no CSRF token, no mark of their own, no relative
time; and every verb whose result shows in a row raises the object's ``version``.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache as once
from hashlib import sha256
from pathlib import Path
from typing import Protocol, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.template import engines
from django.utils.safestring import SafeString, mark_safe

from .audience import Audience

# Long enough for a busy page to stay warm; a version that nobody reads any more goes by itself.
KEPT_FOR = 60 * 60 * 24


class Versioned(Protocol):
    @property
    def pk(self) -> int: ...
    @property
    def version(self) -> int: ...


V = TypeVar("V", bound=Versioned)


def html_for(
    name: str,
    objects: Sequence[V],
    audience: Audience,
    render_missing: Callable[[Sequence[V]], Iterable[str]],
) -> list[SafeString]:
    """The rows of ``objects`` as ``audience`` sees them, in the same order, by one read of the cache.

    ``name`` is the name of the renderer. ``render_missing`` is called at most once, with the objects that the cache
    does not hold, and gives their HTML in the same order; load what only the rendering needs inside it. Not for use
    inside a transaction: what a rollback undoes must never have been kept.
    """
    keys = [_key(name, obj, audience) for obj in objects]
    found: dict[str, str] = cache.get_many(keys)
    missing = {key: obj for key, obj in zip(keys, objects, strict=True) if key not in found}
    if missing:
        rendered = dict(zip(missing, map(str, render_missing(list(missing.values()))), strict=True))
        cache.set_many(rendered, KEPT_FOR)
        found |= rendered
    return [mark_safe(found[key]) for key in keys]  # noqa: S308 - it left a template as safe, or a cache of those


def _key(name: str, obj: Versioned, audience: Audience) -> str:
    return f"row:{template_version()}:{name}:{obj.pk}:{obj.version}:{audience.key}"


@once
def template_version() -> str:
    """A hash of all that a rendering reads besides the object: templates, translations, names of static files."""
    digest = sha256()
    for path in sorted(_sources()):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _sources() -> Iterable[Path]:
    for engine in engines.all():
        for folder in engine.template_dirs:
            yield from Path(folder).rglob("*.html")
    for locale in settings.LOCALE_PATHS:
        yield from Path(locale).rglob("*.mo")
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.exists():
        yield manifest
