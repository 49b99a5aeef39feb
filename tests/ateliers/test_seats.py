"""Seats: never one too many, never twice the same person, and in the order of arrival."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from ateliers import actions
from ateliers.models import Atelier, Registration
from concertation.accounts.limits import TooMany
from concertation.consultations.limits import limits
from concertation.journal.models import JournalEntry
from concertation.live.models import Event
from concertation.notices.models import Message, Notice

from .conftest import DAY, fresh

pytestmark = pytest.mark.django_db
CONFIRMED, WAITING, CANCELLED = Registration.State


def states(atelier):
    return list(atelier.registrations.values_list("state", flat=True))


@pytest.mark.parametrize("who", ["visitor", "newcomer", "stranger_moderator"])
def test_who_has_not_joined_the_consultation_does_not_register(atelier, now, request, who):
    with pytest.raises(PermissionDenied):
        actions.register(atelier, by=request.getfixturevalue(who), now=now)


def test_an_atelier_of_the_committees_takes_no_other_person(atelier, organiser, participant, partner, now):
    actions.edit_atelier(atelier, access=Atelier.Access.COMMITTEES, by=organiser, now=now)

    with pytest.raises(PermissionDenied):
        actions.register(atelier, by=participant, now=now)
    assert actions.register(atelier, by=partner, now=now).state == CONFIRMED


def test_a_draft_takes_nobody(draft, participant, facilitator, now):
    with pytest.raises(PermissionDenied):
        actions.register(draft, by=participant, now=now)
    with pytest.raises(ValidationError, match="pas encore annoncé"):
        actions.register(draft, by=facilitator, now=now)


def test_outside_the_window_one_is_told_when(atelier, organiser, participant, now):
    actions.edit_atelier(
        atelier, registration_opens_at=now + DAY, registration_closes_at=now + 2 * DAY, by=organiser, now=now
    )

    for moment, code in ((now, "early"), (now + 2 * DAY, "late"), (atelier.starts_at, "started")):
        with pytest.raises(ValidationError) as refusal:
            actions.register(atelier, by=participant, now=moment)
        assert refusal.value.code == code
    assert actions.register(atelier, by=participant, now=now + DAY).state == CONFIRMED


def test_the_last_seat_taken_one_waits_in_order(atelier, people, now):
    for user in people(4):
        actions.register(atelier, by=user, now=now)

    assert states(atelier) == [CONFIRMED, CONFIRMED, WAITING, WAITING]


def test_registering_twice_is_registering_once(atelier, participant, now):
    first = actions.register(atelier, by=participant, now=now)
    again = actions.register(atelier, by=participant, now=now)

    assert again == first
    assert JournalEntry.objects.filter(verb="registration.made").count() == 1
    assert Message.objects.filter(key__startswith="atelier.").count() == 1


def test_each_way_of_taking_part_has_its_own_seats(atelier, organiser, people, now):
    actions.edit_atelier(atelier, mode=Atelier.Mode.HYBRID, seats_on_site=1, seats_remote=1, by=organiser, now=now)
    first, second, third = people(3)

    with pytest.raises(ValidationError):
        actions.register(atelier, by=first, now=now)
    with pytest.raises(ValidationError):
        actions.register(atelier, by=first, mode="hybrid", now=now)
    actions.register(atelier, by=first, mode="on_site", now=now)
    actions.register(atelier, by=second, mode="remote", now=now)
    actions.register(atelier, by=third, mode="on_site", now=now)

    assert states(atelier) == [CONFIRMED, CONFIRMED, WAITING]


def test_without_a_limit_everyone_has_a_seat(atelier, organiser, people, now):
    actions.edit_atelier(atelier, seats_on_site=None, by=organiser, now=now)

    for user in people(4):
        actions.register(atelier, by=user, now=now)

    assert states(atelier) == [CONFIRMED] * 4


def test_a_seat_given_up_goes_to_the_first_who_waits_and_they_are_told(atelier, people, now, mailoutbox):
    users = people(4)
    made = [actions.register(atelier, by=user, now=now) for user in users]

    with pytest.raises(PermissionDenied):
        actions.cancel_registration(made[0], by=users[1], now=now)
    actions.cancel_registration(made[0], by=users[0], now=now)
    actions.cancel_registration(made[0], by=users[0], now=now)

    assert states(atelier) == [CANCELLED, CONFIRMED, CONFIRMED, WAITING]
    told = Notice.objects.get(person=users[2], kind="atelier.seat")
    assert "confirmée" in told.title
    letter = Message.objects.get(key__startswith=f"atelier.seat:{made[2].pk}:")
    assert [one["name"] for one in letter.attachments] == [f"{atelier.ref}.ics"]
    assert JournalEntry.objects.filter(verb="registration.cancelled").count() == 1


def test_giving_up_a_place_in_the_queue_frees_no_seat(atelier, people, now):
    users = people(4)
    made = [actions.register(atelier, by=user, now=now) for user in users]

    actions.cancel_registration(made[2], by=users[2], now=now)

    assert states(atelier) == [CONFIRMED, CONFIRMED, CANCELLED, WAITING]


def test_whoever_gave_up_and_comes_back_waits_behind_the_others(atelier, people, now):
    users = people(3)
    made = [actions.register(atelier, by=user, now=now) for user in users]
    actions.cancel_registration(made[0], by=users[0], now=now)

    actions.register(atelier, by=users[0], now=now)

    assert states(atelier) == [CANCELLED, CONFIRMED, CONFIRMED, WAITING]


def test_once_it_has_begun_seats_no_longer_move(atelier, participant, now):
    made = actions.register(atelier, by=participant, now=now)

    with pytest.raises(ValidationError) as refusal:
        actions.cancel_registration(made, by=participant, now=atelier.starts_at)

    assert refusal.value.code == "started"


def test_the_team_may_cancel_for_someone_who_is_then_told(atelier, participant, facilitator, moderator, now):
    made = actions.register(atelier, by=participant, now=now)

    with pytest.raises(PermissionDenied):
        actions.cancel_registration(made, by=moderator, now=now)
    actions.cancel_registration(made, by=facilitator, now=now)

    assert Notice.objects.filter(person=participant, kind="atelier.seat_cancelled").exists()


def test_more_seats_go_to_those_who_wait(atelier, organiser, people, now):
    for user in people(4):
        actions.register(atelier, by=user, now=now)

    actions.edit_atelier(atelier, seats_on_site=3, by=organiser, now=now)

    assert states(atelier) == [CONFIRMED, CONFIRMED, CONFIRMED, WAITING]


def test_those_who_read_its_page_or_its_card_hear_that_seats_changed(atelier, participant, now):
    before = fresh(atelier).version
    Event.objects.all().delete()

    actions.register(atelier, by=participant, now=now)

    assert set(Event.objects.values_list("room__key", "kind", "obj")) == {
        (f"atelier:{atelier.pk}:public", "changed", f"atelier:{atelier.pk}"),
        (f"consultation:{atelier.consultation_id}:public", "changed", f"card:{atelier.pk}"),
        (
            f"staff_pages:{atelier.consultation_id}:staff",
            "changed",
            f"staff_pages:{atelier.consultation_id}",
        ),
        ("site:1:public", "changed", f"card:{atelier.pk}"),
        (f"notices:{participant.pk}:person:{participant.pk}", "changed", f"notice:{participant.notices.get().pk}"),
    }
    assert fresh(atelier).version == before + 1


def test_the_journal_names_nobody(atelier, participant, now):
    actions.register(atelier, by=participant, now=now)

    assert "exemple.fr" not in str(JournalEntry.objects.values())
    assert participant.display_name not in str(JournalEntry.objects.values())


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_thirty_people_at_once_for_ten_seats(draft, organiser, people, now):
    actions.edit_atelier(draft, seats_on_site=10, by=organiser, now=now)
    atelier = actions.publish_atelier(draft, by=organiser, now=now)
    users = people(30)

    def try_it(user):
        try:
            return actions.register(atelier, by=user, now=now).state
        finally:
            connection.close()

    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(try_it, users))

    assert answers.count(CONFIRMED) == 10
    assert answers.count(WAITING) == 20
    assert atelier.registrations.confirmed().count() == 10
    assert sorted(atelier.registrations.values_list("rank", flat=True)) == list(range(1, 31))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_one_person_pressing_twice_at_once_has_one_seat(atelier, participant, now):
    def try_it(_):
        try:
            return actions.register(atelier, by=participant, now=now).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(try_it, range(8)))

    assert len(set(answers)) == 1
    assert atelier.registrations.count() == 1


def test_an_inactive_person_is_not_written_to(atelier, people, now):
    users = people(3)
    made = [actions.register(atelier, by=user, now=now) for user in users]
    users[2].is_active = False
    users[2].save()

    actions.cancel_registration(made[0], by=users[0], now=now)

    assert not Message.objects.filter(key__startswith=f"atelier.seat:{made[2].pk}").exists()


def test_the_letter_says_where_and_when(atelier, participant, now):
    actions.register(atelier, by=participant, now=now)

    letter = Message.objects.get(key__startswith="atelier.seat")
    assert "Halle aux Grains, Lille" in letter.text
    assert f"/c/innovation-urbaine/ateliers/{atelier.number}/" in letter.text
    assert letter.address == participant.email


def test_whoever_registers_and_cancels_again_and_again_is_asked_to_wait(atelier, participant, now, monkeypatch):
    monkeypatch.setattr(limits, "_items", [replace(one, most=lambda _consultation: 2) for one in limits])
    for _ in range(2):
        actions.cancel_registration(actions.register(atelier, by=participant, now=now), by=participant, now=now)

    with pytest.raises(TooMany, match="inscriptions en peu de temps"):
        actions.register(atelier, by=participant, now=now)
