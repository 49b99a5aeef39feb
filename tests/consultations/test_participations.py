"""Joining a consultation, changing what one said of oneself, and coming in with an import."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.accounts.models import LegalAcceptance, Organisation
from concertation.consultations import actions
from concertation.consultations.models import Participation, Territory
from concertation.journal.models import JournalEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def answers(consultation, now):
    return {
        "actor_kind": consultation.actor_kinds.first(),
        "territory": None,
        "organisation": None,
        "speaks_for": False,
        "accepts_charter": True,
        "now": now,
    }


def test_one_cannot_join_without_accepting_the_charter(consultation, newcomer, answers):
    with pytest.raises(ValidationError) as refusal:
        actions.join_consultation(consultation, **{**answers, "accepts_charter": False}, by=newcomer)

    assert list(refusal.value.error_dict) == ["accepts_charter"]
    assert not Participation.objects.filter(user=newcomer).exists()


def test_joining_keeps_what_was_answered_and_which_charter_was_accepted(consultation, newcomer, answers):
    joined = actions.join_consultation(consultation, **answers, by=newcomer)

    assert (joined.user, joined.actor_kind, joined.speaks_for) == (newcomer, answers["actor_kind"], "no")
    assert LegalAcceptance.objects.get(user=newcomer).text == consultation.charter


def test_joining_again_changes_nothing(consultation, newcomer, answers):
    first = actions.join_consultation(consultation, **answers, by=newcomer)
    other = {**answers, "actor_kind": consultation.actor_kinds.last()}
    again = actions.join_consultation(consultation, **other, by=newcomer)

    assert again == first
    assert again.actor_kind == answers["actor_kind"]
    assert JournalEntry.objects.filter(verb="participation.joined").count() == 1


def test_nobody_joins_a_draft_or_an_archived_consultation(consultation, newcomer, visitor, answers, organiser, now):
    with pytest.raises(PermissionDenied):
        actions.join_consultation(
            actions.edit_consultation(consultation, opens_publicly_at=None, by=organiser), **answers, by=newcomer
        )
    opened = actions.edit_consultation(consultation, opens_publicly_at=now, by=organiser)
    archived = actions.archive_consultation(opened, by=organiser, now=now)
    with pytest.raises(PermissionDenied):
        actions.join_consultation(archived, **answers, by=newcomer)


@pytest.mark.parametrize("field", ["actor_kind", "territory"])
def test_answers_come_from_the_lists_of_this_consultation(
    consultation, other_consultation, newcomer, answers, field, administrator
):
    elsewhere = {
        "actor_kind": other_consultation.actor_kinds.first(),
        "territory": actions.create_item(Territory, other_consultation, name="Là", code="LA", by=administrator),
    }

    with pytest.raises(ValidationError) as refusal:
        actions.join_consultation(consultation, **{**answers, field: elsewhere[field]}, by=newcomer)

    assert list(refusal.value.error_dict) == [field]


def test_speaking_for_needs_an_organisation_and_is_a_claim(consultation, newcomer, answers, organisation):
    with pytest.raises(ValidationError) as refusal:
        actions.join_consultation(consultation, **{**answers, "speaks_for": True}, by=newcomer)
    assert list(refusal.value.error_dict) == ["organisation"]

    joined = actions.join_consultation(
        consultation, **{**answers, "speaks_for": True, "organisation": organisation}, by=newcomer
    )

    assert joined.speaks_for == "claimed"


def test_who_was_invited_in_the_name_of_an_organisation_speaks_for_it(
    consultation, newcomer, organiser, answers, organisation, now
):
    from .letters import token_of

    letter = actions.invite(
        consultation, email=newcomer.email, role="", organisation=organisation, by=organiser, now=now
    )
    actions.accept_invitation(token_of(letter), user=newcomer, now=now)

    joined = actions.join_consultation(
        consultation, **{**answers, "speaks_for": True, "organisation": organisation}, by=newcomer
    )

    assert joined.speaks_for == "confirmed"


def test_only_the_person_or_the_organiser_edits_a_participation(
    consultation, participant, other_participant, moderator, organiser
):
    mine = Participation.objects.get(user=participant)
    kind = consultation.actor_kinds.last()
    for person in (other_participant, moderator):
        with pytest.raises(PermissionDenied):
            actions.edit_participation(mine, actor_kind=kind, by=person)

    assert actions.edit_participation(mine, actor_kind=kind, by=participant).actor_kind == kind


def test_a_confirmed_voice_is_lost_with_its_organisation(consultation, participant, organisation):
    mine = Participation.objects.get(user=participant)
    Participation.objects.filter(pk=mine.pk).update(organisation=organisation, speaks_for="confirmed")
    other = Organisation.objects.create(name="Autre")

    same = actions.edit_participation(mine, organisation=organisation, speaks_for=True, by=participant)
    changed = actions.edit_participation(mine, organisation=other, speaks_for=True, by=participant)

    assert (same.speaks_for, changed.speaks_for) == ("confirmed", "claimed")


def test_an_import_brings_each_author_in_once(consultation, organiser, participant):
    rows = [actions.ImportedPerson(source_key=f"repnum:{n}", pseudonym=f"Auteur {n}") for n in range(3)]
    with pytest.raises(PermissionDenied):
        actions.prepare_participations(consultation, rows, by=participant)

    first = actions.prepare_participations(consultation, rows[:2], by=organiser)
    second = actions.prepare_participations(consultation, rows, by=organiser)

    assert sorted(second) == ["repnum:0", "repnum:1", "repnum:2"]
    assert second["repnum:0"] == first["repnum:0"]
    assert not consultation.participations.exclude(source_key="").exists()
    keys = [one.pk for one in second.values()]
    assert actions.show_participations(consultation, keys=keys, by=organiser) == 3
    assert actions.show_participations(consultation, keys=keys, by=organiser) == 0
    assert consultation.participations.exclude(source_key="").count() == 3


def test_an_import_takes_a_few_queries_however_many_authors(consultation, organiser, django_assert_max_num_queries):
    rows = [actions.ImportedPerson(source_key=f"k{n}", pseudonym=f"Auteur {n}") for n in range(300)]

    with django_assert_max_num_queries(12):
        actions.prepare_participations(consultation, rows, by=organiser)


def test_an_author_imported_without_a_name_is_said_to_be_so(consultation, organiser):
    people = [actions.ImportedPerson(source_key=f"export:{key}", pseudonym=name) for key, name in ((1, ""), (2, "Ana"))]

    prepared = actions.prepare_participations(consultation, people, by=organiser)

    assert [one.name for one in prepared.values()] == ["Nom non communiqué", "Ana"]
