"""Queries whose SQL is compiled once, for the few that most requests run.

Compiling a queryset costs several times as much as running its SQL and making objects of its rows.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet
from django.db.models.query import ValuesListIterable, get_related_populators

# The types are those of a later Django.
populators_of: Any = get_related_populators

K = TypeVar("K", bound=Hashable)
Row = TypeVar("Row")

# The rooms of two addresses, for a person, and that of their notices. Longer lists are rare, and compiled each time.
MOST_KEYS = 11
# Addresses may hold a longer number, which no database takes.
MORE_THAN_ANY_KEY = 2**63
# In the place of the keys while a query is compiled; no query holds them by chance.
_PLACES: dict[type, Sequence[Any]] = {
    int: [-(10**15) - place for place in range(MOST_KEYS)],
    str: [f"\x01{place}" for place in range(MOST_KEYS)],
}


class Prepared(Generic[K, Row]):
    """``rows(keys)``, compiled once for each number of keys: a queryset of a model, or of its ``values_list``.

    Nothing in it may depend on anything but the keys, which are all ``int`` or all ``str``: not on the time, nor on
    what an earlier query found. It has no ``prefetch_related``.
    """

    def __init__(self, rows: Callable[[Sequence[K]], QuerySet[Any, Row]]) -> None:
        self._rows = rows
        self._compiled = lru_cache(maxsize=None)(self._compile)

    def __call__(self, keys: Sequence[K]) -> list[Row]:
        keys = [one for one in dict.fromkeys(keys) if not isinstance(one, int) or one < MORE_THAN_ANY_KEY]
        if not 0 < len(keys) <= MOST_KEYS:
            return list(self._rows(keys)) if keys else []
        return self._compiled(len(keys), type(keys[0])).rows(keys)

    def _compile(self, count: int, kind: type) -> "_Statement[Row]":
        places = _PLACES[kind][:count]
        return _Statement(self._rows(places), places)


class _Statement(Generic[Row]):
    """The SQL of a queryset, and what makes its rows of the columns."""

    def __init__(self, queryset: QuerySet[Any, Row], places: Sequence[Any]) -> None:
        compiler: Any = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self._sql, parameters = compiler.as_sql()
        self._parameters = [(places.index(one) if one in places else None, one) for one in parameters]
        self._compiler = compiler
        self._converters = compiler.get_converters([one[0] for one in compiler.select])
        is_of_values = queryset._iterable_class is ValuesListIterable
        self._row: Callable[[Any], Row] = tuple if is_of_values else _instances_of(compiler)  # type: ignore[assignment]

    def rows(self, keys: Sequence[Any]) -> list[Row]:
        given = [one if place is None else keys[place] for place, one in self._parameters]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, given)
            found: Any = cursor.fetchall()
        if self._converters:
            found = self._compiler.apply_converters(found, self._converters)
        return [self._row(row) for row in found]


def _instances_of(compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """Return what makes an object of a row, with those of ``select_related``, as Django's own iteration does."""
    model, fields = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    columns = slice(fields[0], fields[-1] + 1)
    names = [column[0].target.attname for column in compiler.select[columns]]
    related = populators_of(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)

    def instance(row: Sequence[Any]) -> Any:
        made = model.from_db(DEFAULT_DB_ALIAS, names, row[columns])
        for populator in related:
            populator.populate(row, made)
        return made

    return instance
