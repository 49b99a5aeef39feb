"""Monter, Descendre: compute the new order from a button's value."""

from typing import Any

from django.db.models import QuerySet


def moved(rows: QuerySet[Any], wanted: str) -> list[int]:
    """Return the keys of ``rows`` after one move;

    ``wanted`` is "12:haut" or "12:bas", anything else changes nothing.
    """
    ids: list[int] = list(rows.order_by("position", "pk").values_list("pk", flat=True))
    key, _, way = wanted.partition(":")
    step = {"haut": -1, "bas": 1}.get(way)
    if step is None or not key.isdecimal() or len(key) > 18 or int(key) not in ids:
        return ids
    here = ids.index(int(key))
    there = min(max(here + step, 0), len(ids) - 1)
    ids.insert(there, ids.pop(here))
    return ids
