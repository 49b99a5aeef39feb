"""Where a lower page shows what a higher app knows.

A page names a slot; higher apps fill it in ``AppConfig.ready``. A provider takes the viewer and a whole list of
objects and answers for all of them at once, so that a slot costs one query a list, never one a row.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model
from django.utils.safestring import SafeString, mark_safe

from concertation.viewer import Viewer

Provider = Callable[[Any, Sequence[Any]], Mapping[Any, SafeString]]
Hook = Callable[..., None]

_providers: dict[str, list[Provider]] = defaultdict(list)
_hooks: dict[str, list[Hook]] = defaultdict(list)
_sources: dict[str, list[Callable[..., Any]]] = defaultdict(list)


def fill(slot: str, provider: Provider) -> None:
    """Register what ``provider(viewer, objects)`` returns, HTML by primary key, as part of ``slot``."""
    if provider not in _providers[slot]:
        _providers[slot].append(provider)


def html_for(slot: str, viewer: Viewer, objects: Iterable[Model]) -> dict[Any, SafeString]:
    """Everything that fills ``slot`` for these objects, joined in the order of registration."""
    rows = list(objects)
    joined: dict[Any, SafeString] = {}
    for provider in _providers[slot]:
        for pk, html in provider(viewer, rows).items():
            joined[pk] = mark_safe(joined.get(pk, "") + html)  # noqa: S308 - both parts are SafeString already
    return joined


def listen(event: str, hook: Hook) -> None:
    """Let a higher app take part in a lower app's verb, inside its transaction ("user.renamed")."""
    if hook not in _hooks[event]:
        _hooks[event].append(hook)


def tell(event: str, *args: Any, **kwargs: Any) -> None:
    """Run the hooks of ``event``, in the caller's transaction."""
    for hook in _hooks[event]:
        hook(*args, **kwargs)


def offer(kind: str, source: Callable[..., Any]) -> None:
    """Register a source of items that a gathering page collects ("todo.items", "my.ateliers")."""
    if source not in _sources[kind]:
        _sources[kind].append(source)


def gather(kind: str, *args: Any, **kwargs: Any) -> list[Any]:
    """The items of every source of ``kind``, in the order of registration."""
    return [item for source in _sources[kind] for item in source(*args, **kwargs)]
