"""In whose name people speak: who confirms it, who is told, and what the page shows."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.consultations import actions
from concertation.consultations.models import Participation
from concertation.journal.models import JournalEntry
from concertation.notices.models import Message, Notice
from contributions.actions import post_contribution
from tests.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def speaker(consultation, participant, organisation):
    mine = Participation.objects.get(consultation=consultation, user=participant)
    return actions.edit_participation(mine, organisation=organisation, speaks_for=True, by=participant)


@pytest.mark.parametrize(
    "who", ["participant", "partner", "director", "moderator", "facilitator", "stranger_moderator", "newcomer"]
)
def test_only_the_organiser_confirms_or_takes_back(request, speaker, who):
    for act in (actions.confirm_speaker, actions.refuse_speaker):
        with pytest.raises(PermissionDenied):
            act(speaker, by=request.getfixturevalue(who))

    speaker.refresh_from_db()
    assert speaker.speaks_for == "claimed"


def test_what_is_confirmed_is_said_of_what_is_written_from_then_on(speaker, topic, participant, organiser):
    before = post_contribution(topic, body="Avant.", by=participant)

    actions.confirm_speaker(speaker, by=organiser)
    after = post_contribution(topic, body="Après.", by=participant)

    before.refresh_from_db()
    assert (before.speaks_for, after.speaks_for) == ("claimed", "confirmed")
    assert JournalEntry.objects.filter(verb="participation.confirmed", actor_id=organiser.pk).count() == 1
    assert "confirme que vous parlez" in Notice.objects.get(person=participant).text
    assert Message.objects.filter(address=participant.email).count() == 1


def test_what_is_taken_back_makes_one_speak_for_oneself(speaker, participant, organiser):
    actions.confirm_speaker(speaker, by=organiser)

    refused = actions.refuse_speaker(speaker, by=organiser)

    assert refused.speaks_for == "no"
    assert JournalEntry.objects.filter(verb="participation.refused").count() == 1
    assert Notice.objects.filter(person=participant, text__contains="ne confirme pas").count() == 1


def test_confirming_twice_changes_and_tells_nothing_more(speaker, participant, organiser):
    actions.confirm_speaker(speaker, by=organiser)
    actions.confirm_speaker(speaker, by=organiser)

    assert JournalEntry.objects.filter(verb="participation.confirmed").count() == 1
    assert Message.objects.filter(address=participant.email).count() == 1


def test_who_claims_nothing_is_not_confirmed(consultation, other_participant, organiser):
    silent = Participation.objects.get(consultation=consultation, user=other_participant)

    with pytest.raises(ValidationError, match="ne dit plus"):
        actions.confirm_speaker(silent, by=organiser)


def test_nothing_is_confirmed_in_an_archived_consultation(speaker, consultation, organiser, now):
    actions.archive_consultation(consultation, by=organiser, now=now)

    with pytest.raises(PermissionDenied):
        actions.confirm_speaker(Participation.objects.get(pk=speaker.pk), by=organiser)


def test_the_page_lists_who_claims_and_confirms_with_a_button(as_organiser, space, speaker):
    page = as_organiser.get(f"{space}porte-parole/")
    assert "Déclaré" in words(page)

    answer = as_organiser.post(f"{space}porte-parole/{speaker.pk}/confirmer/", follow=True)

    speaker.refresh_from_db()
    assert speaker.speaks_for == "confirmed"
    assert "parle au nom de Ville de Grande-Rive" in words(answer)
    assert "/confirmer/" not in answer.content.decode()


def test_the_page_asks_before_it_takes_back(as_organiser, space, speaker):
    address = f"{space}porte-parole/{speaker.pk}/retirer/"

    asked = words(as_organiser.get(address))
    speaker.refresh_from_db()
    assert "la mention de Ville de Grande-Rive ?" in asked
    assert speaker.speaks_for == "claimed"

    answer = as_organiser.post(address, follow=True)
    assert "Personne ne dit parler au nom d’une organisation" in words(answer)


def test_a_claim_given_up_meanwhile_is_said(as_organiser, space, speaker, participant):
    actions.edit_participation(speaker, speaks_for=False, by=participant)

    answer = as_organiser.post(f"{space}porte-parole/{speaker.pk}/confirmer/", follow=True)

    assert "Cette personne ne dit plus parler" in words(answer)


def test_a_person_of_another_consultation_is_not_found(as_organiser, space, other_consultation, stranger_moderator):
    elsewhere = Participation.objects.get(consultation=other_consultation, user=stranger_moderator)

    assert as_organiser.post(f"{space}porte-parole/{elsewhere.pk}/confirmer/").status_code == 404


def test_the_page_costs_the_same_for_one_and_for_three(
    as_organiser, space, speaker, consultation, organisation, other_participant, partner, count_queries
):
    one = count_queries(lambda: as_organiser.get(f"{space}porte-parole/"))

    for person in (other_participant, partner):
        mine = Participation.objects.get(consultation=consultation, user=person)
        actions.edit_participation(mine, organisation=organisation, speaks_for=True, by=person)

    assert count_queries(lambda: as_organiser.get(f"{space}porte-parole/")) == one
