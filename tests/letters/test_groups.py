"""Whom a letter is written to: groups, their union, and those who are left out."""

from datetime import timedelta

import pytest

from ateliers import actions as ateliers
from ateliers.models import Registration
from concertation.accounts.models import User
from concertation.consultations import actions as consultations
from concertation.consultations.models import Participation
from concertation.letters import actions
from concertation.letters.groups import addressees_of, groups_of
from contributions.actions import post_contribution
from tests.personas import DAY

pytestmark = pytest.mark.django_db


def reached(letter, now):
    return set(User.objects.filter(participations__in=addressees_of(letter, now).reached))


@pytest.fixture
def held(consultation, organiser, participant, now):
    """An atelier for which the participant is registered."""
    made = ateliers.create_atelier(
        consultation,
        title="Atelier",
        place="Halle",
        starts_at=now + DAY,
        ends_at=now + 2 * DAY,
        seats_on_site=1,
        by=organiser,
    )
    made = ateliers.publish_atelier(made, by=organiser, now=now)
    ateliers.register(made, by=participant, now=now)
    return made


def test_everyone_who_takes_part_and_nobody_else(write, participant, moderator, newcomer, organiser, now):
    assert reached(write(), now) == {participant, moderator}


def test_one_kind_of_actor(write, consultation, participant, other_participant, now):
    kind = consultation.participations.get(user=other_participant).actor_kind

    assert reached(write(f"acteur:{kind.pk}"), now) == {other_participant}


def test_those_who_never_wrote(write, participant, other_participant, topic, now):
    post_contribution(topic, body="Un texte.", by=participant, now=now)

    assert reached(write("sans-contribution"), now) == {other_participant}


def test_those_registered_for_an_atelier_the_waiting_list_too(write, held, participant, other_participant, now):
    ateliers.register(held, by=other_participant, now=now)
    assert Registration.objects.waiting().count() == 1

    for group in (f"atelier:{held.number}", "ateliers"):
        assert reached(write(group, subject=group), now) == {participant, other_participant}


def test_who_gives_their_seat_up_is_not_written_to(write, held, participant, now):
    ateliers.cancel_registration(held.registration_of(participant), by=participant, now=now)

    assert reached(write("ateliers"), now) == set()


def test_who_is_in_several_groups_counts_once(write, held, participant, other_participant, now):
    letter = write("ateliers", f"atelier:{held.number}", "sans-contribution")

    assert sorted(one.user.email for one in addressees_of(letter, now).reached) == sorted(
        [participant.email, other_participant.email]
    )


def test_the_suspended_the_closed_and_those_who_refuse_are_left_out_and_counted(
    write, consultation, participant, other_participant, partner, director, suspend, now
):
    suspend()
    User.objects.filter(pk=other_participant.pk).update(is_active=False)
    actions.refuse_letters(consultation.participations.get(user=partner), now=now)
    later = now + timedelta(minutes=1)
    addressees = addressees_of(write(), later)

    moderator = User.objects.get(display_name="Moderatrice")
    assert reached(write(), later) == {director, moderator}
    out = addressees.left_out()
    assert (out.suspended, out.closed, out.refused) == (1, 1, 1)


def test_the_authors_that_an_import_made_are_no_people(write, consultation, participant, now):
    Participation.objects.create(consultation=consultation, pseudonym="Lu ailleurs", source_key="f:1")

    assert reached(write(), now) == {participant}
    assert not addressees_of(write(), now).left_out()


def test_people_of_another_consultation_are_in_no_group(write, participant, stranger_moderator, now):
    assert reached(write(), now) == {participant}


def test_a_group_that_is_gone_has_nobody(write, consultation, organiser, participant, now):
    kind = consultation.actor_kinds.last()
    letter = write(f"acteur:{kind.pk}")
    consultations.delete_item(kind, by=organiser)

    assert reached(letter, now) == set()
    assert f"acteur:{kind.pk}" not in groups_of(consultation)
