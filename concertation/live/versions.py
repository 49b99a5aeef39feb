"""Raise the versions of what a verb announces: rows are cached by them, and no page replaces a row by an older one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Model

from concertation.batches import in_batches

from . import registry


def raise_versions(touched: Iterable[tuple[type[Model], str, int, Model | None]]) -> None:
    """Raise a column of each row by one, once, and set the result on the objects in hand.

    ``touched`` has for each row its model, column, primary key, and the object if there is one. Models come in the
    reverse order of their declaration (contributions before topics, phases and consultations), which is that of locks.
    """
    columns: dict[tuple[type[Model], str], dict[int, list[Model]]] = defaultdict(lambda: defaultdict(list))
    for model, column, pk, obj in touched:
        columns[model, column][pk] += [] if obj is None else [obj]
    for model, column in sorted(columns, key=lambda one: (-registry.place_of(one[0]), one[1])):
        objects = columns[model, column]
        for pks in in_batches(sorted(objects)):
            for pk, version in _raised(model, column, pks).items():
                for obj in objects[pk]:
                    setattr(obj, column, version)


def _raised(model: type[Model], column: str, pks: Sequence[int]) -> dict[int, int]:
    quote = connection.ops.quote_name
    table, version, key = (quote(name) for name in (model._meta.db_table, column, "id"))
    places = ", ".join(["%s"] * len(pks))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {version} = {version} + 1 WHERE {key} IN ({places}) RETURNING {key}, {version}",  # noqa: S608
            list(pks),
        )
        return dict(cursor.fetchall())
