"""Registrations and notes marked as trials: who marks them, and their deletion."""

import pytest
from django.core.exceptions import PermissionDenied

from ateliers import actions
from ateliers.models import Note, Registration
from concertation.consultations import actions as organising
from concertation.consultations.trials import kind_of, listed
from contributions.models import Contribution

REGISTRATION, NOTE = "inscription", "note"


def draft_again(consultation, organiser):
    return organising.edit_consultation(consultation, opens_publicly_at=None, by=organiser)


def mark(key, row, by, *, is_trial=True):
    kind = kind_of(key)
    return organising.mark_trial(kind, kind.lock(row), is_trial=is_trial, by=by)


def registered(atelier, consultation, people, organiser, now, number=3):
    rows = [actions.register(atelier, by=user, now=now) for user in people(number)]
    draft_again(consultation, organiser)
    return [Registration.objects.get(pk=one.pk) for one in rows]


def test_the_person_or_the_team_mark_a_registration(
    atelier, consultation, people, organiser, facilitator, moderator, now
):
    first, second, _third = registered(atelier, consultation, people, organiser, now)

    for by in (second.user, moderator):
        with pytest.raises(PermissionDenied):
            mark(REGISTRATION, first, by)
    assert mark(REGISTRATION, first, first.user).is_trial
    assert mark(REGISTRATION, second, facilitator).is_trial


def test_the_seats_of_deleted_registrations_go_to_the_waiting_list(atelier, consultation, people, organiser, now):
    first, _second, third = registered(atelier, consultation, people, organiser, now)
    assert third.state == Registration.State.WAITING
    mark(REGISTRATION, first, organiser)

    assert organising.delete_trials(consultation, by=organiser, now=now) == 1

    assert not Registration.objects.filter(pk=first.pk).exists()
    assert Registration.objects.get(pk=third.pk).state == Registration.State.CONFIRMED


def test_a_note_goes_with_the_contribution_that_it_became_or_stays_with_it(
    table, topic, consultation, facilitator, organiser, now
):
    note, other = (
        actions.write_note(table, text=text, by=facilitator, now=now) for text in ("Des bancs.", "De l’ombre.")
    )
    contribution, _kept = actions.pour_notes(table.atelier, notes=[note, other], topic=topic, by=facilitator, now=now)
    draft_again(consultation, organiser)
    mark(NOTE, note, facilitator)
    assert [one.refusal for kind in listed(consultation) for one in kind.trials] == [
        f"Reste, avec sa contribution\u00a0: {contribution.ref}"
    ]
    organising.mark_trial(
        kind_of("contribution"), Contribution.objects.get(pk=contribution.pk), is_trial=True, by=organiser
    )

    assert organising.delete_trials(consultation, by=organiser, now=now) == 2

    assert [one.pk for one in Note.objects.all()] == [other.pk]
    assert Contribution.objects.count() == 1


def test_a_contribution_stays_with_its_unmarked_note(table, topic, consultation, facilitator, organiser, now):
    note = actions.write_note(table, text="Des bancs.", by=facilitator, now=now)
    (contribution,) = actions.pour_notes(table.atelier, notes=[note], topic=topic, by=facilitator, now=now)
    draft_again(consultation, organiser)
    organising.mark_trial(
        kind_of("contribution"), Contribution.objects.get(pk=contribution.pk), is_trial=True, by=organiser
    )

    assert organising.delete_trials(consultation, by=organiser, now=now) == 0


def test_their_pages_lead_to_the_mark(client, atelier, table, consultation, facilitator, organiser, people, now):
    note = actions.write_note(table, text="Des bancs.", by=facilitator, now=now)
    home = f"/c/{consultation.slug}/"
    client.force_login(facilitator)
    pages = (f"{home}ateliers/{atelier.number}/notes/",)
    assert all(f"{home}essais/" not in client.get(page).content.decode() for page in pages)

    draft_again(consultation, organiser)

    assert f"{home}essais/note/{note.pk}/" in client.get(pages[0]).content.decode()
    assert client.get(f"{home}essais/note/{note.pk}/").status_code == 200
    assert client.get(f"{home}essais/autre/{note.pk}/").status_code == 404
    assert client.get(f"{home}essais/note/{note.pk + 1}/").status_code == 404
