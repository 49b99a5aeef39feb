"""Roles: who may give them, until when they are held, and the last organiser."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.accounts.models import User
from concertation.consultations import actions
from concertation.consultations.audiences import audience_of, audiences_of, roles_of
from concertation.consultations.models import Membership, Role
from concertation.journal.models import JournalEntry
from concertation.live.audience import Audience
from concertation.notices.models import Message, Notice
from concertation.viewer import Viewer

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def test_nobody_but_the_organiser_gives_a_role(consultation, newcomer, participant, moderator, director, facilitator):
    for person in (newcomer, participant, moderator, director, facilitator):
        with pytest.raises(PermissionDenied):
            actions.grant_role(consultation, user=person, role=Role.ORGANISER, by=person)

    assert Membership.objects.filter(role=Role.ORGANISER).count() == 1


def test_a_role_that_does_not_exist_is_refused(consultation, newcomer, organiser):
    with pytest.raises(ValidationError) as refusal:
        actions.grant_role(consultation, user=newcomer, role="roi", by=organiser)

    assert list(refusal.value.error_dict) == ["role"]


def test_who_gets_a_role_is_told_on_the_site_and_by_mail(consultation, newcomer, organiser):
    actions.grant_role(consultation, user=newcomer, role=Role.MODERATOR, by=organiser)

    notice = Notice.objects.get(person=newcomer)
    assert notice.kind == "role.granted"
    assert "Modération" in notice.text
    assert Message.objects.filter(address=newcomer.email).count() == 1


def test_organisers_are_told_of_those_whose_name_reads_like_a_new_one_of_the_teams(
    consultation, newcomer, participant, other_participant, organiser, partner
):
    for person, name in ((newcomer, "Claire Vidal"), (participant, "Сlaire Vіdal"), (other_participant, "Claire V.")):
        User.objects.filter(pk=person.pk).update(display_name=name)
        person.refresh_from_db()

    actions.grant_role(consultation, user=newcomer, role=Role.STEERING, by=organiser)
    assert not Notice.objects.filter(kind="role.namesake").exists()

    for _ in range(2):
        actions.grant_role(consultation, user=newcomer, role=Role.MODERATOR, by=organiser)
    [notice] = Notice.objects.filter(kind="role.namesake")
    assert notice.person == organiser
    assert "Сlaire Vіdal" in notice.text
    assert "Claire V." not in notice.text


def test_a_role_given_again_is_neither_recorded_nor_told_again(consultation, newcomer, organiser):
    first = actions.grant_role(consultation, user=newcomer, role=Role.TEAM, by=organiser)
    second = actions.grant_role(consultation, user=newcomer, role=Role.TEAM, by=organiser)

    assert first == second
    assert JournalEntry.objects.of(first).count() == 1
    assert Notice.objects.filter(person=newcomer).count() == 1


def test_a_role_is_held_until_its_end_and_not_after(consultation, newcomer, organiser, now):
    ends = now + HOUR
    actions.grant_role(consultation, user=newcomer, role=Role.MODERATOR, ends_at=ends, by=organiser)

    assert roles_of(Viewer(newcomer, ends - timedelta(seconds=1)), consultation) == {"moderator"}
    assert roles_of(Viewer(newcomer, ends), consultation) == set()


def test_an_end_already_past_is_refused(consultation, newcomer, organiser, now):
    with pytest.raises(ValidationError) as refusal:
        actions.grant_role(consultation, user=newcomer, role=Role.TEAM, ends_at=now - HOUR, by=organiser)

    assert list(refusal.value.error_dict) == ["ends_at"]


def test_a_role_ended_is_lost_at_once_and_can_be_given_again(consultation, moderator, organiser, now):
    membership = Membership.objects.get(user=moderator)

    actions.end_role(membership, by=organiser, now=now)
    actions.end_role(membership, by=organiser, now=now + HOUR)

    assert roles_of(Viewer(moderator, now), consultation) == set()
    assert JournalEntry.objects.filter(verb="role.ended").count() == 1
    actions.grant_role(consultation, user=moderator, role=Role.MODERATOR, by=organiser)
    assert roles_of(Viewer(moderator, now + HOUR), consultation) == {"moderator"}


def test_a_consultation_keeps_one_organiser(consultation, organiser, newcomer, now):
    own = Membership.objects.get(user=organiser, consultation=consultation)
    with pytest.raises(ValidationError) as refusal:
        actions.end_role(own, by=organiser, now=now)
    assert refusal.value.code == "last_organiser"

    actions.grant_role(consultation, user=newcomer, role=Role.ORGANISER, by=organiser)
    actions.end_role(own, by=organiser, now=now)

    assert roles_of(Viewer(newcomer, now), consultation) == {"organiser"}


def test_the_class_of_readers_follows_the_role_and_the_opening(
    consultation, visitor, newcomer, participant, partner, director, moderator, facilitator, organiser,
    stranger_moderator, administrator, now,
):  # fmt: skip
    before = consultation.opens_publicly_at - HOUR
    people = {
        "visitor": visitor, "newcomer": newcomer, "participant": participant, "partner": partner,
        "director": director, "moderator": moderator, "facilitator": facilitator, "organiser": organiser,
        "stranger_moderator": stranger_moderator, "administrator": administrator,
    }  # fmt: skip

    table = {
        name: (audience_of(Viewer(person, before), consultation), audience_of(Viewer(person, now), consultation))
        for name, person in people.items()
    }

    assert table == {
        "visitor": (None, Audience.PUBLIC),
        "newcomer": (None, Audience.PUBLIC),
        "participant": (None, Audience.PARTICIPANTS),
        "partner": (Audience.COMMITTEE, Audience.COMMITTEE),
        "director": (Audience.COMMITTEE, Audience.COMMITTEE),
        "moderator": (Audience.STAFF, Audience.STAFF),
        "facilitator": (Audience.STAFF, Audience.STAFF),
        "organiser": (Audience.STAFF, Audience.STAFF),
        "stranger_moderator": (None, Audience.PUBLIC),
        "administrator": (Audience.STAFF, Audience.STAFF),
    }


def test_the_classes_of_a_list_are_asked_in_two_queries(
    consultation, other_consultation, partner, now, django_assert_num_queries
):
    with django_assert_num_queries(2):
        classes = audiences_of(Viewer(partner, now), [consultation, other_consultation])

    assert classes == {consultation.pk: Audience.COMMITTEE, other_consultation.pk: Audience.PUBLIC}


def test_a_disabled_account_reads_as_anyone(consultation, moderator, now):
    moderator.is_active = False
    moderator.save()

    assert audience_of(Viewer(moderator, now), consultation) == Audience.PUBLIC
