"""Many contributions at once: the same rules, all or nothing."""

from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from concertation.accounts.models import User
from concertation.consultations.models import Consultation, Participation, Topic
from concertation.journal.models import JournalEntry
from concertation.live.models import Event
from contributions.actions import Entry, bulk_enter
from contributions.actions.bulk import check_order
from contributions.models import Batch, Contribution, Revision, State

from .conftest import Post

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def author(participant: User) -> Participation:
    return participant.participations.get()


def entries(topic: Topic, author: Participation, **first: Any) -> list[Entry]:
    return [
        Entry(topic=topic, author=author, source_key="a", **({"body": "Proposition", "title": "Titre"} | first)),
        Entry(topic=topic, author=author, source_key="c", parent_key="b", body="Réponse à la réponse"),
        Entry(topic=topic, author=author, source_key="b", parent_key="a", body="Réponse", title="Ignoré"),
    ]


def test_only_an_organiser_imports(
    consultation: Consultation, topic: Topic, author: Participation, moderator: User
) -> None:
    with pytest.raises(PermissionDenied):
        bulk_enter(consultation, entries(topic, author), by=moderator)


def test_threads_are_rebuilt_whatever_the_order_of_the_lines(
    consultation: Consultation, topic: Topic, author: Participation, organiser: User, now: datetime
) -> None:
    written = bulk_enter(consultation, entries(topic, author), by=organiser, now=now)

    assert [row.number for row in written] == [1, 2, 3]
    rows = Contribution.objects.order_by("path").values_list("source_key", "path", "current__plain", "title")
    assert list(rows) == [
        ("a", "0000001", "Proposition", "Titre"),
        ("b", "00000010000003", "Réponse", ""),
        ("c", "000000100000030000002", "Réponse à la réponse", ""),
    ]
    root = Contribution.objects.get(source_key="a")
    assert (root.reply_count, root.last_activity_at, root.published_at) == (2, now, now)


def test_it_is_one_line_of_the_journal_and_one_reload_a_topic(
    consultation: Consultation, topic: Topic, author: Participation, organiser: User
) -> None:
    Event.objects.all().delete()

    bulk_enter(consultation, entries(topic, author), by=organiser)
    entry = JournalEntry.objects.get(verb="contributions.entered")
    assert entry.details == {"batch": Batch.objects.get().pk, "contributions": 3, "first": 1, "last": 3}
    assert sorted(Event.objects.values_list("kind", "obj")) == [
        ("changed", f"count:{topic.pk}"),
        ("changed", f"figures:{consultation.pk}"),
        ("changed", f"said:{topic.pk}"),
        ("reload", f"topic:{topic.pk}"),
    ]


def test_one_bad_line_and_nothing_is_written(
    consultation: Consultation, topic: Topic, author: Participation, organiser: User, now: datetime
) -> None:
    with pytest.raises(ValidationError) as refusal:
        bulk_enter(consultation, entries(topic, author, body="\x00"), by=organiser)
    assert refusal.value.messages[0].startswith("Ligne 1\u00a0: Votre texte est vide")
    with pytest.raises(ValidationError, match="est introuvable"):
        bulk_enter(consultation, [Entry(topic=topic, author=author, body="Oui", parent_key="x")], by=organiser)
    with pytest.raises(ValidationError, match="futur"):
        bulk_enter(consultation, entries(topic, author, published_at=now + DAY), by=organiser, now=now)

    assert not Contribution.objects.exists()
    assert not Revision.objects.exists()


def test_numbers_asked_for_are_kept_and_never_given_again(
    consultation: Consultation, topic: Topic, author: Participation, organiser: User, post: Post
) -> None:
    asked = [Entry(topic=topic, author=author, body=str(number), number=number) for number in (12, 7)]

    bulk_enter(consultation, asked, by=organiser)
    assert post().number == 13
    with pytest.raises(ValidationError, match=r"C-7 est déjà pris|C-12 est déjà pris"):
        bulk_enter(consultation, asked, by=organiser)


@pytest.mark.parametrize(
    ("said", "published", "is_right"),
    [
        ("2026-01-15T10:00Z", "2026-01-14T23:00Z", True),  # midnight in Paris: a day without an hour
        ("2026-01-15T23:30Z", "2026-01-14T23:00Z", False),
        ("2026-01-15T00:30Z", "2026-01-15T00:00Z", False),  # one o'clock in Paris
    ],
)
def test_the_hour_of_a_publication_is_that_of_the_place(said: str, published: str, is_right: bool) -> None:
    with nullcontext() if is_right else pytest.raises(ValidationError, match="après celle de la publication"):
        check_order(datetime.fromisoformat(said), datetime.fromisoformat(published), ZoneInfo("Europe/Paris"))


def test_a_hidden_or_withdrawn_line_may_have_no_text(
    consultation: Consultation, topic: Topic, author: Participation, organiser: User
) -> None:
    [written] = bulk_enter(consultation, [Entry(topic=topic, author=author, state=State.HIDDEN)], by=organiser)

    assert (written.state, Contribution.objects.get().current.plain) == (State.HIDDEN, "")  # type: ignore[union-attr]


def test_a_reply_may_answer_what_is_already_there(
    consultation: Consultation, topic: Topic, author: Participation, organiser: User, contribution: Contribution
) -> None:
    reply = Entry(topic=topic, author=author, body="Après coup", parent=contribution, imported={"agree": 3})

    [written] = bulk_enter(consultation, [reply], by=organiser)
    contribution.refresh_from_db()
    assert (written.path, written.imported_agree, contribution.reply_count) == ("00000010000002", 3, 1)


def test_four_times_as_many_lines_ask_no_more_queries(
    consultation: Consultation,
    topic: Topic,
    author: Participation,
    organiser: User,
) -> None:
    def queries(count: int, prefix: str) -> int:
        rows = [Entry(topic=topic, author=author, body="Texte", source_key=f"{prefix}{n}") for n in range(count)]
        with CaptureQueriesContext(connection) as seen:
            bulk_enter(consultation, rows, by=organiser)
        return len(seen)

    queries(1, "warm")
    assert queries(20, "twenty") == queries(5, "five")
