"""Changing and withdrawing one's words."""

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.accounts.models import User
from concertation.consultations.actions import edit_phase
from concertation.documents.conflicts import Version
from concertation.journal.models import JournalEntry
from concertation.live.models import Event
from contributions.actions import edit_contribution, withdraw_contribution
from contributions.models import Contribution, State

pytestmark = pytest.mark.django_db


def test_nobody_edits_someone_elses_words(
    contribution: Contribution, other_participant: User, moderator: User, organiser: User
) -> None:
    for someone in (other_participant, moderator, organiser):
        with pytest.raises(PermissionDenied):
            edit_contribution(contribution, body="Autre chose.", by=someone)


def test_an_edit_keeps_the_former_text(contribution: Contribution, participant: User, now: datetime) -> None:
    edited = edit_contribution(contribution, body="Mieux dit.", title="Lieux", by=participant)

    texts = list(edited.revisions.values_list("number", "title", "plain"))
    assert texts == [(1, "Des lieux d’essai", "Il manque des lieux d’essai."), (2, "Lieux", "Mieux dit.")]
    assert (edited.title, edited.is_edited, edited.version) == ("Lieux", True, 2)


def test_saving_the_same_text_changes_and_records_nothing(contribution: Contribution, participant: User) -> None:
    before = (JournalEntry.objects.count(), Event.objects.count())

    same = edit_contribution(
        contribution,
        body="Il manque des lieux d’essai.",
        title="Des lieux d’essai",
        by=participant,
    )
    assert same.version == 1
    assert (JournalEntry.objects.count(), Event.objects.count()) == before


def test_an_edit_of_a_text_that_moved_is_a_conflict(contribution: Contribution, participant: User) -> None:
    seen = Version.of({"title": contribution.title, "body": contribution.current.body})
    edit_contribution(contribution, body="Deuxième.", title=contribution.title, by=participant)

    with pytest.raises(ValidationError) as refusal:
        edit_contribution(contribution, body="Troisième.", expected_version=seen, by=participant)
    assert refusal.value.code == "conflict"
    assert contribution.revisions.count() == 2


def test_a_title_that_changed_meanwhile_stays_beside_the_words_that_one_edits(
    contribution: Contribution, participant: User
) -> None:
    title, body = contribution.title, contribution.current.body
    seen = Version.of({"title": title, "body": body})
    edit_contribution(contribution, title="Autre titre", body=body, by=participant)

    edited = edit_contribution(contribution, title=title, body="Mieux dit.", expected_version=seen, by=participant)

    assert (edited.title, edited.current.title, edited.current.body) == ("Autre titre", "Autre titre", "Mieux dit.")


def test_a_closed_phase_takes_no_edit(contribution: Contribution, participant: User) -> None:
    closes_at = contribution.topic.phase.closes_at

    with pytest.raises(ValidationError, match="close"):
        edit_contribution(contribution, body="Tard.", by=participant, now=closes_at)


def test_where_moderation_comes_before_an_edited_text_waits_behind_a_placeholder(
    contribution: Contribution, participant: User, organiser: User
) -> None:
    edit_phase(contribution.topic.phase, moderation="before", by=organiser)
    fresh = Contribution.objects.get(pk=contribution.pk)

    edited = edit_contribution(fresh, body="À relire.", by=participant)
    assert (edited.state, edited.is_shown) == (State.PENDING, False)
    assert Contribution.objects.placed().get() == edited


def test_a_withdrawn_text_leaves_a_placeholder_and_its_replies(
    contribution: Contribution, reply: Contribution, participant: User
) -> None:
    withdraw_contribution(contribution, by=participant)

    assert list(Contribution.objects.order_by("path").values_list("state", flat=True)) == ["withdrawn", "published"]
    assert Contribution.objects.get(pk=contribution.pk).revisions.count() == 1


def test_withdrawing_twice_is_recorded_once(contribution: Contribution, participant: User) -> None:
    withdraw_contribution(contribution, by=participant)
    withdraw_contribution(contribution, by=participant)

    assert JournalEntry.objects.filter(verb="contribution.withdrawn").count() == 1


def test_a_withdrawn_reply_is_no_longer_counted(
    contribution: Contribution, reply: Contribution, other_participant: User
) -> None:
    withdraw_contribution(reply, by=other_participant)

    contribution.refresh_from_db()
    assert contribution.reply_count == 0


def test_only_its_author_withdraws(contribution: Contribution, moderator: User) -> None:
    with pytest.raises(PermissionDenied):
        withdraw_contribution(contribution, by=moderator)
