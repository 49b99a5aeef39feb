"""Public numbers: one counter row per consultation and kind, never reused."""

from django.db.models import F
from django.db.models.functions import Greatest

from .models import Consultation, Counter


def take_number(consultation: Consultation, kind: str, *, count: int = 1) -> int:
    """The next public number of ``kind``, or the first of ``count`` in a row.

    The counter is the first lock of a verb: it is taken inside the caller's transaction and held to its end.
    """
    counter = Counter.objects.filter(consultation=consultation, kind=kind)
    if not counter.update(last=F("last") + count):
        Counter.objects.get_or_create(consultation=consultation, kind=kind)
        counter.update(last=F("last") + count)
    return counter.values_list("last", flat=True).get() - count + 1


def claim_numbers(consultation: Consultation, kind: str, *, up_to: int) -> None:
    """Take every number of ``kind`` up to this one, for rows that bring the number they had elsewhere."""
    Counter.objects.get_or_create(consultation=consultation, kind=kind)
    Counter.objects.filter(consultation=consultation, kind=kind).update(last=Greatest(F("last"), up_to))
