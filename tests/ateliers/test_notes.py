"""Notes: who takes them, who is named in them, and how they join the debate once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from ateliers import actions
from ateliers.forms import NoteForm
from ateliers.models import Note
from concertation.consultations.models import Nature
from concertation.journal import receipts
from contributions.models import Contribution

from .conftest import DAY

pytestmark = pytest.mark.django_db
UUID = "0f5b0a0e-33f2-4c50-9c59-0d6dd3a1b7d2"


@pytest.fixture
def note(table, facilitator, now):
    consultation = table.atelier.consultation
    return actions.write_note(
        table,
        text="Il manque un lieu pour essayer.",
        nature=consultation.natures.get(code="besoin"),
        actor_kind=consultation.actor_kinds.first(),
        by=facilitator,
        now=now,
    )


@pytest.mark.parametrize("who", ["participant", "partner", "director", "stranger_moderator", "newcomer"])
def test_others_take_no_notes(table, now, request, who):
    with pytest.raises(PermissionDenied):
        actions.write_note(table, text="Une note.", by=request.getfixturevalue(who), now=now)


def test_whoever_takes_the_notes_of_this_atelier_may(table, rapporteur, now):
    assert actions.write_note(table, text="Une note.", by=rapporteur, now=now).by == rapporteur


@pytest.mark.parametrize("text", ["", " \n ", "\x00", "x" * 5_001])
def test_an_unreadable_note_is_refused_beside_its_field(table, facilitator, now, text):
    with pytest.raises(ValidationError) as refusal:
        actions.write_note(table, text=text, by=facilitator, now=now)

    assert "text" in refusal.value.error_dict


def test_nobody_is_named_without_their_consent(table, note, facilitator, now):
    with pytest.raises(ValidationError) as refusal:
        actions.write_note(table, text="Une note.", speaker_name="Nadia", by=facilitator, now=now)
    assert "speaker_consents" in refusal.value.error_dict

    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(speaker_name="Nadia")


def test_a_note_sent_twice_is_written_once_and_another_text_under_its_name_is_a_conflict(table, facilitator, now):
    first = actions.write_note(table, text="Une note.", by=facilitator, now=now, client_uuid=UUID)
    again = actions.write_note(table, text="Une note.", by=facilitator, now=now, client_uuid=UUID)

    assert again == first
    with pytest.raises(receipts.Conflict):
        actions.write_note(table, text="Autre chose.", by=facilitator, now=now, client_uuid=UUID)


def test_a_poured_note_says_where_when_and_by_what_kind_of_actor_it_was_said(note, held, topic, facilitator, now):
    [made] = actions.pour_notes(held, notes=[note], topic=topic, by=facilitator, now=now)

    assert (made.origin, made.origin_label, made.occurred_at) == ("atelier", held.title, held.starts_at)
    assert made.actor_kind == note.actor_kind
    assert made.nature == note.nature
    assert made.territory is None
    assert made.author.user is None
    assert made.author.name == "Table bleue, atelier A-1"
    assert made.entered_by == facilitator
    note.refresh_from_db()
    assert (note.contribution, note.poured_at) == (made, now)


def test_a_note_is_poured_once_whatever_one_presses(note, held, topic, past_topic, facilitator, now):
    actions.pour_notes(held, notes=[note], topic=topic, by=facilitator, now=now)

    assert actions.pour_notes(held, notes=[note], topic=topic, by=facilitator, now=now) == []
    assert actions.pour_notes(held, notes=[note], topic=past_topic, by=facilitator, now=now) == []
    assert Contribution.objects.count() == 1


def test_notes_join_a_phase_that_is_closed(note, held, past_topic, facilitator, now):
    [made] = actions.pour_notes(held, notes=[note], topic=past_topic, by=facilitator, now=now)

    assert made.topic == past_topic
    assert made.published_at == now


def test_a_note_put_right_meanwhile_is_poured_as_it_is_now(note, held, topic, facilitator, now):
    actions.edit_note(note, text="Il manque **deux** lieux.", by=facilitator)

    [made] = actions.pour_notes(held, notes=[note], topic=topic, by=facilitator, now=now)

    assert (made.current.body, made.current.plain) == ("Il manque **deux** lieux.", "Il manque deux lieux.")


def test_a_rapporteur_without_another_role_may_pour(table, held, rapporteur, topic, now):
    note = actions.write_note(table, text="Une note.", by=rapporteur, now=now)

    [made] = actions.pour_notes(held, notes=[note], topic=topic, by=rapporteur, now=now)

    assert made.entered_by == rapporteur


@pytest.mark.parametrize("who", ["participant", "partner", "stranger_moderator"])
def test_others_do_not_pour(note, held, topic, now, request, who):
    with pytest.raises(PermissionDenied):
        actions.pour_notes(held, notes=[note], topic=topic, by=request.getfixturevalue(who), now=now)

    assert not Contribution.objects.exists()


def test_nothing_is_poured_before_the_atelier_has_begun(note, held, topic, facilitator, organiser, now):
    actions.edit_atelier(held, starts_at=now + DAY, ends_at=now + 2 * DAY, by=organiser, now=now)
    held.refresh_from_db()

    with pytest.raises(ValidationError):
        actions.pour_notes(held, notes=[note], topic=topic, by=facilitator, now=now)


def test_either_all_the_chosen_notes_join_the_debate_or_none_and_it_says_which(
    note, table, held, open_phase, topic, facilitator, now
):
    outside = Nature.objects.create(consultation=held.consultation, code="hors", singular="hors", plural="hors")
    odd = actions.write_note(table, text="Hors des clous.", title="Un titre", nature=outside, by=facilitator, now=now)

    with pytest.raises(ValidationError, match="Un titre"):
        actions.pour_notes(held, notes=[note, odd], topic=topic, by=facilitator, now=now)

    assert not Contribution.objects.exists()
    assert not Note.objects.poured().exists()


def test_a_topic_of_another_consultation_is_refused(note, held, other_consultation, administrator, facilitator, now):
    from concertation.consultations.actions import create_phase, create_topic

    phase = create_phase(other_consultation, title="P", opens_at=now - DAY, closes_at=now + DAY, by=administrator)
    elsewhere = create_topic(phase, title="T", by=administrator)

    with pytest.raises(ValidationError):
        actions.pour_notes(held, notes=[note], topic=elsewhere, by=facilitator, now=now)


def test_notes_of_another_atelier_are_refused(note, held, consultation, organiser, topic, now):
    other = actions.create_atelier(
        consultation, title="Autre", starts_at=now - DAY, ends_at=now, place="Ici", by=organiser
    )

    with pytest.raises(PermissionDenied):
        actions.pour_notes(other, notes=[note], topic=topic, by=organiser, now=now)


def test_a_person_who_agreed_is_named_as_the_author(table, held, topic, facilitator, now):
    note = actions.write_note(
        table, text="Je l’ai vécu.", speaker_name="Nadia", speaker_consents=True, by=facilitator, now=now
    )

    [made] = actions.pour_notes(held, notes=[note], topic=topic, by=facilitator, now=now)

    assert made.author.name == "Nadia"


def test_a_note_is_put_right_until_it_has_joined_the_debate(note, held, topic, facilitator, participant, now):
    with pytest.raises(PermissionDenied):
        actions.edit_note(note, text="Autre.", by=participant)
    actions.edit_note(note, text="Il manque deux lieux.", by=facilitator)
    note.refresh_from_db()
    assert (note.text, note.version) == ("Il manque deux lieux.", 2)

    actions.pour_notes(held, notes=[note], topic=topic, by=facilitator, now=now)
    with pytest.raises(ValidationError):
        actions.edit_note(note, text="Trop tard.", by=facilitator)
    with pytest.raises(ValidationError):
        actions.remove_note(note, by=facilitator)


def test_a_note_written_by_mistake_goes(note, facilitator):
    actions.remove_note(note, by=facilitator)

    assert not Note.objects.exists()


def test_the_natures_of_a_note_are_written_as_everywhere(held):
    natures = [label for value, label in NoteForm(atelier=held).fields["nature"].choices if value]

    assert natures == [nature.singular.capitalize() for nature in held.consultation.natures.all()]
