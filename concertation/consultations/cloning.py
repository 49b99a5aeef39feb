"""Copy what makes a consultation into a new draft: each app adds the copies of its own rows.

What an organiser wrote and set up is copied; people, what they wrote and the roles they hold are not.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from django.db.models import DateTimeField, Field, Model

from concertation.slots import Hooks

from .models import (
    ActorFamily,
    ActorKind,
    Consultation,
    Document,
    Nature,
    Partner,
    Phase,
    Reason,
    Stake,
    Territory,
    Topic,
)
from .search import index_copied_topics

M = TypeVar("M", bound=Model)

# What the teams edit of a consultation as a whole; its title, address and opening are those of the new one.
TEXTS = (
    "summary", "presentation", "presentation_html", "how_words_are_used", "how_words_are_used_html", "zone", "accent",
    "logo", "steering_name", "operational_name", "most_texts", "most_reactions", "most_reports",
)  # fmt: skip


@dataclass
class Clone:
    """A consultation, its new draft, and the copies made so far; dates are ``days`` later, at the same local hour."""

    source: Consultation
    target: Consultation
    days: int = 0
    copies: dict[tuple[type[Model], Any], Model] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._remember(self.source, self.target)

    def of(self, row: M) -> M:
        """Return the copy of a row, or the row itself where it is not copied: a territory of the official code."""
        return cast(M, self.copies.get((type(row), row.pk), row))

    def add(self, row: M, **changes: Any) -> M:
        """Save a copy of ``row`` with these changes: what is edited of it, its dates shifted, its relations copied."""
        model = type(row)
        values = {one.attname: self._value(row, one) for one in model._meta.concrete_fields if _is_edited(one)}
        copy = model(**{**values, **changes})
        copy.save()
        for many in model._meta.many_to_many:
            getattr(copy, many.name).set([self.of(one) for one in getattr(row, many.name).all()])
        self._remember(row, copy)
        return copy

    def add_all(self, rows: Iterable[Model], **changes: Any) -> None:
        for row in rows:
            self.add(row, **changes)

    def add_tree(self, rows: Iterable[Any], **changes: Any) -> None:
        """Copy rows that may be placed below one another, in any order."""
        listed = list(rows)
        self.add_all(listed, **changes)
        for row in listed:
            copy = self.of(row)
            if row.parent is not None and copy.parent_id != self.of(row.parent).pk:
                copy.parent = self.of(row.parent)
                copy.save(update_fields=["parent"])

    def shifted(self, at: datetime | None) -> datetime | None:
        if at is None:
            return None
        return at.astimezone(self.target.tz) + timedelta(days=self.days)  # the same hour by the clock of that day

    def _value(self, row: Model, one: "Field[Any, Any]") -> Any:
        value = getattr(row, one.attname)
        if isinstance(one, DateTimeField):
            return self.shifted(value)
        if one.related_model is not None:
            copy = self.copies.get((one.related_model, value))
            return value if copy is None else copy.pk
        return value

    def _remember(self, row: Model, copy: Model) -> None:
        self.copies[type(row), row.pk] = copy


def _is_edited(one: "Field[Any, Any]") -> bool:
    """Return whether a person wrote this column: not a key, a count or a version, but HTML made of what was written."""
    return not one.primary_key and (one.editable or one.name.endswith("_html"))


# What an app copies of its own, after the apps below it and in the same transaction.
parts: Hooks[[Clone]] = Hooks()


def copy_frame(clone: Clone) -> None:
    """Copy the lists, then the phases and their topics; what was pinned quotes somebody and stays there."""
    source = clone.source
    for model in (ActorFamily, ActorKind, Stake, Nature, Reason, Partner, Document):
        clone.add_all(model.objects.filter(consultation=source))
    clone.add_tree(Territory.objects.filter(consultation=source))
    clone.add_all(Phase.objects.filter(consultation=source).in_order())
    clone.add_tree(Topic.objects.filter(phase__consultation=source).in_order(), pinned_quote="", pinned_number=None)
    index_copied_topics(clone.target)


def register() -> None:
    parts.add(copy_frame)
