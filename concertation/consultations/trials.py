"""Trials: rows written to try a consultation before it is public, marked so that one act deletes them.

They count like others until they are deleted. Each app declares the kinds of rows that it has.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from concertation.live.actions import Announcement
from concertation.slots import Items
from concertation.viewer import Viewer

from .models import Consultation


@dataclass(frozen=True, kw_only=True)
class Words:
    """A row in words: its name, what it says, and its page."""

    name: str
    text: str
    url: str


@dataclass(frozen=True, kw_only=True)
class TrialKind:
    """Rows with a column ``is_trial``; ``key`` names them in addresses, ``permission`` is asked of each to mark it.

    ``find`` returns a row that the viewer may see, ``rows`` the marked ones. ``refusals`` says by key why some of
    them stay; ``delete`` gets the keys of the others, with their consultation's counter of contributions locked, and
    returns what to announce.
    """

    key: str
    title: str | Promise
    permission: str
    find: Callable[[Viewer, Consultation, int], Any]
    words: Callable[[Any], Words]
    lock: Callable[[Any], Any]
    changed: Callable[[Any], Sequence[Announcement]]
    rows: Callable[[Consultation], QuerySet[Any]]
    refusals: Callable[[Consultation], Mapping[int, str]]
    delete: Callable[[Consultation, Collection[int], datetime], Sequence[Announcement]]


@dataclass(frozen=True)
class Trial:
    words: Words
    refusal: str


@dataclass(frozen=True)
class Listed:
    """The marked rows of one kind."""

    kind: TrialKind
    trials: Sequence[Trial] = field(default_factory=list)


# A kind comes after those that its rows may refer to; they are deleted in the other order.
trial_kinds: Items[TrialKind] = Items()


def kind_of(key: str) -> TrialKind | None:
    return next((kind for kind in trial_kinds if kind.key == key), None)


def listed(consultation: Consultation) -> list[Listed]:
    """Return the marked rows, by kind, each with the reason why it stays, if any."""
    found = []
    for kind in trial_kinds:
        refusals, rows = kind.refusals(consultation), list(kind.rows(consultation))
        if rows:
            found.append(Listed(kind, [Trial(kind.words(row), refusals.get(row.pk, "")) for row in rows]))
    return found


def count_of(consultation: Consultation) -> int:
    return sum(kind.rows(consultation).count() for kind in trial_kinds)
