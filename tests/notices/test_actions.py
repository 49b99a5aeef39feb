from email import message_from_bytes, policy

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from concertation.accounts.models import User
from concertation.live.actions import announced_together
from concertation.notices.actions import Attachment, mark_all_read, mark_read, notify, queue_mail
from concertation.notices.models import Message, Notice
from concertation.notices.sending import mail_of


def tell(person, **changed):
    values = {
        "kind": "contribution.hidden",
        "obj": person,
        "title": "Votre contribution C-142 a été masquée",
        "url": "/c/ville/contributions/142/",
        "text": "Elle nomme une personne.",
        "at_once": True,
    }
    with transaction.atomic(), announced_together():
        return notify(person, **{**values, **changed})


def test_what_can_wait_for_a_digest_sends_no_mail(person):
    notice = tell(person, at_once=False)

    assert (notice.object_label, notice.read_at) == (f"accounts.user:{person.pk}", None)
    assert Message.objects.count() == 0


def test_what_cannot_wait_is_written_to_the_outbox_with_its_address(person, settings):
    settings.SITE_URL = "https://concertation.example.fr"

    tell(person)

    message = Message.objects.get()
    assert (message.address, message.subject) == ("claire@exemple.fr", "Votre contribution C-142 a été masquée")
    assert message.text.startswith(
        "Elle nomme une personne.\n\nhttps://concertation.example.fr/c/ville/contributions/142/\n\n-- \n"
    )


def test_a_closed_account_gets_no_mail(person):
    person.is_active = False

    tell(person)

    assert Message.objects.count() == 0


def test_a_title_on_two_lines_becomes_one_line_and_no_header(person):
    notice = tell(person, title="Bonjour\r\nBcc: autre@exemple.fr")

    assert notice.title == "Bonjour Bcc: autre@exemple.fr"
    assert mail_of(Message.objects.get()).message()["Bcc"] is None


@pytest.mark.parametrize(
    "subject",
    ["Votre place à «\u00a0Atelier des rives\u202f» est confirmée", "Votre code", "Étape " * 30, "x" * 100 + " é"],
)
def test_a_subject_begins_on_the_line_of_its_name_and_is_read_as_it_was_written(person, subject):
    queue_mail(key="k", to=person.email, subject=subject.strip(), text="x")

    sent = mail_of(Message.objects.get()).message().as_bytes()

    assert b"Subject: \n" not in sent
    assert message_from_bytes(sent, policy=policy.default)["Subject"] == subject.strip()


@pytest.mark.parametrize("subject", ["Bonjour\nBcc: autre@exemple.fr", "Bonjour\rBcc: autre@exemple.fr"])
def test_a_subject_that_would_add_a_header_is_refused(db, subject):
    with pytest.raises(ValidationError, match="une seule ligne"):
        queue_mail(key="a", to="claire@exemple.fr", subject=subject, text="")


@pytest.mark.parametrize("address", ["claire", "claire@exemple.fr\nBcc: a@b.fr", "a@b.fr, c@d.fr", ""])
def test_what_is_not_one_address_is_refused(db, address):
    with pytest.raises(ValidationError):
        queue_mail(key="a", to=address, subject="Bonjour", text="")


def test_a_mail_asked_for_twice_is_queued_once(db):
    first = queue_mail(key="invitation:1", to="claire@exemple.fr", subject="Invitation", text="un")
    second = queue_mail(key="invitation:1", to="autre@exemple.fr", subject="Autre", text="deux")

    assert (first.text, second) == ("un", None)
    assert DBTaskResult.objects.count() == 1


def test_a_verb_that_fails_leaves_neither_notice_nor_mail_nor_job(person):
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(person)
        raise RuntimeError

    assert (Notice.objects.count(), Message.objects.count(), DBTaskResult.objects.count()) == (0, 0, 0)


def test_a_job_holds_neither_words_nor_addresses(person):
    tell(person)

    job = DBTaskResult.objects.get()
    assert job.args_kwargs == {"args": [Message.objects.get().pk], "kwargs": {}}


def test_an_attachment_goes_with_the_mail(db):
    calendar = Attachment(name="atelier-3.ics", mimetype="text/calendar", content="SUMMARY:Été".encode())

    message = queue_mail(key="a", to="a@b.fr", subject="Inscription", text="À bientôt.", attachments=[calendar])

    (attached,) = mail_of(Message.objects.get(pk=message.pk)).message().get_payload()[1:]
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", "atelier-3.ics")
    assert attached.get_payload(decode=True).decode() == "SUMMARY:Été"


def test_nobody_marks_a_notice_of_another_person_as_read(person, now):
    notice = tell(person)
    other = User.objects.create_user("autre@exemple.fr")

    with pytest.raises(PermissionDenied):
        mark_read(notice, now=now, by=other)


def test_marking_as_read_again_keeps_the_first_time(person, now):
    notice = mark_read(tell(person), now=now, by=person)

    again = mark_read(notice, now=now.replace(hour=12), by=person)

    assert again.read_at == now


def test_marking_all_as_read_leaves_what_came_after(person, now):
    early, late = tell(person, now=now), tell(person, now=now.replace(hour=12))

    mark_all_read(now=now.replace(hour=11), by=person)

    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.read_at, late.read_at) == (now.replace(hour=11), None)
