"""Drafts: who writes them, to whom, and the ten minutes in which a letter may be stopped."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.consultations import actions as consultations
from concertation.consultations.journal import read
from concertation.journal.models import JournalEntry
from concertation.letters import actions
from concertation.letters.actions.writing import version_of
from concertation.letters.models import Letter
from concertation.notices.models import Message
from concertation.permissions import may
from concertation.viewer import Viewer

from .conftest import MINUTE, TEN

pytestmark = pytest.mark.django_db

PEOPLE = ["visitor", "newcomer", "participant", "partner", "director", "facilitator", "moderator", "organiser"]
PEOPLE += ["stranger_moderator", "administrator"]


def mails():
    return Message.objects.filter(key__startswith="letter")


def test_only_who_organises_reads_and_writes_letters(consultation, request):
    people = {name: request.getfixturevalue(name) for name in PEOPLE}

    for permission in ("letters.read", "letters.write"):
        allowed = {name for name, person in people.items() if may(Viewer(person), permission, consultation)}
        assert allowed == {"organiser", "administrator"}


def test_letters_of_an_archive_are_read_and_not_written(consultation, organiser):
    archived = consultations.archive_consultation(consultation, by=organiser)

    assert may(Viewer(organiser), "letters.read", archived)
    assert not may(Viewer(organiser), "letters.write", archived)


def test_each_verb_refuses_a_moderator(write, consultation, moderator, now):
    letter = write()

    for act in (
        lambda: actions.create_letter(consultation, subject="S", body="B", groups=["tous"], by=moderator),
        lambda: actions.edit_letter(letter, subject="S", by=moderator),
        lambda: actions.delete_letter(letter, by=moderator),
        lambda: actions.send_trial(letter, by=moderator, now=now),
        lambda: actions.schedule_letter(letter, by=moderator, now=now),
        lambda: actions.stop_letter(letter, by=moderator, now=now),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_no_group_chosen_means_nobody(consultation, organiser, write):
    with pytest.raises(ValidationError) as refusal:
        actions.create_letter(consultation, subject="S", body="B", groups=[], by=organiser)
    assert refusal.value.message_dict == {"groups": ["Choisissez au moins un groupe."]}

    letter = write()
    with pytest.raises(ValidationError):
        actions.edit_letter(letter, groups=[], by=organiser)
    assert Letter.objects.get().groups == ["tous"]


def test_a_group_that_does_not_exist_is_refused(consultation, organiser):
    with pytest.raises(ValidationError, match="n’existe plus"):
        actions.create_letter(consultation, subject="S", body="B", groups=["acteur:0"], by=organiser)


@pytest.mark.parametrize("words", [{"subject": ""}, {"subject": "x" * 151}, {"body": " "}, {"body": "x" * 20_001}])
def test_each_text_has_its_limits_and_the_error_names_its_field(consultation, organiser, words):
    given = {"subject": "S", "body": "B", "groups": ["tous"]} | words

    with pytest.raises(ValidationError) as refusal:
        actions.create_letter(consultation, by=organiser, **given)

    assert list(refusal.value.message_dict) == list(words)


def test_a_subject_has_one_line_whatever_was_pasted(write):
    assert write(subject="Un\nBcc: a@b.fr").subject == "Un Bcc: a@b.fr"


def test_a_trial_goes_to_its_author_alone_once_for_two_clicks(write, organiser, participant, now):
    letter = write()

    for _click in range(2):
        actions.send_trial(letter, by=organiser, now=now)

    mail = mails().get()
    assert (mail.address, mail.subject, mail.unsubscribe) == (organiser.email, "[Essai] La suite", "")
    assert "la suite arrive." in mail.text
    assert Letter.objects.get().is_draft


def test_nothing_leaves_before_ten_minutes(write, organiser, participant, now):
    letter = actions.schedule_letter(write(), by=organiser, now=now)
    assert letter.leaves_at == now + TEN

    actions.send_due_letters(now + TEN - MINUTE)

    assert not mails().exists()
    assert Letter.objects.get().is_scheduled


def test_a_letter_stopped_in_time_is_a_draft_again_and_nobody_receives_it(write, organiser, participant, now):
    letter = actions.schedule_letter(write(), by=organiser, now=now)

    for _click in range(2):
        actions.stop_letter(letter, by=organiser, now=now + TEN)
    actions.send_due_letters(now + TEN)

    letter.refresh_from_db()
    assert (letter.is_draft, letter.leaves_at) == (True, None)
    assert not mails().exists()
    assert JournalEntry.objects.filter(verb="letter.stopped").count() == 1


def test_a_letter_that_has_left_is_not_stopped_nor_changed_nor_deleted(write, leave, organiser, participant, now):
    letter = leave(write())

    for act in (
        lambda: actions.stop_letter(letter, by=organiser, now=now),
        lambda: actions.edit_letter(letter, subject="Autre", by=organiser),
        lambda: actions.delete_letter(letter, by=organiser),
        lambda: actions.schedule_letter(letter, by=organiser, now=now),
    ):
        with pytest.raises(ValidationError):
            act()
    assert Letter.objects.get().subject == "La suite"


def test_a_letter_in_the_outbox_is_stopped_before_it_is_changed(write, organiser, participant, now):
    letter = actions.schedule_letter(write(), by=organiser, now=now)

    with pytest.raises(ValidationError, match="Arrêtez d’abord"):
        actions.edit_letter(letter, subject="Autre", by=organiser)


def test_what_leaves_is_what_was_checked(write, organiser, participant, now):
    letter = write()
    checked = version_of(letter)
    actions.edit_letter(letter, body="Autre chose.", by=organiser)

    with pytest.raises(ValidationError, match="Relisez-la"):
        actions.schedule_letter(letter, expected_version=checked, by=organiser, now=now)

    assert Letter.objects.get().is_draft


def test_a_letter_to_nobody_does_not_leave(write, organiser, consultation, now):
    with pytest.raises(ValidationError, match="Personne"):
        actions.schedule_letter(write("sans-contribution"), by=organiser, now=now)


def test_a_deleted_draft_leaves_its_line_in_the_journal(write, organiser):
    actions.delete_letter(write(), by=organiser)

    assert not Letter.objects.exists()
    assert JournalEntry.objects.get(verb="letter.deleted").details == {"subject": "La suite"}


def test_the_journal_tells_a_subject_to_those_who_read_letters_alone(write, consultation, organiser, moderator, now):
    write()
    actions.delete_letter(write(subject="Un autre sujet"), by=organiser)
    entries = JournalEntry.objects.filter(verb__startswith="letter.").order_by("pk")

    def told(person):
        return [
            (one.sentence, one.about and one.about.name) for one in read(Viewer(person, now), consultation, entries)
        ]

    gone = [("a préparé une lettre", None), ("a supprimé le brouillon d’une lettre", None)]
    assert told(organiser) == [("a préparé une lettre", "La suite"), *gone]
    assert told(moderator) == [("a préparé une lettre", "Une lettre"), *gone]
