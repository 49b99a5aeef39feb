"""Keyset pagination: a page starts after the last row seen, so that changed lists repeat and skip no row."""

import base64
import binascii
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

AFTER, BEFORE = "apres", "avant"


@dataclass(frozen=True)
class KeysetPage:
    """Some rows in order, and the queries of the pages on either side (empty when there is none)."""

    rows: Sequence[Any]
    previous: str = ""
    next: str = ""
    first: str = ""

    @property
    def pks(self) -> list[Any]:
        return [row.pk for row in self.rows]


def page_of(rows: QuerySet[Any], order: Sequence[str], params: QueryDict, size: int) -> KeysetPage:
    """Return the page that ``params`` ask for, in ``order``: names of columns that are not null, the last one unique.

    A name may cross relations or be an annotation; a leading ``-`` sorts in descending order. The other parameters of
    the address are kept. A truncated cursor gives the first page.
    """
    after, before = (_read(params.get(name, ""), len(order)) for name in (AFTER, BEFORE))
    names = [name.removeprefix("-") for name in order]
    if after is None and before is not None:
        found = _sliced(rows, [_turned(name) for name in order], before, size)
        page, has_next = found[:size][::-1], True
        has_previous = len(found) > size
    else:
        found = _sliced(rows, order, after, size)
        page, has_next = found[:size], len(found) > size
        has_previous = after is not None
    if not page and (after or before):  # all rows after the cursor were removed meanwhile
        return page_of(rows, order, _without_cursor(params), size)
    if not page:
        return KeysetPage([])
    return KeysetPage(
        page,
        previous=_query(params, BEFORE, _write(page[0], names)) if has_previous else "",
        next=_query(params, AFTER, _write(page[-1], names)) if has_next else "",
        first=_query(params) if after or before else "",
    )


def _sliced(rows: QuerySet[Any], order: Sequence[str], cursor: list[Any] | None, size: int) -> list[Any]:
    if cursor is not None:
        with suppress(ValueError, TypeError, ValidationError):  # a cursor of another list
            rows = rows.filter(_beyond(order, cursor))
    return list(rows.order_by(*order)[: size + 1])


def _beyond(order: Sequence[str], cursor: Sequence[Any]) -> Q:
    """Return the rows after ``cursor``: a later first column, or the same one and a later second, and so on."""
    beyond = Q()
    same: dict[str, Any] = {}
    for name, value in zip(order, cursor, strict=True):
        plain = name.removeprefix("-")
        way = "lt" if name.startswith("-") else "gt"
        beyond |= Q(**same, **{f"{plain}__{way}": value})
        same[plain] = value
    return beyond


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row.pk if isinstance(row, Model) else row


def _write(row: Any, names: Sequence[str]) -> str:
    values = [_value(row, name) for name in names]
    plain = [_as_json(one) for one in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": value.astimezone(UTC).isoformat()}
    return {"hex": bytes(value).hex()} if isinstance(value, bytes | memoryview) else value


def _from_json(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return bytes.fromhex(value["hex"]) if "hex" in value else datetime.fromisoformat(value["at"])


def _read(cursor: str, length: int) -> list[Any] | None:
    """Return the values of a cursor of ours; None for any other text."""
    if not cursor or len(cursor) > 1_000:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
        read = [_from_json(one) for one in values]
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError):
        return None
    is_plain = all(_is_storable(one) for one in read)
    return read if isinstance(values, list) and len(read) == length and is_plain else None


def _is_storable(value: Any) -> bool:
    """Return whether every database can compare with this value."""
    if isinstance(value, datetime):
        return value.tzinfo is not None and 1 < value.year < 9999
    if isinstance(value, bytes):
        return True
    if isinstance(value, bool):
        return False
    return abs(value) < 2**63 if isinstance(value, int) else isinstance(value, str) and "\x00" not in value


def _without_cursor(params: QueryDict) -> QueryDict:
    query = params.copy()
    for one in (AFTER, BEFORE):
        query.pop(one, None)
    return query


def _query(params: QueryDict, name: str = "", cursor: str = "") -> str:
    query = _without_cursor(params)
    if name:
        query[name] = cursor
    return f"?{query.urlencode()}"
