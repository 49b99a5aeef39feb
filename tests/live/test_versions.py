"""Announcing raises versions: once for each row, on the objects in hand, before listeners and rooms."""

import pytest
from django.db import connection, transaction

from concertation.consultations.models import Phase, Topic
from concertation.live import actions
from concertation.live.actions import added, announce, announced_together, changed, listen, reload, removed, touched
from concertation.live.models import Event, Room
from contributions.models import Contribution
from tests.contributions.conftest import contribution, post, reply  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_other_listener(monkeypatch):
    monkeypatch.setattr(actions, "_listeners", [])


def version_of(row):
    return type(row).objects.get(pk=row.pk).version


def test_a_change_raises_the_version_of_the_row_and_of_every_object_in_hand(contribution):
    before, same = contribution.version, Contribution.objects.select_related("topic__phase").get(pk=contribution.pk)

    announce(changed(contribution), changed(same))

    assert (contribution.version, same.version, version_of(contribution)) == (before + 1,) * 3


def test_verbs_of_one_verb_raise_once(contribution):
    before = contribution.version

    with transaction.atomic(), announced_together():
        announce(changed(contribution))
        announce(changed(contribution))
        assert version_of(contribution) == before

    assert version_of(contribution) == before + 1


def test_only_a_change_raises(contribution, topic):
    before, former = version_of(contribution), version_of(topic)

    announce(added(contribution), removed(contribution), reload(topic), changed(topic, "count"))

    assert (version_of(contribution), version_of(topic)) == (before, former)


def test_touched_rows_are_raised_without_an_event(contribution, reply):
    before, events = version_of(contribution), Event.objects.count()

    announce(*touched(Contribution.objects.all()), *touched([contribution]))

    assert (version_of(contribution), contribution.version) == (before + 1, before + 1)
    assert Event.objects.count() == events


def test_each_model_costs_one_statement(contribution, reply, django_assert_num_queries):
    announcements = changed(contribution), changed(reply)
    for room in announcements[0].followed.rooms(contribution, contribution.created_at):
        Room.objects.get_or_create(key=room)

    with django_assert_num_queries(2 if connection.vendor == "postgresql" else 4):
        announce(*announcements)


def test_rows_are_raised_from_the_highest_app_down_then_listeners_then_rooms(contribution, topic):
    order = []
    listen(lambda told: order.append("listener"))

    def watch(execute, sql, *rest):
        order.extend(table for table in TABLES if sql.lstrip().startswith(f'UPDATE "{table}"'))
        order.extend(["rooms"] if "INTO live_event" in sql.replace('"', "") else [])
        return execute(sql, *rest)

    TABLES = [model._meta.db_table for model in (Phase, Topic, Contribution)]
    with connection.execute_wrapper(watch):
        announce(changed(topic.phase), changed(topic), changed(contribution))

    assert order == [*reversed(TABLES), "listener", "rooms"]


def test_an_event_that_is_not_declared_is_refused(topic):
    with pytest.raises(TypeError, match="topic is not declared to be added"):
        added(topic)


def test_a_name_of_another_model_is_refused(topic):
    with pytest.raises(TypeError, match="phase is declared for Phase, not for Topic"):
        changed(topic, "phase")


def test_what_is_named_where_it_was_is_told_there_only(contribution):
    last = Event.objects.latest("pk").pk

    announce(changed(contribution, rooms=["topic:9:staff"]))

    assert list(Event.objects.filter(pk__gt=last).values_list("room__key", "obj")) == [
        ("topic:9:staff", f"contribution:{contribution.pk}")
    ]
