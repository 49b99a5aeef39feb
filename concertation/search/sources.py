"""What higher apps declare to search in ``AppConfig.ready``: texts, who may read them, how each is shown."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils.html import strip_tags

from concertation.viewer import Viewer

M = TypeVar("M", bound=Model)
_BLOCK = re.compile(r"<(?=/?(?:p|div|section|h[1-6]|[uo]l|li|d[ltd]|table|t[rhd]|blockquote|pre|[bh]r)\b)")


@dataclass(frozen=True, slots=True)
class Text:
    """A text to be found, or the section ``part`` of one; ``ref`` (« C-142 ») finds it too."""

    consultation_id: int
    at: datetime
    title: str
    plain: str
    ref: str = ""
    part: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What a list shows of a text: its address, its words, and where it stands (« Besoins, Se déplacer »)."""

    href: str
    title: str
    plain: str
    details: Sequence[str] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Source(Generic[M]):
    """Texts of one kind.

    ``name`` is at most 16 signs and in addresses; ``label`` is the plural in words. ``texts(rows)`` returns what is
    indexed of each row by its key, nothing for one that nobody may find. ``readable(viewer, consultation, filters)``
    returns the rows whose words this viewer may read, filtered by what the address asks of the source, or None where
    a filter concerns other sources only. ``shown(pks, viewer)`` returns what a list says of rows, by (key, part).
    """

    name: str
    label: Any
    rows: Callable[[], QuerySet[M]]
    texts: Callable[[Sequence[M]], Mapping[int, Sequence[Text]]]
    readable: Callable[[Viewer, Any, Mapping[str, Any]], QuerySet[M] | None]
    shown: Callable[[Iterable[int], Viewer], Mapping[tuple[int, int], Found]]


_sources: dict[str, Source[Any]] = {}


def register(source: Source[Any]) -> None:
    _sources[source.name] = source


def source(name: str) -> Source[Any]:
    return _sources[name]


def sources() -> Iterator[Source[Any]]:
    """Yield the sources in the order in which apps are installed."""
    yield from _sources.values()


def asks_others(filters: Mapping[str, Any], *own: str) -> bool:
    """Return whether an address asks for what a source does not know: all of its own filters are named."""
    return any(value and name not in {"source", *own} for name, value in filters.items())


def plain_of(html: str) -> str:
    """Return the words of HTML of ours, those of two blocks apart, and no space where emphasis ends."""
    return " ".join(unescape(strip_tags(_BLOCK.sub(" <", html))).split())
