"""The check of who may still read costs as much for many readers as for one."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from concertation.consultations.actions import suspend_participation
from concertation.consultations.models import Membership
from concertation.live.access import NO_LONGER_ALLOWED, Reader, Seat, check, reader_from_cookies, seats_for
from concertation.viewer import Viewer
from tests.personas import joins, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def seated(topic, atelier, consultation, now):
    """So many people who have joined, each logged in, before a topic, an atelier and the consultation's page."""
    addresses = [topic.room, f"atelier:{atelier.pk}", f"consultation:{consultation.pk}"]

    def seat(number: int) -> tuple[list[Reader], list[Seat]]:
        readers, seats = [], []
        for one in range(number):
            user = person(f"lectrice.{number}.{one}")
            joins(user, consultation, now=now)
            client = Client()
            client.force_login(user)
            reader, user = reader_from_cookies(client.cookies.output(header="", sep=";"))
            readers.append(reader)
            seats += seats_for(reader, Viewer(user), addresses)
        return readers, seats

    return seat


def test_many_readers_are_checked_in_as_many_queries_as_one(seated, count_queries):
    one, many = seated(1), seated(6)

    def cost(readers, seats):
        return count_queries(lambda: check(readers, seats, timezone.now()))

    assert len(many[1]) == 18
    assert cost(*many) == cost(*one)


def test_who_gained_or_lost_a_role_is_found_among_those_who_did_not(seated, consultation, organiser):
    readers, seats = seated(3)
    Membership.objects.create(consultation=consultation, user_id=readers[1].user_id, role="moderator")

    found = check(readers, seats, timezone.now())

    assert (found.ended, found.lost) == (set(), set())
    assert {seat.reader for seat in found.grown} == {readers[1]}


def lose_the_role(consultation, user, phase):
    Membership.objects.filter(user=user).delete()


def withdraw_the_consultation(consultation, user, phase):
    """No longer public: it exists for its teams and committees only."""
    type(consultation).objects.filter(pk=consultation.pk).update(opens_publicly_at=None)


def narrow_the_phase(consultation, user, phase):
    type(phase).objects.filter(pk=phase.pk).update(access="committees")


def be_suspended(consultation, user, phase):
    organiser = consultation.memberships.get(role="organiser").user
    reason, now = consultation.reasons.first(), timezone.now()
    person = consultation.participations.get(user=user)
    suspend_participation(person, reason=reason, message="Restons sur les idées.", now=now, by=organiser)


@pytest.mark.parametrize(
    ("role", "end"),
    [
        ("moderator", lose_the_role),
        ("", withdraw_the_consultation),
        ("", narrow_the_phase),
        ("", be_suspended),
        ("operational", be_suspended),
    ],
)
def test_who_may_no_longer_read_must_leave(seated, consultation, open_phase, role, end):
    (reader,), _seats = seated(1)
    user = get_user_model().objects.get(pk=reader.user_id)
    if role:
        Membership.objects.create(consultation=consultation, user=user, role=role)
    address = open_phase.topics.get().room
    seats = seats_for(reader, Viewer(user), [address])
    assert check([reader], seats, timezone.now()).code_for(reader, seats) is None

    end(consultation, user, open_phase)

    assert check([reader], seats, timezone.now()).code_for(reader, seats) == NO_LONGER_ALLOWED
