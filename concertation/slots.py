"""Typed slots: where a lower app's page or verb takes what higher apps add to it.

The lower app declares a slot as a value of one of these classes, beside what it asks of its providers; a higher app
adds to it in ``AppConfig.ready``. A provider of HTML takes a whole list of objects and answers for all of them at
once: a slot costs one query a list, never one a row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from inspect import signature
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

from django.db.models import Model
from django.utils.safestring import SafeString, mark_safe

from concertation.viewer import Viewer

if TYPE_CHECKING:
    from concertation.live.audience import Audience

P = ParamSpec("P")
T = TypeVar("T")
M = TypeVar("M", bound=Model)
F = TypeVar("F", bound=Callable[..., Any])

Html = Mapping[Any, SafeString]


class Items(Generic[T]):
    """Items known from the start, in the order in which they were added: entries of a menu, kinds of a form."""

    def __init__(self) -> None:
        self._items: list[T] = []

    def add(self, item: T) -> None:
        self._items.append(item)

    def __iter__(self) -> Iterator[T]:
        return iter(self._items)


class Slot(Generic[P, T]):
    """Items that depend on what is asked: each source returns its own for the arguments of the slot."""

    def __init__(self) -> None:
        self._sources: list[Callable[P, Iterable[T]]] = []

    def offer(self, source: Callable[P, Iterable[T]]) -> None:
        self._sources.append(source)

    def gather(self, *args: P.args, **kwargs: P.kwargs) -> list[T]:
        """Return the items of all sources, in the order of registration."""
        return [item for source in self._sources for item in source(*args, **kwargs)]


class Hooks(Generic[P]):
    """Acts of higher apps inside a verb of a lower one, in its transaction."""

    def __init__(self) -> None:
        self._hooks: list[Callable[P, None]] = []

    def add(self, hook: Callable[P, None]) -> None:
        self._hooks.append(hook)

    def run(self, *args: P.args, **kwargs: P.kwargs) -> None:
        for hook in self._hooks:
            hook(*args, **kwargs)


class ViewerHtml(Generic[M]):
    """HTML beside objects, for one viewer; refused on a page that many viewers share."""

    def __init__(self) -> None:
        self._providers: list[Callable[[Viewer, list[M]], Html]] = []

    def fill(self, provider: Callable[[Viewer, list[M]], Html]) -> None:
        """Register what ``provider(viewer, objects)`` returns: HTML by primary key."""
        self._providers.append(provider)

    def html_for(self, viewer: Viewer, objects: Iterable[M]) -> dict[Any, SafeString]:
        """Return what all providers give for these objects, joined in the order of registration."""
        if viewer.stands_for is not None:
            raise TypeError("This slot is filled for a person; a shared page has none.")
        rows = list(objects)
        return joined(provider(viewer, rows) for provider in self._providers)


class SharedHtml(Generic[M]):
    """HTML beside objects on a page that many viewers share: its providers take an audience, never a person."""

    def __init__(self) -> None:
        self._providers: list[Callable[[Audience, datetime, list[M]], Html]] = []

    def fill(self, provider: "Callable[[Audience, datetime, list[M]], Html]") -> None:
        """Register what ``provider(audience, now, objects)`` returns: HTML by primary key."""
        self._providers.append(takes_first("Audience", provider))

    def html_for(self, audience: "Audience", now: datetime, objects: Iterable[M]) -> dict[Any, SafeString]:
        """Return what all providers give for these objects, as ``audience`` sees it."""
        rows = list(objects)
        return joined(provider(audience, now, rows) for provider in self._providers)


def takes_first(name: str, provider: F) -> F:
    """Return ``provider``; refuse one whose first parameter is not annotated with the class of this name."""
    first = next(iter(signature(provider).parameters.values()))
    if getattr(first.annotation, "__name__", first.annotation) != name:
        raise TypeError(f"A shared page is rendered for an audience: {provider.__qualname__} takes {first}.")
    return provider


def joined(parts: Iterable[Html]) -> dict[Any, SafeString]:
    """Return the HTML of several providers as one, by primary key."""
    whole: dict[Any, SafeString] = {}
    for part in parts:
        for pk, html in part.items():
            whole[pk] = mark_safe(whole.get(pk, "") + html)  # noqa: S308 - both parts are SafeString already
    return whole
