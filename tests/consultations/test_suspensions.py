"""A suspended participation: who decides it, who is told, when it ends."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction  # noqa: F401 - the connection is read by a mark
from django.urls import reverse

from concertation.consultations import actions
from concertation.consultations.audiences import audience_of, audiences_of
from concertation.consultations.models import Participation, Role, Suspension
from concertation.journal.models import JournalEntry
from concertation.live.audience import Audience
from concertation.notices.models import Message, Notice
from concertation.permissions import may
from concertation.viewer import Viewer
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures
from tests.contributions.test_moves import Meanwhile, waits_for_rows
from tests.live.test_commit_order import waiting_writers
from tests.reading import words
from tests.serving import eventually

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PEOPLE = [
    "visitor", "newcomer", "participant", "other_participant", "partner", "director", "facilitator", "moderator",
    "organiser", "stranger_moderator", "administrator",
]  # fmt: skip
DECIDERS = {"moderator", "organiser", "administrator"}
SUSPENDABLE = {"participant", "partner", "director"}


# Who decides --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["public", "archived"])
@pytest.mark.parametrize("act", ["consultations.suspend", "consultations.lift_suspension"])
@pytest.mark.parametrize("whom", ["participant", "partner", "director", "facilitator", "moderator"])
def test_who_may_suspend_whom_and_when(request, consultation, of, organiser, now, whom, act, moment):
    people = {name: request.getfixturevalue(name) for name in PEOPLE}
    if moment == "archived":
        actions.archive_consultation(consultation, by=organiser, now=now)
    person = of(people[whom])

    allowed = {name for name, by in people.items() if may(Viewer(by), act, person)}

    is_open = moment == "public" and (whom in SUSPENDABLE or act == "consultations.lift_suspension")
    assert allowed == (DECIDERS - {whom} if is_open else set())


def test_the_organiser_and_the_administrator_are_not_suspended(
    consultation, of, organiser, administrator, moderator, suspend, now
):
    for user in (organiser, administrator):
        Participation.objects.create(consultation=consultation, user=user)
        with pytest.raises(PermissionDenied):
            suspend(user)


def test_who_is_taken_into_the_team_is_bound_no_longer(consultation, participant, suspension, organiser, now):
    actions.grant_role(consultation, user=participant, role=Role.TEAM, by=organiser)

    assert audience_of(Viewer(participant, now), consultation) == Audience.STAFF
    assert may(Viewer(participant), "contributions.post", consultation)


def test_who_has_no_account_is_not_suspended(client, consultation, contribution, moderator, now):
    Participation.objects.filter(pk=contribution.author_id).update(user=None)
    imported = Participation.objects.get(pk=contribution.author_id)

    with pytest.raises(PermissionDenied):
        actions.suspend_participation(
            imported, reason=consultation.reasons.first(), message="Non.", now=now, by=moderator
        )
    client.force_login(moderator)
    decide = client.get(reverse("contributions:decide", args=[consultation.slug, contribution.number]))
    assert "Suspendre cette participation" not in words(decide)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("message", "  "), ("ends_at", "past"), ("reason", "restore"), ("reason", "elsewhere")],
)
def test_what_is_wrong_is_said_beside_its_field(
    suspend, participant, consultation, other_consultation, now, field, wrong
):
    values = {
        "past": now - DAY,
        "restore": consultation.reasons.to_restore().first(),
        "elsewhere": other_consultation.reasons.first(),
    }

    with pytest.raises(ValidationError) as refusal:
        suspend(participant, **{field: values.get(wrong, wrong)})

    assert list(refusal.value.message_dict) == [field]
    assert not Suspension.objects.exists()


# What is kept and told ----------------------------------------------------------------------------------------------


def test_the_person_is_told_at_once_why_and_until_when(suspension, participant, consultation):
    notice = Notice.objects.get(person=participant)
    mail = Message.objects.get(address=participant.email)

    assert notice.kind == "suspension"
    for text in (notice.text, mail.text):
        assert "Restons sur les idées." in text
        assert suspension.reason.label in text
        assert "jusqu’au" in text


def test_the_journal_says_who_was_suspended_and_why_without_a_name(
    suspension, consultation, moderator, facilitator, participant, client
):
    entry = JournalEntry.objects.get(verb="participation.suspended")
    assert (entry.actor_id, entry.details["suspension"]) == (moderator.pk, suspension.pk)
    assert participant.display_name not in str(entry.details)

    for user, reads_message in ((moderator, True), (facilitator, False)):
        client.force_login(user)
        page = words(client.get(reverse("consultations:journal_decisions", args=[consultation.slug])))
        assert "a suspendu une participation" in page
        assert suspension.reason.label in page
        assert ("Restons sur les idées." in page) == reads_message


def test_the_same_again_changes_nothing_and_another_one_waits_for_the_first_to_be_lifted(
    suspend, suspension, participant, moderator, now
):
    assert suspend(participant) == suspension
    with pytest.raises(ValidationError, match="déjà suspendue"):
        suspend(participant, message="Autre chose.")
    assert (Suspension.objects.count(), Notice.objects.filter(person=participant).count()) == (1, 1)

    actions.lift_suspension(suspension, now=now, by=moderator)
    second = suspend(participant, message="Autre chose.")

    assert second != suspension


class TestMeanwhile:
    pytestmark = waits_for_rows

    def test_two_who_suspend_at_once_suspend_once(self, suspend, participant, organiser):
        with transaction.atomic():
            suspend(participant)
            second = Meanwhile(lambda: suspend(participant, by=organiser))
            second.start()
            eventually(waiting_writers)
        second.done()

        assert (Suspension.objects.count(), Notice.objects.filter(person=participant).count()) == (1, 1)
        assert Message.objects.filter(address=participant.email).count() == 1


def test_lifting_twice_lifts_once_and_what_has_ended_is_not_lifted(suspend, participant, moderator, suspension, now):
    late = actions.lift_suspension(suspension, now=suspension.ends_at, by=moderator)
    assert late.lifted_at is None

    for _twice in range(2):
        lifted = actions.lift_suspension(suspension, now=now, by=moderator)

    assert (lifted.lifted_at, lifted.lifted_by) == (now, moderator)
    assert JournalEntry.objects.filter(verb="participation.resumed").count() == 1
    assert "Vous participez de nouveau" in Notice.objects.filter(person=participant).first().title


def test_nobody_lifts_their_own(suspension, participant, now):
    with pytest.raises(PermissionDenied):
        actions.lift_suspension(suspension, now=now, by=participant)


def test_asking_for_the_class_of_a_reader_still_costs_two_queries(
    suspension, participant, consultation, now, django_assert_num_queries
):
    with django_assert_num_queries(2):
        assert audiences_of(Viewer(participant, now), [consultation]) == {consultation.pk: Audience.PUBLIC}


def test_a_suspension_that_was_lifted_is_made_again_with_the_same_words(consultation, of, participant, moderator, now):
    given = {"reason": consultation.reasons.to_hide().first(), "message": "Sur les idées.", "by": moderator, "now": now}
    first = actions.suspend_participation(of(participant), client_uuid=uuid.uuid4(), **given)
    actions.lift_suspension(first, by=moderator, now=now)

    actions.suspend_participation(of(participant), client_uuid=uuid.uuid4(), **given)

    assert of(participant).suspension.is_running(now)
