"""Public numbers: one counter row per consultation and kind, never reused."""

from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest

from .models import Consultation, Counter


def take_number(consultation: Consultation, kind: str, *, count: int = 1) -> int:
    """Return the next public number of ``kind``, or the first of ``count`` in a row.

    The counter is the first lock of a verb: taken inside the caller's transaction, released at its end.
    """
    last = _incremented(consultation, kind, count)
    if last is None:
        Counter.objects.get_or_create(consultation=consultation, kind=kind)
        last = _incremented(consultation, kind, count)
    assert last is not None, "the row is there"
    return last - count + 1


def _incremented(consultation: Consultation, kind: str, count: int) -> int | None:
    """Increment and read in one statement, to hold the lock briefly: every post of a consultation needs it."""
    table = connection.ops.quote_name(Counter._meta.db_table)
    where = "consultation_id = %s AND kind = %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET last = last + %s WHERE {where} RETURNING last",  # noqa: S608 - our own table's name
            [count, consultation.pk, kind],
        )
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def lock_numbers(consultation: Consultation, kind: str) -> None:
    """Lock the counter until the end of this transaction, without taking a number."""
    Counter.objects.select_for_update().get_or_create(consultation=consultation, kind=kind)


def claim_numbers(consultation: Consultation, kind: str, *, up_to: int) -> None:
    """Raise the counter to ``up_to``, for rows that bring their numbers from another site."""
    Counter.objects.get_or_create(consultation=consultation, kind=kind)
    Counter.objects.filter(consultation=consultation, kind=kind).update(last=Greatest(F("last"), up_to))
