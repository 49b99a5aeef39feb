"""Where a lower page shows what a higher app knows.

A page names a slot; higher apps fill it in ``AppConfig.ready``. A provider takes a whole list of objects and answers
for all of them at once, so that a slot costs one query a list, never one a row. The slots of a page that many viewers
share are filled by providers that take an audience; those of other pages by providers that take a viewer.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from inspect import signature
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.utils.safestring import SafeString, mark_safe

from concertation.viewer import Viewer

if TYPE_CHECKING:
    from concertation.live.audience import Audience

Provider = Callable[[Viewer, Sequence[Any]], Mapping[Any, SafeString]]
SharedProvider = Callable[["Audience", datetime, Sequence[Any]], Mapping[Any, SafeString]]
Hook = Callable[..., None]

_providers: dict[str, list[Provider]] = defaultdict(list)
_shared: dict[str, list[SharedProvider]] = defaultdict(list)
_hooks: dict[str, list[Hook]] = defaultdict(list)
_sources: dict[str, list[Callable[..., Any]]] = defaultdict(list)


def fill(slot: str, provider: Provider) -> None:
    """Register what ``provider(viewer, objects)`` returns, HTML by primary key, as part of ``slot``."""
    if provider not in _providers[slot]:
        _providers[slot].append(provider)


def fill_shared(slot: str, provider: SharedProvider) -> None:
    """Register what ``provider(audience, now, objects)`` returns as part of a slot on a shared page."""
    first = next(iter(signature(provider).parameters.values()))
    if getattr(first.annotation, "__name__", first.annotation) != "Audience":
        raise TypeError(f"A shared page is rendered for an audience: {provider.__qualname__} takes {first}.")
    if provider not in _shared[slot]:
        _shared[slot].append(provider)


def html_for(slot: str, viewer: Viewer, objects: Iterable[Model]) -> dict[Any, SafeString]:
    """Return everything that fills ``slot`` for these objects, joined in the order of registration."""
    if viewer.stands_for is not None:
        raise TypeError(f"The slot {slot} is filled for a person; a shared page has none.")
    rows = list(objects)
    return _joined(provider(viewer, rows) for provider in _providers[slot])


def shared_html_for(slot: str, audience: "Audience", now: datetime, objects: Iterable[Model]) -> dict[Any, SafeString]:
    """Return the same for a slot on a shared page, as ``audience`` sees it."""
    rows = list(objects)
    return _joined(provider(audience, now, rows) for provider in _shared[slot])


def _joined(parts: Iterable[Mapping[Any, SafeString]]) -> dict[Any, SafeString]:
    joined: dict[Any, SafeString] = {}
    for part in parts:
        for pk, html in part.items():
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
