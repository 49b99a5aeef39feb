"""Who writes a contribution and who edits what it refers to wait for each other, and never both at once."""

import threading

import pytest
from django.db import connection, transaction

from concertation.accounts.actions import rename_user
from concertation.consultations import actions as consultations
from contributions.actions import Opinion, bulk_react
from contributions.actions.editing import lock
from contributions.models import Contribution
from contributions.threads import raise_versions
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


def rename_their_author(texts, someone, organiser):
    author = texts[0].author.user
    rename_user(author, display_name="Nadia", by=author)


def rename_their_kind_of_actor(texts, someone, organiser):
    consultations.edit_item(texts[0].actor_kind, label="Un autre nom", by=organiser)


def bring_in_reactions(texts, someone, organiser):
    opinions = [Opinion(text, someone.participations.get(), "agree") for text in texts]
    bulk_react(texts[0].consultation, opinions, by=organiser)


@pytest.fixture
def meanwhile():
    """Start an act in a thread of its own; what it fails with fails the test."""
    failures, threads = [], []

    def start(act, *given):
        def run():
            try:
                act(*given)
            except Exception as error:  # noqa: BLE001 - shown by the test's own thread
                failures.append(error)
            finally:
                connection.close()

        threads.append(threading.Thread(target=run))
        threads[-1].start()
        # It has taken all that it could, and waits for what we hold.
        eventually(waiting_writers)

    yield start
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.parametrize("edit", [edit_the_consultation, edit_a_kind_of_actor])
def test_a_post_that_is_about_to_commit_and_an_edit_both_succeed(edit, post, consultation, organiser, meanwhile):
    with transaction.atomic():
        post()
        # Our references are checked at the end of this block.
        meanwhile(edit, consultation, organiser)


def test_a_reply_and_an_edit_of_what_its_thread_shows_both_succeed(
    post, contribution, consultation, organiser, meanwhile
):
    with transaction.atomic():
        lock(contribution)
        meanwhile(edit_a_kind_of_actor, consultation, organiser)
        post("Une réponse", parent=contribution)


@pytest.mark.parametrize("act", [rename_their_author, rename_their_kind_of_actor, bring_in_reactions])
def test_an_act_on_many_texts_takes_them_in_the_order_in_which_all_do(
    act, post, contribution, other_participant, organiser, meanwhile
):
    # As a decision on a reply does: the reply, then the root that counts it.
    in_order = [*(post(f"Réponse {number}", parent=contribution) for number in range(8)), contribution]
    # Written anew, the first lies after the others.
    raise_versions(Contribution.objects.filter(pk=in_order[0].pk))

    with transaction.atomic():
        lock(in_order[0])
        meanwhile(act, in_order, other_participant, organiser)
        for text in in_order[1:]:
            lock(text)
