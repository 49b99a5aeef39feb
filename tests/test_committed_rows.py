"""A transactional test finds what the migrations loaded, whatever the one before it has done."""

import pytest
from django.db import connection

from concertation.consultations.models import Territory
from concertation.journal.models import JournalEntry


@pytest.mark.parametrize("turn", ["first", "second", "third"])
def test_the_rows_of_migrations_are_there_and_no_others(transactional_db, turn, request):
    assert not JournalEntry.objects.exists()
    assert connection.creation.serialize_db_to_string() == connection._test_serialized_contents  # type: ignore[attr-defined]

    request.getfixturevalue("topic")
    Territory.objects.filter(parent=None).update(name="Autre")
    Territory.objects.exclude(parent=None).delete()
    assert JournalEntry.objects.exists()
