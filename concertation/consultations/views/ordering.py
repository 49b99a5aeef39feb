"""Compute the new order of a list from the value of « Monter », « Descendre », or of a row dragged to its place."""

from typing import Any

from django.db.models import QuerySet

_STEPS = {"haut": -1, "bas": 1}


def moved(rows: QuerySet[Any], wanted: str) -> list[int]:
    """Return the keys of ``rows`` after one move.

    ``wanted`` is "12:haut", "12:bas" or "12:3", the place counted from 0; anything else changes nothing.
    """
    ids: list[int] = list(rows.order_by("position", "pk").values_list("pk", flat=True))
    key, _, to = wanted.partition(":")
    if not key.isdecimal() or len(key) > 18 or int(key) not in ids:
        return ids
    here = ids.index(int(key))
    if to in _STEPS:
        there = here + _STEPS[to]
    elif to.isdecimal() and len(to) <= 18:
        there = int(to)
    else:
        return ids
    ids.insert(min(max(there, 0), len(ids) - 1), ids.pop(here))
    return ids
