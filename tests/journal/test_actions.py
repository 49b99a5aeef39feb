"""The journal says who did what, and nobody rewrites it."""

import pytest
from django.db import DatabaseError, connection, transaction

from concertation.accounts.models import Organisation, User
from concertation.journal.actions import record
from concertation.journal.models import AppendOnly, JournalEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def someone() -> User:
    return User.objects.create_user("ada@example.org")


@pytest.fixture
def entry(someone: User) -> JournalEntry:
    return record("organisation.renamed", Organisation.objects.create(name="Ville"), by=someone, details={"of": 3})


def test_an_entry_cannot_be_changed_or_deleted_in_code(entry):
    entry.verb = "organisation.merged"

    with pytest.raises(AppendOnly):
        entry.save()
    with pytest.raises(AppendOnly):
        entry.delete()
    with pytest.raises(AppendOnly):
        JournalEntry.objects.update(verb="x")
    with pytest.raises(AppendOnly):
        JournalEntry.objects.all().delete()


@pytest.mark.parametrize(
    "statement", ["UPDATE journal_journalentry SET verb = 'x'", "DELETE FROM journal_journalentry"]
)
def test_the_database_itself_refuses_to_rewrite_the_journal(entry, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert JournalEntry.objects.get().verb == "organisation.renamed"


def test_an_entry_says_who_did_what_on_which_object(entry, someone):
    organisation = Organisation.objects.get()

    kept = JournalEntry.objects.of(organisation).get()

    assert (kept.actor_id, kept.verb, kept.object_label, kept.details) == (
        someone.pk,
        "organisation.renamed",
        f"accounts.organisation:{organisation.pk}",
        {"of": 3},
    )


def test_an_entry_outlives_the_account_that_made_it(entry, someone):
    actor = someone.pk

    someone.delete()

    assert JournalEntry.objects.get().actor_id == actor


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_may_leave_entries_behind(entry):
    assert JournalEntry.objects.count() == 1
