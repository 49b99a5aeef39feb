"""Compute how long a person must wait before an act that they did too often, from the journal.

The journal is written in each verb's transaction, so all processes count alike, and undoing an act does not uncount
it. Acts of uncommitted transactions are not seen: a verb that must be exact counts under a lock.
"""

from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from .models import JournalEntry


def wait_before(
    verb: str, *, by: AbstractBaseUser, most: int, within: timedelta, consultation_id: int | None = None
) -> float:
    """Return the seconds until ``by`` has done ``verb`` fewer than ``most`` times ``within``; 0 if that is so now.

    One query, on an index, that reads at most ``most`` entries.
    """
    done = JournalEntry.objects.filter(actor_id=by.pk, consultation_id=consultation_id, verb=verb)
    nth_last = done.order_by("-pk").values_list("at", flat=True)[most - 1 : most].first()
    return max((nth_last + within - timezone.now()).total_seconds(), 0) if nth_last else 0
