"""Rows that unit tests share are to each test as if it had built them."""

import pytest
import time_machine
from django.db import connection, transaction

from concertation.consultations import actions
from concertation.consultations.models import Consultation, Participation
from tests.groups import group_of
from tests.kept_rows import kept_fixtures_of
from tests.personas import person


def names_of(item):
    return [build.__name__ for build in kept_fixtures_of(item)]


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_a_test_changes_is_as_it_was_for_the_next(time, consultation, organiser):
    assert consultation.title == Consultation.objects.get().title == "Place de l’innovation urbaine"

    actions.edit_consultation(consultation, title="Un autre titre", by=organiser)
    organiser.seen = True


@pytest.mark.parametrize("time", ["first", "second"])
def test_its_objects_are_its_own(time, organiser):
    assert not hasattr(organiser, "seen")

    organiser.seen = True


def test_a_person_whom_the_test_before_asked_for(participant):
    assert Participation.objects.get().user == participant


def test_is_not_there_for_the_next(consultation):
    assert list(Participation.objects.all()) == []


def test_objects_know_each_other(consultation, open_phase, topic):
    assert topic.phase is open_phase
    assert open_phase.consultation is consultation


def test_each_is_built_after_those_that_it_takes(request, topic, participant):
    assert names_of(request.node) == [
        "now", "administrator", "organiser", "consultation", "past_phase", "open_phase", "topic", "participant",
    ]  # fmt: skip


def test_a_durable_transaction_may_be_opened(consultation):
    with transaction.atomic(durable=True):
        assert Consultation.objects.exists()


class TestFixtureOfAnotherKind:
    @pytest.fixture
    def organiser(self, db):
        her = person("sienne")
        yield her
        her.delete()

    def test_what_takes_it_is_built_by_the_test(self, request, organiser, consultation):
        assert names_of(request.node) == ["now", "administrator"]
        assert organiser.email == "sienne@exemple.fr"
        assert consultation.memberships.get().user == organiser


class TestClockThatIsSetBefore:
    @pytest.fixture
    def clock(self):
        with time_machine.travel("2026-10-05T10:00:00Z", tick=False):
            yield

    @pytest.mark.travels
    def test_the_people_live_at_its_time(self, request, clock, now, consultation):
        assert names_of(request.node) == []
        assert now.year == consultation.opens_publicly_at.year == 2026


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_builds_its_own(request, consultation):
    assert group_of(request.node) == "transaction"
    assert not connection.in_atomic_block
    assert Consultation.objects.get() == consultation
