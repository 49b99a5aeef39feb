"""Mails to many people: they share their words, leave after all others, and end by one click."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from concertation.notices import sending
from concertation.notices.actions import QueuedMail, queue_mail, queue_mails
from concertation.notices.due import hand_over_due_messages
from concertation.notices.models import Mailing, Message
from concertation.notices.sending import deliver_all_due, deliver_some_of_mailings, mail_of
from concertation.notices.tasks import send_mailings

END = "https://exemple.fr/lettres/1.abc/"


def queue_many(now, number=3):
    mailing = Mailing.objects.create(text="Bonjour à tous.\n\n")
    mails = [
        QueuedMail(
            key=f"m:{one}", to=f"p{one}@exemple.fr", subject="Lettre", text=f"Fin {one}", secret=True, unsubscribe=END
        )
        for one in range(number)
    ]
    queue_mails(mails, due=now, mailing=mailing)
    return mailing


def test_each_mail_has_the_shared_words_and_its_own_and_the_headers_of_one_click(db, now):
    queue_many(now)

    sent = message_from_bytes(mail_of(Message.objects.last()).message().as_bytes(), policy=policy.default)

    assert sent.get_content().strip() == "Bonjour à tous.\n\nFin 2"
    assert sent["List-Unsubscribe"] == f"<{END}>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_mail_to_one_person_has_no_such_header(db, now):
    queue_mail(key="a", to="a@b.fr", subject="Bonjour", text="Bonjour.", due=now)

    sent = mail_of(Message.objects.get()).message()

    assert (sent["List-Unsubscribe"], sent["List-Unsubscribe-Post"]) == (None, None)


def test_what_is_one_person_s_is_blanked_once_sent(db, mailoutbox, now):
    queue_many(now, 1)

    deliver_some_of_mailings(clock=lambda: now)

    message = Message.objects.get()
    assert (message.state, message.text, message.unsubscribe) == (Message.State.SENT, "", "")


def test_mails_to_one_person_leave_without_a_mailing(db, mailoutbox, now):
    queue_many(now)
    queue_mail(key="a", to="a@b.fr", subject="Bonjour", text="", due=now)

    assert deliver_all_due(now=now) == 1

    assert [mail.to for mail in mailoutbox] == [["a@b.fr"]]


def test_a_mailing_stops_as_soon_as_one_person_is_to_be_written_to(db, mailoutbox, now, monkeypatch):
    queue_many(now)
    queue_mail(key="a", to="a@b.fr", subject="Bonjour", text="", due=now)

    assert deliver_some_of_mailings(clock=lambda: now)
    assert len(mailoutbox) == 1

    deliver_all_due(now=now)
    assert not deliver_some_of_mailings(clock=lambda: now)
    assert len(mailoutbox) == 4


def test_one_job_sends_so_many_and_asks_for_the_next(db, mailoutbox, now, monkeypatch):
    monkeypatch.setattr(sending, "AT_ONCE", 2)
    queue_many(now)

    assert deliver_some_of_mailings(clock=lambda: now)
    assert not deliver_some_of_mailings(clock=lambda: now)

    assert len(mailoutbox) == 3


def test_a_server_that_is_down_leaves_the_rest_for_the_next_minute(db, mail_server, now):
    mail_server.stop()
    queue_many(now)

    assert not deliver_some_of_mailings(clock=lambda: now)

    assert sorted(Message.objects.values_list("attempts", flat=True)) == [0, 0, 1]


def test_what_is_left_is_handed_over_once_below_all_other_jobs(db, now):
    queue_many(now + timedelta(days=36500))

    assert hand_over_due_messages(now + timedelta(days=36500))
    assert not hand_over_due_messages(now + timedelta(days=36500))

    job = DBTaskResult.objects.get()
    assert (job.task_path, job.priority) == (send_mailings.module_path, -50)


@pytest.mark.django_db(transaction=True)
def test_the_worker_sends_one_person_s_mail_first_and_then_the_whole_mailing(mailoutbox, now, monkeypatch):
    monkeypatch.setattr(sending, "AT_ONCE", 2)
    queue_many(now - timedelta(days=300), 5)
    queue_mail(key="a", to="a@b.fr", subject="Bonjour", text="")

    call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False, verbosity=0)

    assert [mail.to[0] for mail in mailoutbox] == ["a@b.fr", *(f"p{one}@exemple.fr" for one in range(5))]
