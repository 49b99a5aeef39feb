"""The departure: one mail for each person, once, whoever runs it and how often."""

import re

import pytest
from django.core.exceptions import ValidationError

from concertation.accounts.models import User
from concertation.consultations import actions as consultations
from concertation.consultations.models import Participation
from concertation.journal.models import JournalEntry
from concertation.letters import actions
from concertation.letters.actions import departure
from concertation.letters.models import Delivery, Letter
from concertation.notices.models import Mailing, Message, Notice
from concertation.notices.sending import mail_of
from tests.contributions.test_concurrency import at_once
from tests.personas import joins

from .conftest import TEN


def mails():
    return Message.objects.of_mailings()


def crowd(consultation, number, now):
    """That many people who take part."""
    users = User.objects.bulk_create(
        User(email=f"foule{one}@exemple.fr", display_name=f"F {one}") for one in range(number)
    )
    Participation.objects.bulk_create(
        Participation(consultation=consultation, user=user, joined_at=now) for user in users
    )


@pytest.mark.django_db
def test_each_person_gets_one_mail_signed_and_with_a_link_of_their_own(
    write, leave, organiser, participant, other_participant
):
    letter = leave(write())

    assert letter.state == Letter.State.SENT
    assert set(mails().values_list("address", flat=True)) == {participant.email, other_participant.email}
    mail = mail_of(mails().first())
    assert mail.subject == "La suite"
    assert mail.body.startswith("Bonjour,\n\nla suite arrive.\n\nOrganisatrice\nPour l’équipe de la concertation")
    assert len(set(mails().values_list("unsubscribe", flat=True))) == 2
    assert mail.extra_headers["List-Unsubscribe"][1:-1] in mail.body


@pytest.mark.django_db
def test_the_same_departure_again_sends_nothing_twice(write, leave, participant, now):
    leave(write())

    actions.send_due_letters(now + TEN)
    actions.send_due_letters(now + 2 * TEN)

    assert (mails().count(), Delivery.objects.count(), Mailing.objects.count()) == (1, 1, 1)
    assert JournalEntry.objects.filter(verb="letter.sent").count() == 1


@pytest.mark.django_db
def test_a_run_that_died_goes_on_where_it_was(write, organiser, consultation, now, monkeypatch):
    crowd(consultation, 5, now)
    monkeypatch.setattr(departure, "SIZE", 2)
    letter = actions.schedule_letter(write(), by=organiser, now=now)
    with monkeypatch.context() as dying:
        dying.setattr(departure, "let_others_write", lambda: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            actions.send_due_letters(now + TEN)
    assert (Letter.objects.get().state, mails().count()) == (Letter.State.SENDING, 2)

    actions.send_due_letters(now + TEN)

    assert (Letter.objects.get().state, mails().count()) == (Letter.State.SENT, 5)
    assert letter.deliveries.count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_to_each_person_once(write, organiser, consultation, now, monkeypatch):
    crowd(consultation, 9, now)
    monkeypatch.setattr(departure, "SIZE", 2)
    actions.schedule_letter(write(), by=organiser, now=now)

    at_once(*[lambda: actions.send_due_letters(now + TEN)] * 3)

    assert (mails().count(), Delivery.objects.count(), Mailing.objects.count()) == (9, 9, 1)
    assert JournalEntry.objects.filter(verb="letter.sent").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_stop_and_a_departure_at_once_leave_all_or_nothing(write, organiser, participant, now):
    letter = actions.schedule_letter(write(), by=organiser, now=now)

    def stop():
        try:
            actions.stop_letter(letter, by=organiser, now=now + TEN)
        except ValidationError as refusal:  # too late: one of the two outcomes
            assert refusal.code == "left"

    at_once(stop, lambda: actions.send_due_letters(now + TEN))

    letter.refresh_from_db()
    assert (letter.state, mails().count()) in {(Letter.State.DRAFT, 0), (Letter.State.SENT, 1)}


@pytest.mark.django_db
def test_statements_grow_by_the_hundred_and_no_transaction_has_all(
    write, organiser, consultation, now, django_assert_max_num_queries, monkeypatch
):
    crowd(consultation, 1_200, now)
    actions.schedule_letter(write(), by=organiser, now=now)

    with django_assert_max_num_queries(150):
        actions.send_due_letters(now + TEN)

    assert mails().count() == 1_200


@pytest.mark.django_db
def test_who_refuses_or_is_suspended_during_the_ten_minutes_gets_nothing(
    write, organiser, consultation, participant, other_participant, suspend, now
):
    actions.schedule_letter(write(), by=organiser, now=now)
    suspend()
    actions.refuse_letters(consultation.participations.get(user=other_participant), now=now)

    actions.send_due_letters(now + TEN)

    assert [one.address for one in mails()] == ["moderatrice@exemple.fr"]


@pytest.mark.django_db
def test_who_joins_after_the_departure_gets_nothing(write, leave, participant, consultation, newcomer, now):
    joins(newcomer, consultation, now=now + 2 * TEN)

    leave(write())

    assert [one.address for one in mails()] == [participant.email]


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["archived", "no role", "group gone"])
def test_a_letter_that_may_not_leave_any_more_is_a_draft_again(
    write, organiser, administrator, consultation, participant, now, change
):
    kind = consultation.actor_kinds.last()
    letter = actions.schedule_letter(write("tous", f"acteur:{kind.pk}"), by=organiser, now=now)
    if change == "archived":
        consultations.archive_consultation(consultation, by=organiser)
    elif change == "no role":
        consultations.grant_role(consultation, user=administrator, role="organiser", by=administrator)
        consultations.end_role(consultation.memberships.get(user=organiser), by=administrator, now=now)
    else:
        consultations.delete_item(kind, by=organiser)

    actions.send_due_letters(now + TEN)

    letter.refresh_from_db()
    assert (letter.is_draft, mails().count()) == (True, 0)
    assert JournalEntry.objects.get(verb="letter.stopped").actor_id is None
    told = administrator if change == "no role" else organiser
    [notice] = Notice.objects.filter(kind="letter.held_back")
    assert notice.person == told
    why = {"archived": "archivée", "no role": "n’organise plus ici", "group gone": "n’existe plus"}
    assert why[change] in notice.text


@pytest.mark.django_db
def test_the_journal_says_to_which_groups_and_how_many_and_no_address(write, leave, organiser, participant):
    leave(write())

    entry = JournalEntry.objects.get(verb="letter.sent")
    assert entry.actor_id == organiser.pk
    assert entry.details == {"subject": "La suite", "groups": "Toutes les personnes qui participent", "count": 1}
    assert not re.search(r"@|Participante", str(list(JournalEntry.objects.values_list("details", flat=True))))
