"""An import is written as drafts that nothing shows, published at once, and gone without a trace if it fails."""

from unittest.mock import Mock

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from concertation.consultations.actions import (
    ImportedPerson,
    prepare_participations,
    show_participations,
)
from concertation.consultations.models import Topic
from concertation.journal.models import JournalEntry
from concertation.live.models import Event
from concertation.notices.due import run_due_work
from concertation.viewer import Viewer
from contributions import actions
from contributions.actions.batches import abandoned_on_failure, begin_batch, end_dead_batches
from contributions.importing.plan import Plan
from contributions.importing.report import Refused
from contributions.importing.run import carry_out
from contributions.models import Batch, Contribution, State
from tests.caching import empty_cache
from tests.contributions.batches import LONG_AGO, NOTHING, left_by_a_dead_process, left_of, planned
from tests.reading import words

pytestmark = pytest.mark.django_db


def test_an_import_says_who_brought_what_in(consultation, organiser, bring_in):
    batch = bring_in(*[planned(key, file="corpus.csv") for key in "abc"])

    assert (batch.state, batch.by, batch.kind, batch.files) == ("published", organiser, "exchange", ["corpus.csv"])
    assert (batch.first_number, batch.last_number, batch.size) == (1, 3, 3)
    assert Contribution.objects.filter(batch=batch, state=State.PUBLISHED).count() == 3


def test_what_came_hidden_carries_a_decision(bring_in):
    bring_in()

    hidden = Contribution.objects.get(state=State.HIDDEN)
    assert hidden.decisions.get().reason.label == "Masquée sur la plateforme d’origine"


@pytest.mark.parametrize("failure", [KeyboardInterrupt, MemoryError, SystemExit])
def test_a_run_that_fails_leaves_nothing_but_used_numbers(consultation, bring_in, failure):
    def step(done, total):
        raise failure

    with pytest.raises(failure):
        bring_in(step=step)

    [batch] = Batch.objects.all()
    assert (batch.state, batch.error) == ("failed", failure.__name__)
    assert left_of(batch) == NOTHING
    assert bring_in().first_number == batch.last_number + 1
    assert JournalEntry.objects.filter(verb="contributions.import_failed").count() == 1


@pytest.mark.parametrize("numbers", [[5, 5], [5, None], [0]])
def test_every_line_asks_for_a_number_of_its_own_or_none_does(consultation, organiser, numbers):
    with pytest.raises(ValidationError, match="Chaque contribution doit avoir un numéro"):
        begin_batch(consultation, numbers=numbers, by=organiser)


def test_people_who_were_there_before_a_run_that_fails_stay(consultation, organiser, bring_in):
    paul = ImportedPerson(source_key="autre:a", pseudonym="Paul")
    known = prepare_participations(consultation, [paul], by=organiser)["autre:a"]
    show_participations(consultation, keys=[known.pk], by=organiser)

    with pytest.raises(RuntimeError):
        bring_in(step=Mock(side_effect=RuntimeError))

    assert [*consultation.participations.exclude(source_key="")] == [known]


def test_numbers_of_a_run_that_failed_are_not_kept_by_the_next(consultation, organiser, bring_in):
    with pytest.raises(RuntimeError), abandoned_on_failure(begin_batch(consultation, numbers=[7], by=organiser)):
        raise RuntimeError

    bring_in(planned("a", number=7))

    assert Contribution.objects.get().number == 8


def test_the_scheduler_deletes_what_a_dead_process_has_left(bring_in, monkeypatch, now):
    dead = left_by_a_dead_process(bring_in, monkeypatch)
    assert left_of(dead)["contributions"] == 3

    end_dead_batches(timezone.now())
    assert left_of(dead)["contributions"] == 3
    assert run_due_work(timezone.now() + LONG_AGO) == []

    dead.refresh_from_db()
    assert (dead.state, left_of(dead)) == ("failed", NOTHING)


def test_the_next_run_deletes_what_a_dead_process_has_left_and_goes_on(bring_in, monkeypatch):
    dead = left_by_a_dead_process(bring_in, monkeypatch)
    Batch.objects.update(touched_at=timezone.now() - LONG_AGO)

    batch = bring_in()

    assert (batch.state, batch.first_number) == ("published", dead.last_number + 1)
    assert left_of(dead)["contributions"] == 0


def test_a_dry_run_does_not_take_what_a_dead_process_has_left_for_being_there(
    consultation, open_phase, organiser, bring_in, monkeypatch, now
):
    left_by_a_dead_process(bring_in, monkeypatch)

    plan = Plan([planned("a"), planned("b", parent_key="a")])
    foreseen = carry_out(plan, consultation, phase=open_phase, dry_run=True, now=now, by=organiser)

    assert (foreseen.roots, foreseen.replies, foreseen.already_there) == (1, 1, 0)


def test_a_run_that_was_given_up_for_dead_goes_no_further(bring_in):
    def step(done, total):
        end_dead_batches(timezone.now() + LONG_AGO)

    with pytest.raises(Refused, match="n’est plus en cours"):
        bring_in(step=step)

    assert left_of(Batch.objects.get()) == NOTHING


def test_a_run_that_was_given_up_for_dead_stops_at_its_next_step(bring_in, monkeypatch):
    monkeypatch.setattr("contributions.actions.drafts.ROWS", 1)
    steps = []

    def step(done, total):
        steps.append(done)
        end_dead_batches(timezone.now() + LONG_AGO)

    with pytest.raises(Refused, match="a été interrompu"):
        bring_in(step=step)

    assert steps == [1]
    assert left_of(Batch.objects.get()) == NOTHING


def test_a_long_run_that_goes_on_writing_is_not_given_up_for_dead(bring_in, monkeypatch):
    monkeypatch.setattr("contributions.actions.drafts.ROWS", 1)
    with time_machine.travel(timezone.now(), tick=False) as clock:

        def step(done, total):
            clock.shift(50)
            end_dead_batches(timezone.now())

        batch = bring_in(step=step)

    assert (batch.state, batch.size) == ("published", 3)


def test_the_second_run_is_told_to_wait(consultation, organiser, bring_in):
    begin_batch(consultation, numbers=[None], by=organiser)

    with pytest.raises(Refused, match="Un import est en cours ici"):
        bring_in()
    assert bring_in(dry_run=True) is None


def test_a_line_may_answer_what_was_written_on_the_site(consultation, topic, contribution, bring_in):
    key = f"{consultation.slug}:c{contribution.number}"

    bring_in(planned("a", parent_key=key, topic=topic.title, phase=topic.phase.title))

    contribution.refresh_from_db()
    assert (contribution.reply_count, Contribution.objects.get(source_key="a").parent) == (1, contribution)


def hidden_topic(batch):
    return Topic.every.get(pk__in=batch.made["topic"])


def test_a_topic_of_an_import_is_there_for_nobody_before_it_is_published(
    client, consultation, open_phase, participant, organiser, bring_in, monkeypatch, now
):
    topic = hidden_topic(left_by_a_dead_process(bring_in, monkeypatch))

    here = f"/c/{consultation.slug}/"
    for person in (None, participant, organiser):
        client.logout() if person is None else client.force_login(person)
        for end in ("", "debat/", f"phases/{open_phase.pk}/", "organiser/programme/", "journal/"):
            empty_cache()
            assert "Nouvelle" not in words(client.get(f"{here}{end}"))
        assert client.get(f"{here}thematiques/{topic.pk}/").status_code == 404
        assert list(Topic.objects.visible_to(Viewer(person or AnonymousUser(), now), consultation)) == []
    client.force_login(participant)
    assert client.post(f"{here}thematiques/{topic.pk}/publier/", {"body": "Trop tôt."}).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.post_contribution(topic, body="Trop tôt.", by=participant, now=now)
    assert not JournalEntry.objects.filter(verb="topic.created").exists()


def test_a_topic_of_an_import_is_shown_when_it_is_published(client, consultation, bring_in):
    batch = bring_in()

    topic = Topic.objects.get(title="Nouvelle")
    assert client.get(f"/c/{consultation.slug}/thematiques/{topic.pk}/").status_code == 200
    assert (topic.contribution_count, topic.reply_count) == (1, 1)
    assert batch.made["topic"] == [topic.pk]
    assert Event.objects.filter(kind="changed", obj=f"phase:{topic.phase_id}").exists()


def test_topics_of_a_dead_run_go_with_its_drafts_also_where_its_author_may_do_nothing_more(
    bring_in, monkeypatch, organiser
):
    dead = left_by_a_dead_process(bring_in, monkeypatch)
    organiser.memberships.all().delete()

    end_dead_batches(timezone.now() + LONG_AGO)

    assert not Topic.every.filter(pk__in=dead.made["topic"]).exists()
    assert not JournalEntry.objects.filter(verb__startswith="topic.").exists()


def test_a_run_that_fails_while_it_makes_its_people_leaves_no_topic(bring_in, monkeypatch):
    def failing(*args, **kwargs):
        raise MemoryError

    monkeypatch.setattr("contributions.importing.names.prepare_participations", failing)
    with pytest.raises(MemoryError):
        bring_in()

    assert not Topic.every.exists()


@pytest.mark.django_db(transaction=True)
def test_others_may_write_between_two_steps(bring_in, organiser, monkeypatch, now):
    """On SQLite a writer that waits asks for the lock ten times a second: each step is followed by a longer rest."""
    monkeypatch.setattr("contributions.actions.drafts.ROWS", 2)
    monkeypatch.setattr("contributions.actions.batches.ROWS", 2)
    locked, rests = [], []

    def rest(time):
        rests.append((time > 0.1, connection.in_atomic_block))

    monkeypatch.setattr("concertation.batches.sleep", rest)

    batch = bring_in(
        *[planned(key) for key in "abcde"], step=lambda done, total: locked.append(connection.in_atomic_block)
    )
    written = len(rests)
    actions.undo_batch(batch, by=organiser, now=now)

    assert locked == [False, False, False]
    assert set(rests) <= {(True, False)}
    assert [written, len(rests)] == ([1 + 3, 1 + 3 + 9] if connection.vendor == "sqlite" else [0, 0])


# Undoing --------------------------------------------------------------------------------------------------------------
