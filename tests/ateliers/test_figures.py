"""Seats in the figures of a consultation."""

import pytest

from ateliers import actions
from concertation.live.audience import Audience
from contributions.figures.divisions import Division
from contributions.figures.tables import table_of, totals

pytestmark = pytest.mark.django_db


def seats(consultation, division):
    table = table_of(consultation, division, Audience.STAFF)
    return {line.group.label: line.numbers["seats"] for line in table.lines if line.numbers["seats"]}


@pytest.fixture
def full(atelier, people, organiser, now):
    """Two seats, for a participant and for an organiser who has not joined; one more waits."""
    one, waiting = people(2)
    for user in (one, organiser, waiting):
        actions.register(atelier, mode="on_site", by=user, now=now)


def test_seats_taken_are_confirmed_registrations(consultation, full):
    assert {measure.key: number for measure, number in totals(consultation)}["seats"] == 2


def test_a_seat_counts_for_what_its_holder_is_here(consultation, full):
    kind = consultation.actor_kinds.first()

    assert seats(consultation, Division.KIND) == {kind.label: 1, "Non précisé": 1}
    assert seats(consultation, Division.TERRITORY) == {"Île-de-France": 1, "Non précisé": 1}
    assert seats(consultation, Division.ORGANISATION) == {"Non précisé": 2}


def test_a_seat_counts_in_the_phases_of_its_atelier(consultation, full, atelier, open_phase):
    atelier.phases.set([open_phase])

    assert seats(consultation, Division.PHASE) == {open_phase.title: 2}


def test_a_cancelled_atelier_has_no_seat(consultation, full, atelier, organiser, now):
    actions.cancel_atelier(atelier, reason="La salle est fermée.", by=organiser, now=now)

    assert {measure.key: number for measure, number in totals(consultation)}["seats"] == 0


@pytest.mark.parametrize("division", [Division.STAKE, Division.ORIGIN])
def test_a_seat_has_neither_stake_nor_origin(consultation, full, division):
    assert "seats" not in [one.key for one in table_of(consultation, division, Audience.STAFF).measures]
