"""A prepared query gives what its queryset gives, for whichever keys, and is compiled once."""

import pytest
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

from concertation.consultations.models import Participation
from concertation.live.models import Room
from concertation.prepared import MOST_KEYS, Prepared

pytestmark = pytest.mark.django_db


@pytest.fixture
def rooms():
    return Room.objects.bulk_create(Room(key=f"topic:{number}:public", last_seq=number) for number in range(9))


@pytest.fixture
def suspended(participant, suspend):
    suspend()
    return participant


def of_users(users) -> QuerySet:
    return Participation.objects.filter(user__in=users).select_related("suspension").order_by("pk")


def of_rooms(keys) -> QuerySet:
    return Room.objects.filter(key__in=keys).values_list("key", "last_seq").order_by("key")


def values_of(row):
    return None if row is None else {name: value for name, value in vars(row).items() if name != "_state"}


def test_objects_are_those_of_the_queryset_with_what_they_select(suspended, other_participant, partner):
    users = [suspended.pk, other_participant.pk, partner.pk]
    prepared = Prepared(of_users)

    expected, found = list(of_users(users)), prepared(users)

    assert [one.suspension is None for one in expected] == [False, True, True]
    assert [values_of(one) for one in found] == [values_of(one) for one in expected]
    assert [values_of(one.suspension) for one in found] == [values_of(one.suspension) for one in expected]


def test_related_objects_are_not_read_again(suspended, django_assert_num_queries):
    with django_assert_num_queries(1):
        [found] = Prepared(of_users)([suspended.pk])
        assert found.suspension.participation_id == found.pk


def test_what_is_deferred_is_read_when_it_is_asked(participant, django_assert_num_queries):
    [found] = Prepared(lambda users: of_users(users).only("suspension__ends_at", "user"))([participant.pk])

    assert "consultation_id" in found.get_deferred_fields()
    with django_assert_num_queries(1):
        assert found.consultation_id


@pytest.mark.parametrize("count", range(9))
def test_any_number_of_keys_gives_the_values_of_the_queryset(rooms, count):
    keys = [room.key for room in rooms[:count]]

    assert Prepared(of_rooms)([*keys, *keys[:1]]) == list(of_rooms(keys))


def test_a_query_is_compiled_once_for_each_number_of_keys(rooms, monkeypatch):
    compiled, real = [], SQLCompiler.as_sql
    monkeypatch.setattr(SQLCompiler, "as_sql", lambda *given, **more: compiled.append(1) or real(*given, **more))
    prepared = Prepared(of_rooms)

    for keys in (["topic:1:public"], ["topic:2:public"], ["topic:1:public", "topic:3:public"], ["topic:4:public"]):
        assert [key for key, _seq in prepared(keys)] == keys

    assert len(compiled) == 2
    assert MOST_KEYS >= 2


def test_a_number_that_no_database_takes_finds_nothing(participant):
    assert Prepared(of_users)([2**63, participant.pk]) == list(of_users([participant.pk]))
    assert Prepared(of_users)([10**40]) == []
