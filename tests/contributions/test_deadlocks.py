"""Who writes a contribution and who edits what it refers to wait for each other, and never both at once."""

import threading

import pytest
from django.db import connection, transaction

from concertation.consultations import actions as consultations
from tests.live.test_commit_order import waiting_writers
from tests.serving import eventually

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one writer in at a time."),
]


def edit_the_consultation(consultation, organiser):
    consultations.edit_consultation(consultation, title="Un autre titre", by=organiser)


def edit_a_kind_of_actor(consultation, organiser):
    for kind in consultation.actor_kinds.all():
        consultations.edit_item(kind, label=f"{kind.label} (bis)", by=organiser)


@pytest.mark.parametrize("edit", [edit_the_consultation, edit_a_kind_of_actor])
def test_a_post_that_is_about_to_commit_and_an_edit_both_succeed(edit, post, consultation, organiser):
    failures = []

    def run():
        try:
            edit(consultation, organiser)
        except Exception as error:  # noqa: BLE001 - shown by the test's own thread
            failures.append(error)
        finally:
            connection.close()

    editor = threading.Thread(target=run)
    with transaction.atomic():
        post()
        editor.start()
        # It holds its row and waits for the room that we hold; our references are checked at the end of this block.
        eventually(waiting_writers)
    editor.join()

    assert failures == []
