"""Writing a contribution: who may, when, what is kept, and where it stands."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.accounts.models import User
from concertation.consultations.actions import edit_phase
from concertation.consultations.models import Consultation, Topic
from concertation.journal.models import JournalEntry
from concertation.journal.receipts import Conflict
from concertation.live.models import Event
from contributions.actions import enter_contribution, post_contribution, withdraw_contribution
from contributions.models import Contribution, Origin, State

from .conftest import Post

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def events() -> list[tuple[str, str, str]]:
    return list(
        Event.objects.filter(obj__startswith="contribution:").order_by("pk").values_list("room__key", "kind", "obj")
    )


def test_someone_who_has_not_joined_is_refused(topic: Topic, newcomer: User, now: datetime) -> None:
    with pytest.raises(PermissionDenied):
        post_contribution(topic, body="Bonjour.", by=newcomer, now=now)

    assert not Contribution.objects.exists()


def test_a_moderator_of_another_consultation_is_refused(topic: Topic, stranger_moderator: User, now: datetime) -> None:
    with pytest.raises(PermissionDenied):
        post_contribution(topic, body="Bonjour.", by=stranger_moderator, now=now)


def test_a_contribution_keeps_who_wrote_it_as_they_were(post: Post, participant: User, now: datetime) -> None:
    written = post("Il manque des **lieux** d’essai.", title="  Des lieux   d’essai ")

    author = participant.participations.get()
    assert written.ref == "C-1"
    assert (written.path, written.state, written.title) == ("0000001", State.PUBLISHED, "Des lieux d’essai")
    assert (written.author, written.entered_by, written.published_at) == (author, participant, now)
    assert (written.actor_kind, written.territory, written.speaks_for) == (author.actor_kind, author.territory, "no")
    assert written.current is not None
    assert written.current.body == "Il manque des **lieux** d’essai."
    assert written.current.html == "<p>Il manque des <strong>lieux</strong> d’essai.</p>"
    assert written.current.plain == "Il manque des lieux d’essai."


def test_a_reply_stands_under_what_it_answers_and_its_root_counts_it(
    contribution: Contribution, reply: Contribution, post: Post
) -> None:
    deeper = post("Pour les petites communes.", parent=reply)

    contribution.refresh_from_db()
    assert (reply.path, deeper.path) == ("00000010000002", "000000100000020000003")
    assert (deeper.root, deeper.parent, deeper.title) == (contribution, reply, "")
    assert (contribution.reply_count, contribution.version) == (2, 3)


def test_replies_deeper_than_thirty_levels_stand_at_the_thirtieth(post: Post) -> None:
    last = post()
    for _ in range(33):
        last = post("Plus profond.", parent=last)

    thread = list(Contribution.objects.order_by("path").values_list("number", flat=True))
    assert thread == list(range(1, 35))
    assert last.level == 30
    assert last.parent is not None
    assert last.parent.number == 33


def test_the_journal_and_the_room_are_told(post: Post, contribution: Contribution, topic: Topic) -> None:
    reply = post("Oui.", parent=contribution)

    entry = JournalEntry.objects.of(reply).get()
    assert (entry.verb, entry.details) == (
        "contribution.posted",
        {"number": 2, "topic": topic.pk, "state": "published"},
    )
    room = f"topic:{topic.pk}:public"
    assert events() == [
        (room, "added", f"contribution:{contribution.pk}"),
        (room, "added", f"contribution:{reply.pk}"),
        (room, "changed", f"contribution:{contribution.pk}"),
    ]


@pytest.mark.parametrize(
    ("phase", "sentence"),
    [("past_topic", "Cette phase est close"), ("future_topic", "Cette phase n’est pas encore ouverte")],
)
def test_a_phase_that_is_not_open_takes_nothing(
    request: pytest.FixtureRequest, post: Post, phase: str, sentence: str
) -> None:
    with pytest.raises(ValidationError, match=sentence):
        post(topic=request.getfixturevalue(phase))


def test_the_last_second_of_a_phase_takes_a_text_and_the_next_one_does_not(post: Post, topic: Topic) -> None:
    closes_at = topic.phase.closes_at

    with pytest.raises(ValidationError):
        post(now=closes_at)
    assert post(now=closes_at - timedelta(seconds=1)).number == 1


def test_the_team_still_answers_in_a_closed_phase(
    past_topic: Topic, facilitator: User, participant: User, now: datetime
) -> None:
    then = past_topic.phase.opens_at + DAY
    asked = post_contribution(past_topic, body="Et après ?", by=participant, now=then)

    with pytest.raises(PermissionDenied):
        post_contribution(past_topic, body="Rien.", parent=asked, as_team=True, by=participant, now=now)
    answer = post_contribution(past_topic, body="La synthèse.", parent=asked, as_team=True, by=facilitator, now=now)
    assert answer.as_team
    assert answer.state == State.PUBLISHED


def test_where_moderation_comes_before_the_text_waits_and_only_the_team_is_told(
    post: Post, topic: Topic, organiser: User
) -> None:
    edit_phase(topic.phase, moderation="before", by=organiser)
    topic.refresh_from_db()
    Event.objects.all().delete()

    waiting = post(topic=topic)
    assert (waiting.state, waiting.published_at, waiting.number) == (State.PENDING, None, 1)
    assert events() == [(f"topic:{topic.pk}:staff", "added", f"contribution:{waiting.pk}")]


def test_a_reply_that_waits_is_not_counted_by_its_root(
    post: Post, contribution: Contribution, topic: Topic, organiser: User
) -> None:
    edit_phase(topic.phase, moderation="before", by=organiser)

    post("Oui.", parent=contribution, topic=Topic.objects.get(pk=topic.pk))
    contribution.refresh_from_db()
    assert contribution.reply_count == 0


def test_the_same_form_sent_twice_is_written_once(post: Post, name_of_write: str) -> None:
    first = post("Une fois.", client_uuid=name_of_write)
    second = post("Une fois.", client_uuid=name_of_write)

    assert first == second
    assert Contribution.objects.count() == 1


def test_the_same_name_for_another_text_is_a_conflict(post: Post, name_of_write: str) -> None:
    post("Une fois.", client_uuid=name_of_write)

    with pytest.raises(Conflict):
        post("Deux fois.", client_uuid=name_of_write)
    assert Contribution.objects.count() == 1


def test_a_refusal_frees_the_name_of_the_write(post: Post, name_of_write: str, past_topic: Topic) -> None:
    with pytest.raises(ValidationError):
        post("Trop tard.", topic=past_topic, client_uuid=name_of_write)

    assert post("À l’heure.", client_uuid=name_of_write).number == 1


@pytest.mark.parametrize("body", ["", " \n\t ", "\u200b\u200b", "\x00", "x" * 10_001, "x" * 20_000])
def test_a_text_that_cannot_be_kept_is_refused_beside_its_field(post: Post, body: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        post(body)

    assert list(refusal.value.message_dict) == ["body"]
    assert not Contribution.objects.exists()


def test_both_the_title_and_the_text_say_what_is_wrong_with_them(post: Post) -> None:
    with pytest.raises(ValidationError) as refusal:
        post("", title="t" * 251)

    assert sorted(refusal.value.message_dict) == ["body", "title"]


def test_the_longest_text_is_kept_whole(post: Post) -> None:
    written = post("é" * 10_000)

    assert written.current is not None
    assert len(written.current.body) == 10_000


def test_a_nature_or_a_stake_of_another_consultation_is_refused(post: Post, other_consultation: Consultation) -> None:
    stake = other_consultation.stakes.create(label="Beauté")

    with pytest.raises(ValidationError) as refusal:
        post(nature=other_consultation.natures.first(), stakes=[stake])

    assert sorted(refusal.value.message_dict) == ["nature", "stakes"]


def test_one_does_not_answer_what_is_withdrawn(post: Post, contribution: Contribution, participant: User) -> None:
    withdraw_contribution(contribution, by=participant)

    with pytest.raises(ValidationError, match="n’est plus affichée"):
        post("Trop tard.", parent=contribution)


def test_a_reply_goes_where_its_thread_is_and_sent_twice_is_written_once(
    post: Post, contribution: Contribution, organiser: User, name_of_write: str
) -> None:
    from concertation.consultations.actions import create_topic

    elsewhere = create_topic(contribution.topic.phase, title="Ailleurs", by=organiser)

    written = post("Ici.", topic=elsewhere, parent=contribution, client_uuid=name_of_write)
    again = post("Ici.", topic=elsewhere, parent=contribution, client_uuid=name_of_write)

    assert (written.topic_id, written.root_topic_id) == (contribution.topic_id, contribution.topic_id)
    assert again == written


def test_one_does_not_answer_a_thread_of_a_place_one_may_not_read(
    post: Post, contribution: Contribution, past_topic: Topic, organiser: User, name_of_write: str, now: datetime
) -> None:
    from concertation.consultations.actions import edit_phase

    edit_phase(contribution.topic.phase, access="committees", by=organiser)

    with pytest.raises(ValidationError, match="n’est plus affichée"):
        then = past_topic.phase.opens_at + DAY
        post("Ici.", topic=past_topic, parent=contribution, client_uuid=name_of_write, now=then)


def test_a_locked_thread_takes_no_reply(post: Post, contribution: Contribution) -> None:
    Contribution.objects.filter(pk=contribution.pk).update(locked=True)

    with pytest.raises(ValidationError, match="fermé aux réponses"):
        post("Encore.", parent=contribution)


def test_what_was_said_elsewhere_is_entered_by_the_team_after_the_close(
    past_topic: Topic, facilitator: User, participant: User, now: datetime
) -> None:
    author = participant.participations.get()
    said = now - 20 * DAY

    with pytest.raises(PermissionDenied):
        enter_contribution(past_topic, author=author, body="Dit.", origin=Origin.ATELIER, by=participant, now=now)
    entered = enter_contribution(
        past_topic, author=author, body="Dit.", origin=Origin.ATELIER, origin_label="Atelier de Lille",
        occurred_at=said, actor_kind=None, by=facilitator, now=now,
    )  # fmt: skip
    assert (entered.occurred_at, entered.published_at, entered.entered_by) == (said, now, facilitator)
    assert (entered.actor_kind, entered.territory) == (None, author.territory)


def test_what_has_not_been_said_yet_is_not_entered(
    topic: Topic, facilitator: User, participant: User, now: datetime
) -> None:
    author = participant.participations.get()

    with pytest.raises(ValidationError, match="date passée"):
        enter_contribution(
            topic, author=author, body="Dit.", origin=Origin.PAPER, occurred_at=now + DAY, by=facilitator, now=now
        )


def test_a_topic_deleted_while_its_first_text_is_written_refuses_it(topic, participant, monkeypatch):
    def number_of_a_topic_that_has_just_gone(*args, **kwargs):
        Topic.objects.filter(pk=topic.pk).delete()
        return 1

    monkeypatch.setattr("contributions.actions.posting.take_number", number_of_a_topic_that_has_just_gone)

    with pytest.raises(ValidationError, match="vient d’être supprimée"):
        post_contribution(topic, body="Il manque des bancs.", title="Des bancs", by=participant)
