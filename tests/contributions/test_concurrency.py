"""Many write at once: numbers without gaps or repeats, counts that add up, one write for one name."""

import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from concertation.accounts.models import User
from concertation.consultations.actions import edit_consultation, edit_phase
from concertation.consultations.models import Consultation, Phase, Topic
from concertation.live.models import Event
from contributions.actions import hide_contribution, post_contribution, react, restore_contribution
from contributions.actions.editing import lock
from contributions.models import Contribution
from tests.serving import Mailbox

from .conftest import Post
from .test_deadlocks import meanwhile  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*writers: Callable[[], Any]) -> None:
    """Run the writers in threads that start together; what one raises fails the test."""
    start, errors = threading.Barrier(len(writers)), []

    def run(write: Callable[[], Any]) -> None:
        try:
            start.wait()
            write()
        except Exception as error:  # noqa: BLE001 - whatever a thread met is shown by the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(write,)) for write in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_numbers_have_neither_gaps_nor_repeats(topic: Topic, participant: User, other_participant: User) -> None:
    def five(by: User) -> Callable[[], None]:
        def write() -> None:
            mine = Topic.objects.select_related("phase__consultation").get(pk=topic.pk)
            for _ in range(5):
                post_contribution(mine, body="Texte", by=by)

        return write

    at_once(*(five(by) for by in (participant, other_participant) * 4))
    assert sorted(Contribution.objects.values_list("number", flat=True)) == list(range(1, 41))
    told = Event.objects.filter(room__key=f"topic:{topic.pk}:public")
    assert told.filter(kind="added", obj__startswith="contribution:").count() == 40
    assert list(told.order_by("pk").values_list("seq", flat=True)) == list(range(1, told.count() + 1))


def test_thirty_two_write_at_once_beside_the_worker_and_nothing_is_lost(
    topic: Topic, contribution: Contribution, other_participant: User, mailbox: Mailbox, organiser: User
) -> None:
    """Each reply also sends a notice to the author, by the worker: one more who writes to the same file."""
    edit_consultation(contribution.consultation, most_texts=1_000, by=organiser)
    topic.refresh_from_db()

    def reply() -> None:
        for _ in range(3):
            post_contribution(topic, body="Réponse", parent=contribution, by=other_participant)

    at_once(*(reply for _ in range(32)))

    assert sorted(Contribution.objects.values_list("number", flat=True)) == list(range(1, 98))
    contribution.refresh_from_db()
    assert contribution.reply_count == 96


def test_replies_written_at_once_are_all_counted(
    topic: Topic, contribution: Contribution, participant: User, other_participant: User
) -> None:
    def reply(by: User) -> Callable[[], Any]:
        return lambda: post_contribution(
            Topic.objects.get(pk=topic.pk), body="Oui", parent=Contribution.objects.get(pk=contribution.pk), by=by
        )

    at_once(*(reply(by) for by in (participant, other_participant) * 4))
    contribution.refresh_from_db()
    assert (contribution.reply_count, contribution.version) == (8, 9)


def test_one_form_sent_by_many_requests_is_written_once(topic: Topic, participant: User) -> None:
    name = str(uuid.uuid4())

    at_once(
        *[lambda: post_contribution(Topic.objects.get(pk=topic.pk), body="Un", by=participant, client_uuid=name)] * 6
    )
    assert Contribution.objects.count() == 1


def test_a_double_click_counts_one_reaction(contribution: Contribution, other_participant: User, post: Post) -> None:
    at_once(*[lambda: react(Contribution.objects.get(pk=contribution.pk), kind="agree", by=other_participant)] * 4)

    contribution.refresh_from_db()
    assert contribution.agree_count == 1


def test_a_root_and_its_replies_are_decided_on_at_once(
    contribution: Contribution, consultation: Consultation, post: Post, other_participant: User, moderator: User
) -> None:
    replies = [post(f"Réponse {number}", parent=contribution, by=other_participant) for number in range(6)]
    reason = consultation.reasons.filter(use="hide").first()
    back = consultation.reasons.filter(use="restore").first()

    def decide(one: Contribution) -> Callable[[], None]:
        def act() -> None:
            hide_contribution(one, reason=reason, by=moderator)
            restore_contribution(one, reason=back, message="Après relecture.", by=moderator)

        return act

    at_once(*(decide(one) for one in (contribution, *replies)))

    contribution.refresh_from_db()
    assert contribution.reply_count == 6
    assert Topic.objects.get(pk=contribution.topic_id).counts_version == 7 + 2 * 7


# Who is told ---------------------------------------------------------------------------------------------------------


def told_of(contribution: Contribution) -> list[str]:
    """The rooms told of a text and of what its topic counts."""
    objs = [f"{kind}:{pk}" for kind, pk in (("contribution", contribution.pk), ("count", contribution.topic_id))]
    return sorted({event.room.key for event in Event.objects.filter(obj__in=objs).select_related("room")})


@pytest.mark.parametrize(("opened", "room"), [(timedelta(seconds=-1), "public"), (timedelta(days=1), "committee")])
def test_who_posts_before_the_opening_and_waits_past_it_tells_everyone(
    consultation: Consultation,
    topic: Topic,
    partner: User,
    organiser: User,
    now: datetime,
    opened: timedelta,
    room: str,
) -> None:
    edit_consultation(consultation, opens_publicly_at=now + opened, by=organiser)
    place = Topic.objects.get(pk=topic.pk)

    text = post_contribution(place, body="Juste avant.", by=partner, now=now + opened - timedelta(seconds=1))

    assert told_of(text) == [f"{topic.room}:{room}"]


def test_a_text_posted_as_others_are_let_in_is_told_to_them(
    open_phase: Phase, topic: Topic, partner: User, organiser: User
) -> None:
    edit_phase(open_phase, access=Phase.Access.COMMITTEES, by=organiser)
    place = Topic.objects.select_related("phase__consultation").get(pk=topic.pk)
    edit_phase(open_phase, access=Phase.Access.PUBLIC, by=organiser)

    text = post_contribution(place, body="Au même moment.", by=partner)

    assert told_of(text) == [f"{topic.room}:public"]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one writer in at a time.")
def test_a_text_hidden_as_others_are_let_in_is_told_to_them(
    consultation: Consultation,
    open_phase: Phase,
    topic: Topic,
    contribution: Contribution,
    moderator: User,
    organiser: User,
    meanwhile: Callable[..., threading.Thread],
) -> None:
    edit_phase(open_phase, access=Phase.Access.COMMITTEES, by=organiser)
    Event.objects.all().delete()

    def hide() -> None:
        hide_contribution(contribution, reason=consultation.reasons.to_hide().first(), by=moderator)

    with transaction.atomic():
        lock(contribution)
        hiding = meanwhile(hide)
        edit_phase(open_phase, access=Phase.Access.PUBLIC, by=organiser)
    hiding.join()

    assert told_of(contribution) == [f"{topic.room}:public"]
