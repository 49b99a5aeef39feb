"""Invitations: one link, one person, once, until it expires or is taken back."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from concertation.consultations import actions
from concertation.consultations.actions.inviting_many import Invited
from concertation.consultations.audiences import roles_of
from concertation.consultations.models import Invitation, Membership, Role
from concertation.journal.models import JournalEntry
from concertation.live.models import Event
from concertation.notices.models import Message
from concertation.viewer import Viewer

from .letters import token_of

DAY = timedelta(days=1)


@pytest.fixture
def letter(consultation, organiser, organisation, now):
    return actions.invite(
        consultation,
        email="Ada@Exemple.fr",
        role=Role.OPERATIONAL,
        organisation=organisation,
        name="Ada",
        open_to_others=True,
        by=organiser,
        now=now,
    )


@pytest.mark.django_db
def test_only_the_organiser_invites(consultation, moderator, facilitator, partner, now):
    for person in (moderator, facilitator, partner):
        with pytest.raises(PermissionDenied):
            actions.invite(consultation, email="a@exemple.fr", role=Role.TEAM, organisation=None, by=person, now=now)

    assert Message.objects.filter(key__startswith="invitation").count() == 0


@pytest.mark.django_db
def test_the_letter_says_who_invites_to_what_and_holds_the_only_copy_of_the_link(letter):
    mail = Message.objects.get(key=letter.mail_key)
    token = token_of(letter)

    assert mail.address == "ada@exemple.fr"
    assert mail.secret
    assert mail.text.startswith("Bonjour Ada,")
    assert "Comité opérationnel" in mail.text
    assert token not in letter.token_digest
    assert not Invitation.objects.filter(token_digest=token).exists()
    assert [entry.details for entry in JournalEntry.objects.of(letter)] == [{"role": "operational"}]


@pytest.mark.django_db
def test_a_name_from_right_to_left_turns_nothing_beside_it_in_the_letter(consultation, organiser, now):
    values = {"email": "a@exemple.fr", "role": Role.TEAM, "organisation": None, "name": "نادية (2026)"}

    invitation = actions.invite(consultation, **values, by=organiser, now=now)

    text = Message.objects.get(key=invitation.mail_key).text
    assert text.startswith("Bonjour \u2068نادية (2026)\u2069,\n")


@pytest.mark.django_db
def test_inviting_again_while_the_letter_is_good_changes_nothing(consultation, letter, organiser, now):
    again = actions.invite(
        consultation, email="ADA@exemple.fr", role=Role.OPERATIONAL, organisation=None, by=organiser, now=now + DAY
    )

    assert again == letter
    assert Message.objects.filter(key__startswith="invitation").count() == 1


@pytest.mark.django_db
def test_inviting_again_after_the_term_sends_a_new_letter(consultation, letter, organiser, now):
    later = letter.expires_at + DAY
    again = actions.invite(
        consultation, email="ada@exemple.fr", role=Role.OPERATIONAL, organisation=None, by=organiser, now=later
    )

    assert again.pk == letter.pk
    assert again.expires_at > later
    assert Message.objects.filter(key__startswith="invitation").count() == 2


@pytest.mark.django_db
def test_who_holds_the_role_already_is_not_invited_to_it(consultation, partner, organiser, now):
    with pytest.raises(ValidationError) as refusal:
        actions.invite(
            consultation, email=partner.email, role=Role.OPERATIONAL, organisation=None, by=organiser, now=now
        )

    assert list(refusal.value.error_dict) == ["email"]


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["", "ada", "ada@", "ada@exemple.fr\nBcc: x@y.fr"])
def test_what_is_not_an_address_is_refused(consultation, organiser, now, email):
    with pytest.raises(ValidationError):
        actions.invite(consultation, email=email, role="", organisation=None, by=organiser, now=now)

    assert Message.objects.filter(key__startswith="invitation").count() == 0


def staff_pages_told():
    return Event.objects.filter(obj__startswith="staff_pages:").count()


@pytest.mark.django_db
def test_a_list_that_is_invited_and_a_role_that_is_taken_are_told_once(consultation, organiser, newcomer, letter, now):
    people = [Invited(f"p{number}@exemple.fr", role=Role.TEAM) for number in range(3)]
    before = staff_pages_told()

    actions.invite_many(consultation, people=people, by=organiser, now=now)
    assert staff_pages_told() == before + 1
    actions.accept_invitation(token_of(letter), user=newcomer, now=now)

    assert staff_pages_told() == before + 2


@pytest.mark.django_db
def test_whoever_holds_an_open_link_gets_the_role_whatever_their_address(letter, newcomer, consultation, now):
    accepted = actions.accept_invitation(token_of(letter), user=newcomer, now=now)

    assert (accepted.accepted_by, accepted.accepted_at) == (newcomer, now)
    assert roles_of(Viewer(newcomer, now), consultation) == {"operational"}
    role = Membership.objects.get(user=newcomer)
    assert [(one.verb, one.actor_id) for one in JournalEntry.objects.of(role)] == [("role.taken", newcomer.pk)]


@pytest.mark.django_db
def test_a_link_serves_once(letter, newcomer, participant, consultation, now):
    token = token_of(letter)
    actions.accept_invitation(token, user=newcomer, now=now)

    with pytest.raises(ValidationError) as refusal:
        actions.accept_invitation(token, user=participant, now=now)
    again = actions.accept_invitation(token, user=newcomer, now=now + DAY)

    assert refusal.value.code == "used"
    assert again.accepted_at == now
    assert roles_of(Viewer(participant, now), consultation) == set()
    assert JournalEntry.objects.filter(verb="invitation.accepted").count() == 1


@pytest.mark.django_db
def test_a_link_is_good_until_its_term_and_not_after(letter, newcomer, consultation):
    token = token_of(letter)

    with pytest.raises(ValidationError) as refusal:
        actions.accept_invitation(token, user=newcomer, now=letter.expires_at)
    actions.accept_invitation(token, user=newcomer, now=letter.expires_at - timedelta(seconds=1))

    assert refusal.value.code == "expired"
    assert Membership.objects.filter(user=newcomer, consultation=consultation).count() == 1


@pytest.mark.django_db
def test_a_letter_taken_back_grants_nothing(letter, newcomer, organiser, now):
    token = token_of(letter)
    actions.revoke_invitation(letter, by=organiser, now=now)
    actions.revoke_invitation(letter, by=organiser, now=now + DAY)

    with pytest.raises(ValidationError) as refusal:
        actions.accept_invitation(token, user=newcomer, now=now)

    assert refusal.value.code == "revoked"
    assert Invitation.objects.get(pk=letter.pk).revoked_at == now
    assert JournalEntry.objects.filter(verb="invitation.revoked").count() == 1


@pytest.mark.django_db
def test_a_letter_sent_again_has_a_new_link_and_the_old_one_is_dead(letter, newcomer, organiser, now):
    old = token_of(letter)
    actions.resend_invitation(letter, by=organiser, now=now + DAY)

    with pytest.raises(ValidationError) as refusal:
        actions.accept_invitation(old, user=newcomer, now=now + DAY)
    actions.accept_invitation(token_of(letter), user=newcomer, now=now + DAY)

    assert refusal.value.code == "unknown"


@pytest.mark.django_db
def test_a_letter_sent_less_than_a_minute_ago_is_not_sent_again(letter, organiser, now):
    moment = now + DAY
    actions.resend_invitation(letter, by=organiser, now=moment)
    sent = token_of(letter)

    for seconds in (0, 59):
        with pytest.raises(ValidationError) as refusal:
            actions.resend_invitation(letter, by=organiser, now=moment + timedelta(seconds=seconds))
        assert refusal.value.code == "just_sent"

    assert token_of(letter) == sent
    actions.resend_invitation(letter, by=organiser, now=moment + timedelta(minutes=1))
    assert JournalEntry.objects.filter(verb="invitation.resent").count() == 2


@pytest.mark.django_db
def test_an_accepted_letter_is_neither_sent_again_nor_taken_back(letter, newcomer, organiser, now):
    actions.accept_invitation(token_of(letter), user=newcomer, now=now)

    for verb in (actions.resend_invitation, actions.revoke_invitation):
        with pytest.raises(ValidationError) as refusal:
            verb(letter, by=organiser, now=now)
        assert refusal.value.code == "used"


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "x", "é" * 50, "\x00", "a" * 5000])
def test_a_made_up_link_grants_nothing(letter, newcomer, now, token):
    with pytest.raises(ValidationError) as refusal:
        actions.accept_invitation(token, user=newcomer, now=now)

    assert refusal.value.code == "unknown"


@pytest.mark.django_db(transaction=True)
def test_of_many_who_open_one_link_at_once_one_gets_the_role(letter, consultation, now):
    from tests.personas import person

    token = token_of(letter)
    people = [person(f"ensemble{n}") for n in range(6)]
    start = Barrier(len(people))
    outcomes = []

    def open_link(user):
        start.wait()
        try:
            actions.accept_invitation(token, user=user, now=now)
            outcomes.append("accepted")
        except ValidationError as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=open_link, args=[user]) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["accepted", *["used"] * 5]
    assert Membership.objects.filter(consultation=consultation, role=Role.OPERATIONAL).count() == 1


@pytest.mark.django_db
def test_another_account_than_the_addressees_gets_nothing_before_it_proves_the_address(
    consultation, organiser, newcomer, participant, now
):
    letter = actions.invite(
        consultation, email="ada@exemple.fr", role=Role.MODERATOR, organisation=None, by=organiser, now=now
    )
    token = token_of(letter)

    for proved in ("", "autre@exemple.fr"):
        with pytest.raises(ValidationError) as refusal:
            actions.accept_invitation(token, user=newcomer, proved_address=proved, now=now)
        assert refusal.value.code == "address"
    assert roles_of(Viewer(newcomer, now), consultation) == set()

    actions.accept_invitation(token, user=newcomer, proved_address="ada@exemple.fr", now=now)
    assert roles_of(Viewer(newcomer, now), consultation) == {"moderator"}


@pytest.mark.django_db
def test_a_role_given_until_a_day_ends_that_day_whoever_takes_it_and_is_not_offered_again_after(
    consultation, organiser, newcomer, now
):
    last = now + 3 * DAY
    given = {"to": newcomer.email.replace("@", "+ville@"), "role": Role.TEAM, "by": organiser}
    with pytest.raises(ValidationError):
        actions.give_role(consultation, **given, ends_at=now - DAY, now=now)
    first = actions.give_role(consultation, **given, now=now)
    letter = actions.give_role(consultation, **given, ends_at=last, now=now)

    with pytest.raises(ValidationError) as refusal:
        actions.resend_invitation(letter, by=organiser, now=last)
    taken = actions.accept_invitation(token_of(letter), user=newcomer, now=now, proved_address=letter.email)

    assert (first.pk, first.role_ends_at, taken.role_ends_at) == (letter.pk, None, last)
    assert list(refusal.value.message_dict) == ["ends_at"]
    assert Membership.objects.get(user=newcomer).ends_at == last
