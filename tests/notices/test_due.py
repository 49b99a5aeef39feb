import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django_tasks_db.models import DBTaskResult

from concertation.notices import due
from concertation.notices.actions import queue_mail
from concertation.notices.due import (
    NOTICES_KEPT,
    forget_old_jobs,
    forget_old_notices,
    hand_over_due_messages,
    register_due_work,
    run_due_work,
)
from concertation.notices.management.commands.run_scheduler import seconds_to_next_minute
from concertation.notices.models import Message, Notice
from concertation.notices.tasks import send_due_messages
from tests.serving import ROOT, eventually

LATER = datetime(2126, 1, 1, tzinfo=UTC)


@pytest.fixture
def registered(monkeypatch):
    """The table of due work, empty for this test."""
    table = {}
    monkeypatch.setattr(due, "_registered", table)
    return table


def test_one_failure_stops_no_other_work_and_is_named(registered, now):
    done = []
    register_due_work("broken", lambda now: 1 / 0)
    register_due_work("sound", done.append)

    assert run_due_work(now) == ["broken"]
    assert done == [now]


def test_a_name_is_registered_once(registered):
    register_due_work("digests", print)
    register_due_work("digests", print)

    with pytest.raises(ValueError, match="twice"):
        register_due_work("digests", repr)


def test_nothing_due_asks_nothing_of_the_worker(db):
    queue_mail(key="a", to="a@b.fr", subject="Bonjour", text="", due=LATER)

    assert not hand_over_due_messages(LATER - timedelta(minutes=1))


def test_what_is_due_is_asked_of_the_worker_once(db, mailoutbox):
    queue_mail(key="a", to="a@b.fr", subject="Bonjour", text="", due=LATER)

    assert hand_over_due_messages(LATER)
    assert not hand_over_due_messages(LATER)

    assert [job.task_path for job in DBTaskResult.objects.all()] == [send_due_messages.module_path]


@pytest.mark.django_db(transaction=True)
def test_the_worker_sends_what_the_outbox_holds(mailoutbox):
    queue_mail(key="a", to="a@b.fr", subject="Bonjour", text="")

    call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False, verbosity=0)

    assert [mail.to for mail in mailoutbox] == [["a@b.fr"]]
    assert Message.objects.get().state == Message.State.SENT


def test_jobs_are_forgotten_a_week_after_their_end(db, now):
    queue_mail(key="a", to="a@b.fr", subject="Bonjour", text="")
    DBTaskResult.objects.update(status="SUCCESSFUL", finished_at=now)

    assert forget_old_jobs(now + timedelta(days=7)) == 0
    assert forget_old_jobs(now + timedelta(days=7, seconds=1)) == 1


def test_a_scheduler_run_once_says_what_failed(registered):
    register_due_work("broken", lambda now: 1 / 0)

    with pytest.raises(CommandError, match="broken"):
        call_command("run_scheduler", once=True)


def test_notices_of_a_year_ago_are_deleted_read_or_not(person, now):
    values = {"person": person, "kind": "test", "object_label": "test:1", "title": "Bonjour"}
    late = now - NOTICES_KEPT
    for read_at in (None, late):
        Notice.objects.create(**values, at=late - timedelta(seconds=1), read_at=read_at)
    stays = Notice.objects.create(**values, at=late)

    forget_old_notices(now)

    assert list(Notice.objects.all()) == [stays]


@pytest.mark.parametrize(("second", "spent", "wait"), [(0, 0, 60), (30, 5, 25), (59, 1, 0), (10, 300, 0)])
def test_the_scheduler_wakes_at_the_next_minute(now, second, spent, wait):
    began = now.replace(second=second)

    assert seconds_to_next_minute(began + timedelta(seconds=spent), after=began) == wait


@pytest.mark.django_db(transaction=True)
def test_the_scheduler_hands_over_what_is_due_and_stops_on_sigterm(server_environment):
    message = queue_mail(key="a", to="a@b.fr", subject="Bonjour", text="")
    DBTaskResult.objects.all().delete()

    process = subprocess.Popen([sys.executable, "manage.py", "run_scheduler"], cwd=ROOT, env=server_environment)
    try:
        eventually(DBTaskResult.objects.filter(task_path=send_due_messages.module_path).exists)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    finally:
        process.kill()

    message.refresh_from_db()
    assert message.state == Message.State.WAITING
