import logging
import threading
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from concertation.notices import sending
from concertation.notices.actions import queue_mail
from concertation.notices.models import CLAIM, Message
from concertation.notices.sending import PATIENCE, deliver, deliver_all_due

MINUTE = timedelta(minutes=1)


def queue(now, key="a", to="claire@exemple.fr", **changed):
    return queue_mail(key=key, to=to, due=now, **{"subject": "Réunion à Évry", "text": "À bientôt.", **changed})


def received(envelope):
    return message_from_bytes(envelope.content, policy=policy.default)


def test_a_mail_arrives_with_its_accents(db, mail_server, now):
    message = queue(now)

    assert deliver(message.pk, now=now)

    (envelope,) = mail_server.mails
    mail = received(envelope)
    assert envelope.rcpt_tos == ["claire@exemple.fr"]
    assert (mail["Subject"], mail.get_content().strip()) == ("Réunion à Évry", "À bientôt.")
    message.refresh_from_db()
    assert (message.state, message.sent, message.attempts) == (Message.State.SENT, now, 1)


def test_a_mail_that_has_left_does_not_leave_again(db, mail_server, now):
    message = queue(now)
    deliver(message.pk, now=now)

    assert not deliver(message.pk, now=now + timedelta(days=30))

    assert len(mail_server.mails) == 1


def test_a_mail_of_a_later_date_waits_for_it(db, mail_server, now):
    message = queue(now + MINUTE)

    assert not deliver(message.pk, now=now)
    assert deliver(message.pk, now=now + MINUTE)


def test_an_address_that_is_refused_fails_at_once_and_says_why(db, mail_server, now):
    mail_server.answers["claire@exemple.fr"] = "550 5.1.1 Boîte inconnue"
    message = queue(now)

    assert not deliver(message.pk, now=now)

    message.refresh_from_db()
    assert (message.state, message.failed) == (Message.State.FAILED, now)
    assert message.error.startswith("550 ")
    assert not deliver(message.pk, now=now + timedelta(days=1))


def test_an_address_that_is_busy_is_tried_again(db, mail_server, now):
    mail_server.answers["claire@exemple.fr"] = "450 4.2.1 Try again later"
    message = queue(now)
    deliver(message.pk, now=now)
    del mail_server.answers["claire@exemple.fr"]

    assert not deliver(message.pk, now=now)
    assert deliver(message.pk, now=now + MINUTE)

    message.refresh_from_db()
    assert (message.state, message.attempts, message.error) == (Message.State.SENT, 2, "")


def test_a_text_that_is_refused_for_good_fails_at_once(db, mail_server, now):
    mail_server.answers["data"] = "554 5.7.1 Refused"
    message = queue(now)

    deliver(message.pk, now=now)

    message.refresh_from_db()
    assert message.state == Message.State.FAILED


def test_a_server_that_is_down_is_tried_again_with_growing_patience(db, mail_server, now):
    mail_server.stop()
    message = queue(now)
    at = now

    for wait in PATIENCE:
        assert not deliver(message.pk, now=at)
        message.refresh_from_db()
        assert (message.state, message.next_try) == (Message.State.WAITING, at + wait)
        at += wait
    assert not deliver(message.pk, now=at)

    message.refresh_from_db()
    assert (message.state, message.attempts) == (Message.State.FAILED, len(PATIENCE) + 1)
    assert "ConnectionRefusedError" in message.error


def test_when_the_server_is_down_one_message_asks_for_all(db, mail_server, now):
    mail_server.stop()
    for key in "abc":
        queue(now, key=key)

    assert deliver_all_due(now=now) == 0

    assert sorted(Message.objects.values_list("attempts", flat=True)) == [0, 0, 1]


def test_a_refused_address_does_not_hold_up_the_others(db, mail_server, now):
    mail_server.answers["inconnu@exemple.fr"] = "550 Inconnu"
    queue(now, key="a", to="inconnu@exemple.fr")
    queue(now, key="b")

    assert deliver_all_due(now=now) == 1


def test_a_secret_is_kept_until_it_has_left_and_blanked_then(db, mail_server, now):
    mail_server.answers["claire@exemple.fr"] = "450 Later"
    message = queue(now, text="https://example.fr/invitation/s3cr3t", secret=True)
    deliver(message.pk, now=now)
    message.refresh_from_db()
    assert "s3cr3t" in message.text

    del mail_server.answers["claire@exemple.fr"]
    deliver(message.pk, now=now + MINUTE)

    message.refresh_from_db()
    assert message.text == ""
    assert "s3cr3t" in received(mail_server.mails[0]).get_content()


def test_a_secret_that_will_never_leave_is_blanked_too(db, mail_server, now):
    mail_server.answers["claire@exemple.fr"] = "550 Inconnu"
    message = queue(now, text="https://example.fr/invitation/s3cr3t", secret=True)

    deliver(message.pk, now=now)

    message.refresh_from_db()
    assert message.text == ""


def test_a_worker_killed_after_sending_sends_again_only_after_its_claim_and_as_the_same_mail(
    db, mail_server, now, monkeypatch
):
    message = queue(now)
    with monkeypatch.context() as killed:
        killed.setattr(sending, "_record_success", lambda message, now: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            deliver(message.pk, now=now)

    assert not deliver(message.pk, now=now + CLAIM - MINUTE)
    assert deliver(message.pk, now=now + CLAIM)

    first, second = (received(envelope)["Message-ID"] for envelope in mail_server.mails)
    assert first == second


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_sends(mail_server, now):
    message = queue(now)
    start = threading.Barrier(6)
    left = []

    def work():
        try:
            start.wait()
            left.append(deliver(message.pk, now=now))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(left) == [False] * 5 + [True]
    assert len(mail_server.mails) == 1


def test_the_log_names_no_address_and_no_word_of_the_mail(db, mail_server, now, caplog):
    caplog.set_level(logging.DEBUG, logger="concertation")
    mail_server.answers["inconnu@exemple.fr"] = "550 inconnu@exemple.fr unknown"
    deliver(queue(now).pk, now=now)
    deliver(queue(now, key="b", to="inconnu@exemple.fr").pk, now=now)

    assert len(caplog.messages) == 2
    assert not any("exemple.fr" in line or "Réunion" in line for line in caplog.messages)


def test_no_header_can_be_smuggled_in_by_any_field(db, mail_server, now):
    with pytest.raises(ValidationError):
        queue(now, subject="Bonjour\nBcc: autre@exemple.fr")
    with pytest.raises(ValidationError):
        queue(now, to="claire@exemple.fr\nautre@exemple.fr")

    deliver(queue(now, text="Bcc: autre@exemple.fr\n.\nQUIT\n").pk, now=now)

    (envelope,) = mail_server.mails
    assert envelope.rcpt_tos == ["claire@exemple.fr"]
    assert received(envelope)["Bcc"] is None
