"""Who writes a contribution and who edits what it refers to wait for each other, and never both at once."""

import threading

import pytest
from django.db import connection, transaction
from django.db.models import F

from ateliers import actions as ateliers
from ateliers.actions.locking import locked
from concertation.accounts.actions import rename_user
from concertation.consultations import actions as consultations
from concertation.consultations.numbers import take_number
from contributions.actions import Opinion, bulk_react, hide_contribution
from contributions.actions.editing import lock
from contributions.importing.plan import About, Plan, PlannedRow
from contributions.importing.run import carry_out
from contributions.models import Contribution
from contributions.wording import word
from tests.ateliers.conftest import atelier, draft, held, table  # noqa: F401 - fixtures
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


def edit_a_phase(root, moderator, organiser):
    consultations.edit_phase(root.topic.phase, goal="Un autre objectif", by=organiser)


def edit_a_topic(root, moderator, organiser):
    consultations.edit_topic(root.topic, question="Quoi d’autre ?", by=organiser)


def edit_what_a_row_shows(root, moderator, organiser):
    consultations.edit_item(root.actor_kind, label="Un autre nom", by=organiser)


def hide_what_is_answered(root, moderator, organiser):
    hide_contribution(root, reason=root.consultation.reasons.to_hide().first(), by=moderator)


def bring_in(consultation, now, by, *rows):
    about = About(actor_kind=consultation.actor_kinds.first().label)
    whole = {"line": 1, "author_key": "autre:1", "author_name": "Paul", "about": about, "wording": word("Lu ailleurs.")}
    carry_out(Plan([PlannedRow(**whole, **row) for row in rows]), consultation, now=now, by=by)


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
        return threads[-1]

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
    Contribution.objects.filter(pk=in_order[0].pk).update(version=F("version") + 1)

    with transaction.atomic():
        lock(in_order[0])
        meanwhile(act, in_order, other_participant, organiser)
        for text in in_order[1:]:
            lock(text)


def test_who_posts_and_who_brings_in_a_file_with_a_new_topic_both_succeed(
    post, consultation, open_phase, now, organiser, meanwhile
):
    def file():
        bring_in(consultation, now, organiser, {"key": "autre:1", "phase": open_phase.title, "topic": "Nouvelle"})

    with transaction.atomic():
        # The first that a post takes.
        take_number(consultation, "contribution")
        meanwhile(file)
        post()


@pytest.mark.parametrize(
    ("held", "act"),
    [
        (lambda root: root.topic.phase, edit_a_phase),
        (lambda root: root.topic, edit_a_topic),
        (lambda root: root, edit_what_a_row_shows),
        (lambda root: root, hide_what_is_answered),
    ],
)
def test_who_brings_in_a_file_takes_what_it_touches_in_the_order_in_which_all_do(
    held, act, consultation, past_phase, topic, now, organiser, moderator, meanwhile
):
    place = {"phase": topic.phase.title, "topic": topic.title}
    bring_in(consultation, now, organiser, {"key": "autre:1", **place})
    root = Contribution.objects.get()

    def file():
        answer = {"key": "autre:2", "parent_key": "autre:1", **place}
        elsewhere = {"key": "autre:3", "phase": past_phase.title, "topic": "Nouvelle"}
        beside = {"key": "autre:4", "phase": topic.phase.title, "topic": "Nouvelle"}
        bring_in(consultation, now, organiser, elsewhere, beside, answer)

    with transaction.atomic():
        first = held(root)
        type(first).objects.select_for_update(of=("self",)).get(pk=first.pk)
        meanwhile(file)
        act(root, moderator, organiser)


def test_notes_that_join_the_debate_and_an_edit_of_their_atelier_both_succeed(
    held, table, topic, now, organiser, facilitator, meanwhile
):
    notes = [ateliers.write_note(table, text=f"Note {one}", by=facilitator, now=now) for one in range(2)]

    def pour():
        ateliers.pour_notes(held, notes=notes, topic=topic, by=facilitator, now=now)

    with transaction.atomic():
        locked(held)
        meanwhile(pour)
        ateliers.edit_atelier(held, title="Un autre titre", by=organiser, now=now)


def test_two_tables_of_an_atelier_are_renamed_at_once(held, table, facilitator, meanwhile):
    other = ateliers.add_table(held, title="Table verte", by=facilitator)

    def rename(one):
        ateliers.edit_table(one, title=f"{one.title} (bis)", by=facilitator)

    with transaction.atomic():
        # Each says that all have changed, and takes this first.
        locked(held)
        meanwhile(rename, table)
        rename(other)
