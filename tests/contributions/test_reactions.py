"""Reactions: one each, counted on the row."""

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.accounts.models import User
from concertation.consultations.models import Consultation
from concertation.journal.models import JournalEntry
from concertation.live.models import Event
from contributions.actions import Opinion, bulk_react, react, withdraw_contribution
from contributions.models import Contribution, Reaction

pytestmark = pytest.mark.django_db


def counts(contribution: Contribution) -> tuple[int, int, int]:
    contribution.refresh_from_db()
    return contribution.agree_count, contribution.disagree_count, contribution.unclear_count


def test_one_does_not_react_to_oneself_nor_without_joining(
    contribution: Contribution, participant: User, newcomer: User
) -> None:
    for someone in (participant, newcomer):
        with pytest.raises(PermissionDenied):
            react(contribution, kind="agree", by=someone)

    assert counts(contribution) == (0, 0, 0)


def test_a_reaction_changes_and_goes(contribution: Contribution, other_participant: User) -> None:
    react(contribution, kind="agree", by=other_participant)
    assert counts(contribution) == (1, 0, 0)

    react(contribution, kind="unclear", by=other_participant)
    assert counts(contribution) == (0, 0, 1)

    react(contribution, kind=None, by=other_participant)
    assert counts(contribution) == (0, 0, 0)
    assert contribution.version == 4


def test_the_same_reaction_again_changes_nothing(contribution: Contribution, other_participant: User) -> None:
    react(contribution, kind="agree", by=other_participant)
    before = (JournalEntry.objects.count(), Event.objects.count())

    react(contribution, kind="agree", by=other_participant)
    assert counts(contribution) == (1, 0, 0)
    assert (JournalEntry.objects.count(), Event.objects.count()) == before


def test_the_journal_does_not_say_what_one_thinks(contribution: Contribution, other_participant: User) -> None:
    react(contribution, kind="disagree", by=other_participant)

    assert JournalEntry.objects.get(verb="contribution.reacted").details == {}


def test_an_unknown_reaction_a_closed_phase_and_a_withdrawn_text_are_refused(
    contribution: Contribution, other_participant: User, participant: User
) -> None:
    with pytest.raises(ValidationError, match="Choisissez"):
        react(contribution, kind="adore", by=other_participant)
    with pytest.raises(ValidationError, match="ne reçoit pas"):
        react(contribution, kind="agree", by=other_participant, now=contribution.topic.phase.closes_at)
    withdraw_contribution(contribution, by=participant)
    with pytest.raises(ValidationError, match="n’est plus affichée"):
        react(contribution, kind="agree", by=other_participant)


def test_many_reactions_are_counted_once_each(
    consultation: Consultation,
    contribution: Contribution,
    reply: Contribution,
    organiser: User,
    participant: User,
    other_participant: User,
    partner: User,
) -> None:
    opinions = [
        Opinion(contribution, other_participant.participations.get(), "agree"),
        Opinion(contribution, partner.participations.get(), "disagree"),
        Opinion(reply, participant.participations.get(), "unclear"),
    ]
    with pytest.raises(PermissionDenied):
        bulk_react(consultation, opinions, by=participant)

    assert bulk_react(consultation, opinions, by=organiser) == 3
    assert bulk_react(consultation, opinions, by=organiser) == 0
    assert (counts(contribution), counts(reply)) == ((1, 1, 0), (0, 0, 1))
    assert Reaction.objects.count() == 3


def test_a_bulk_of_reactions_follows_the_same_rules(
    consultation: Consultation, contribution: Contribution, organiser: User, participant: User, now: datetime
) -> None:
    with pytest.raises(ValidationError, match="propre contribution"):
        bulk_react(consultation, [Opinion(contribution, participant.participations.get(), "agree")], by=organiser)
