"""In whose name people speak: who confirms it, who is told, and what the page shows."""

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction  # noqa: F401 - the connection is read by a mark

from concertation.accounts.models import Organisation
from concertation.consultations import actions
from concertation.consultations.models import Participation, SpeaksFor, Territory
from concertation.journal.models import JournalEntry
from concertation.notices.models import Message, Notice
from contributions.actions import post_contribution
from tests.contributions.test_moves import Meanwhile, waits_for_rows
from tests.live.test_commit_order import waiting_writers
from tests.reading import form_with, words
from tests.serving import eventually

pytestmark = pytest.mark.django_db


@pytest.fixture
def speaker(consultation, participant, organisation):
    mine = Participation.objects.get(consultation=consultation, user=participant)
    return actions.edit_participation(mine, organisation=organisation, speaks_for=True, by=participant)


def confirm(speaker, *, by):
    """As the page does, for the organisation it shows."""
    return actions.confirm_speaker(speaker, expected_organisation=speaker.organisation_id, by=by)


def press_confirm(client, page):
    """What a browser sends when the one button of this page is pressed."""
    html = page.content.decode()
    (action,) = re.findall(r'action="([^"]+/confirmer/)"', html)
    (organisation,) = re.findall(r'name="organisation" value="(\d+)"', html)
    return client.post(action, {"organisation": organisation}, follow=True)


@pytest.mark.parametrize(
    "who", ["participant", "partner", "director", "moderator", "facilitator", "stranger_moderator", "newcomer"]
)
def test_only_the_organiser_confirms_or_takes_back(request, speaker, who):
    for act in (confirm, actions.refuse_speaker):
        with pytest.raises(PermissionDenied):
            act(speaker, by=request.getfixturevalue(who))

    speaker.refresh_from_db()
    assert speaker.speaks_for == "claimed"


def test_what_is_confirmed_is_said_of_what_is_written_from_then_on(speaker, topic, participant, organiser):
    before = post_contribution(topic, body="Avant.", by=participant)

    confirm(speaker, by=organiser)
    after = post_contribution(topic, body="Après.", by=participant)

    before.refresh_from_db()
    assert (before.speaks_for, after.speaks_for) == ("claimed", "confirmed")
    assert JournalEntry.objects.filter(verb="participation.confirmed", actor_id=organiser.pk).count() == 1
    assert "confirme que vous parlez" in Notice.objects.get(person=participant).text
    assert Message.objects.filter(address=participant.email).count() == 1


def test_what_is_taken_back_makes_one_speak_for_oneself(speaker, participant, organiser):
    confirm(speaker, by=organiser)

    refused = actions.refuse_speaker(speaker, by=organiser)

    assert refused.speaks_for == "no"
    assert JournalEntry.objects.filter(verb="participation.refused").count() == 1
    assert Notice.objects.filter(person=participant, text__contains="ne confirme pas").count() == 1


def test_confirming_twice_changes_and_tells_nothing_more(speaker, participant, organiser):
    confirm(speaker, by=organiser)
    confirm(speaker, by=organiser)

    assert JournalEntry.objects.filter(verb="participation.confirmed").count() == 1
    assert Message.objects.filter(address=participant.email).count() == 1


def test_who_claims_nothing_is_not_confirmed(consultation, other_participant, organiser):
    silent = Participation.objects.get(consultation=consultation, user=other_participant)

    with pytest.raises(ValidationError, match="ne dit plus"):
        confirm(silent, by=organiser)


def test_nothing_is_confirmed_in_an_archived_consultation(speaker, consultation, organiser, now):
    actions.archive_consultation(consultation, by=organiser, now=now)

    with pytest.raises(PermissionDenied):
        confirm(Participation.objects.get(pk=speaker.pk), by=organiser)


def test_the_page_lists_who_claims_and_confirms_with_a_button(as_organiser, space, speaker):
    page = as_organiser.get(f"{space}porte-parole/")
    assert "Déclaré" in words(page)

    answer = press_confirm(as_organiser, page)

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
    page = as_organiser.get(f"{space}porte-parole/")
    actions.edit_participation(speaker, speaks_for=False, by=participant)

    assert "Cette personne ne dit plus parler" in words(press_confirm(as_organiser, page))


@pytest.mark.parametrize("state", ["claimed", "confirmed"])
def test_only_the_organisation_that_the_page_showed_is_confirmed(as_organiser, space, speaker, participant, state):
    page = as_organiser.get(f"{space}porte-parole/")
    other = Organisation.objects.create(name="Atelier Lueur")
    actions.edit_participation(speaker, organisation=other, by=participant)
    Participation.objects.filter(pk=speaker.pk).update(speaks_for=state)

    answer = press_confirm(as_organiser, page)

    speaker.refresh_from_db()
    assert (speaker.organisation, speaker.speaks_for) == (other, state)
    assert "Organisation déclarée maintenant : Atelier Lueur. Rien n’a été confirmé" in words(answer)
    assert not JournalEntry.objects.filter(verb="participation.confirmed").exists()
    assert not Notice.objects.filter(person=participant).exists()


@pytest.mark.parametrize("sent", [{}, {"organisation": "Ville"}, {"organisation": "9" * 40}, {"organisation": "²"}])
def test_a_form_that_does_not_say_which_organisation_confirms_none(as_organiser, space, speaker, sent):
    answer = as_organiser.post(f"{space}porte-parole/{speaker.pk}/confirmer/", sent, follow=True)

    speaker.refresh_from_db()
    assert (answer.status_code, speaker.speaks_for) == (200, "claimed")


def test_a_person_of_another_consultation_is_not_found(as_organiser, space, other_consultation, stranger_moderator):
    elsewhere = Participation.objects.get(consultation=other_consultation, user=stranger_moderator)

    assert as_organiser.post(f"{space}porte-parole/{elsewhere.pk}/confirmer/").status_code == 404


def test_the_next_page_passes_over_nobody_when_some_are_confirmed_in_between(
    as_organiser, space, speaker, consultation, organisation, other_participant, partner, organiser, monkeypatch
):
    monkeypatch.setattr("concertation.consultations.views.speaking.PER_PAGE", 1)
    for person in (other_participant, partner):
        mine = Participation.objects.get(consultation=consultation, user=person)
        actions.edit_participation(mine, organisation=organisation, speaks_for=True, by=person)
    address = f"{space}porte-parole/"
    first = as_organiser.get(address)
    [seen] = first.context["page"].rows
    confirm(seen, by=organiser)

    second = as_organiser.get(address + first.context["page"].next)

    assert [one.pk for one in second.context["page"].rows] == [
        Participation.objects.speaking().exclude(pk=seen.pk).first().pk
    ]


def test_the_page_costs_the_same_for_one_and_for_three(
    as_organiser, space, speaker, consultation, organisation, other_participant, partner, count_queries
):
    one = count_queries(lambda: as_organiser.get(f"{space}porte-parole/"))

    for person in (other_participant, partner):
        mine = Participation.objects.get(consultation=consultation, user=person)
        actions.edit_participation(mine, organisation=organisation, speaks_for=True, by=person)

    assert count_queries(lambda: as_organiser.get(f"{space}porte-parole/")) == one


class TestMeanwhile:
    pytestmark = waits_for_rows

    def test_who_changes_organisation_while_they_are_confirmed_is_confirmed_for_the_new_one(
        self, speaker, participant, organiser
    ):
        other = Organisation.objects.create(name="Ville de Lyon")
        with transaction.atomic():
            actions.edit_participation(speaker, organisation=other, speaks_for=True, by=participant)
            confirming = Meanwhile(
                lambda: actions.confirm_speaker(speaker, expected_organisation=other.pk, by=organiser)
            )
            confirming.start()
            eventually(waiting_writers)
        confirming.done()

        assert "au nom de Ville de Lyon" in Notice.objects.get(person=participant).text


def test_answers_sent_from_an_older_page_do_not_take_back_what_the_organiser_decided(
    client, speaker, organiser, participant
):
    client.force_login(participant)
    territory = Territory.objects.offered_in(speaker.consultation).first()
    page = f"/c/{speaker.consultation.slug}/ma-participation/"
    older = form_with(client.get(page), "actor_kind")
    actions.refuse_speaker(speaker, by=organiser)

    answer = client.post(page, older | {"territory": territory.pk}, follow=True)

    speaker.refresh_from_db()
    assert (speaker.speaks_for, speaker.territory) == (SpeaksFor.NO, territory)
    assert "Entre-temps, une autre personne a modifié : Je m’exprime au nom de cette organisation." in words(answer)
