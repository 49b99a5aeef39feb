"""Columns derived from another column by ``words``, so that both databases search, compare and sort alike.

They are computed at each save, and by ``bulk_create`` and ``update_or_create``. ``update`` and ``bulk_update`` of the
source do not compute them; ``save(update_fields=…)`` must name them: see ``with_made_of``.
"""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Q

from .words import fold, identity, sort_key


class _Made:
    """Base of these columns: the value is computed from the columns ``of``."""

    make: Callable[[str], Any]

    def __init__(self, *args: Any, of: Iterable[str] | str, **kwargs: Any) -> None:
        self.of = (of,) if isinstance(of, str) else tuple(of)
        super().__init__(*args, **{**kwargs, "editable": False})

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "of": list(self.of) if len(self.of) > 1 else self.of[0]}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.make_of(model_instance)
        setattr(model_instance, self.attname, value)  # type: ignore[attr-defined]
        return value

    def make_of(self, row: models.Model) -> Any:
        raise NotImplementedError


class FoldedField(_Made, models.TextField):  # type: ignore[type-arg]
    """The folded words of one or several columns, one a line, for search."""

    def make_of(self, row: models.Model) -> str:
        return "\n".join(fold(getattr(row, name)) for name in self.of)


# Each word is a condition on every row: who types more is answered by the first ones.
MOST_WORDS, MOST_CHARACTERS = 20, 200


def has_words(words: str, *columns: str) -> Q:
    """Return the condition that every word of ``words`` stands in one of these folded columns, in any order.

    Only the first ``MOST_WORDS`` words of the first ``MOST_CHARACTERS`` characters count.
    """
    found = Q()
    for word in dict.fromkeys(fold(words[:MOST_CHARACTERS]).split()[:MOST_WORDS]):
        found &= reduce(or_, (Q(**{f"{column}__contains": word}) for column in columns))
    return found


class IdentityField(_Made, models.TextField):  # type: ignore[type-arg]
    """The identity of a name: equal for two spellings of one name."""

    def make_of(self, row: models.Model) -> str:
        return identity(getattr(row, self.of[0]))


class SortKeyField(_Made, models.BinaryField):  # type: ignore[type-arg]
    """The sort key of a name in French order."""

    def make_of(self, row: models.Model) -> bytes:
        return sort_key(getattr(row, self.of[0]))


def with_made_of(model: type[models.Model], changed: Iterable[str]) -> list[str]:
    """Return ``changed`` and the columns derived from them, for ``save(update_fields=…)``."""
    names = list(changed)
    made = [one.name for one in model._meta.concrete_fields if isinstance(one, _Made) and {*one.of} & {*names}]
    return [*names, *made]
