"""Moving a thread: what moves, what stays, who is told, and who writes in it meanwhile."""

import re
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.urls import reverse

from concertation.consultations import actions as organising
from concertation.consultations.models import Phase, Topic
from concertation.journal.models import JournalEntry
from concertation.live.models import Event
from concertation.notices.models import Message, Notice
from contributions import actions
from contributions.actions import moves, posting
from contributions.actions.editing import lock
from contributions.models import Contribution, Decision
from contributions.tree import person_room
from tests.live.test_commit_order import waiting_writers
from tests.reading import form_with, ordinary, words
from tests.serving import eventually

pytestmark = pytest.mark.django_db


@pytest.fixture
def reason(consultation):
    return consultation.reasons.to_move().first()


@pytest.fixture
def elsewhere(open_phase, organiser):
    return organising.create_topic(open_phase, title="Outiller", by=organiser)


@pytest.fixture
def move(reason, elsewhere, moderator):
    def act(contribution, **given):
        told = {"to": elsewhere, "reason": reason, "message": "Mieux là-bas.", "by": moderator} | given
        return actions.move_thread(contribution, **told)

    return act


def place_of(*rows):
    found = Contribution.objects.in_bulk([row.pk for row in rows])
    return [(found[row.pk].topic_id, found[row.pk].path, found[row.pk].number) for row in rows]


def test_the_whole_thread_moves_and_its_addresses_stay(
    client, contribution, reply, post, topic, elsewhere, move, consultation
):
    deep = post("Plus loin.", parent=reply)
    other = post("Une autre.")
    before = place_of(contribution, reply, deep)

    moved = move(contribution)

    assert moved.topic == elsewhere
    assert place_of(contribution, reply, deep) == [(elsewhere.pk, path, number) for _topic, path, number in before]
    assert place_of(other)[0][0] == topic.pk
    for one in (topic, elsewhere):
        one.refresh_from_db()
    assert [one.contribution_count for one in (topic, elsewhere)] == [1, 1]
    assert [one.reply_count for one in (topic, elsewhere)] == [0, 2]
    page = words(client.get(reverse("contributions:detail", args=[consultation.slug, deep.number])))
    assert "Dans la thématique Outiller" in page


def test_every_row_is_drawn_anew(contribution, reply, move):
    before = Contribution.objects.in_bulk([contribution.pk, reply.pk])

    move(contribution)

    after = Contribution.objects.in_bulk([contribution.pk, reply.pk])
    assert all(after[pk].version == before[pk].version + 1 for pk in before)


def test_a_nature_stays_where_the_other_phase_does_not_offer_it(
    client, post, topic, consultation, elsewhere, move, organiser, participant
):
    nature, offered = consultation.natures.all()[:2]
    one = post("Avec une nature.", nature=nature)
    organising.edit_phase(elsewhere.phase, natures=[offered], by=organiser)

    moved = move(one)
    client.force_login(participant)
    edit = reverse("contributions:edit", args=[consultation.slug, moved.number])
    sent = {"texte": "Mieux dit.", "nature": nature.code}

    assert re.search(rf'value="{nature.code}"[^>]* checked', client.get(edit).content.decode())
    assert client.post(edit, sent).status_code == 303
    kept = Contribution.objects.get(pk=moved.pk)
    assert (kept.nature, kept.current.body) == (nature, "Mieux dit.")


def test_the_move_is_a_decision_that_the_author_the_page_and_the_journal_read(
    client, contribution, move, reason, moderator, participant, consultation
):
    move(contribution)

    decision = Decision.objects.get()
    assert (decision.act, decision.reason, decision.by, decision.revision) == (
        "move", reason, moderator, contribution.current,
    )  # fmt: skip
    assert (decision.moved_from, decision.moved_to) == ("Expérimenter", "Outiller")
    notice, mail = Notice.objects.get(person=participant), Message.objects.get(address=participant.email)
    for text in (notice.text, mail.text):
        assert "« Expérimenter »" in ordinary(text)
        assert "« Outiller »" in ordinary(text)
        assert "Mieux là-bas." in text
        assert reason.label in text
    client.force_login(moderator)
    journal = words(client.get(reverse("consultations:journal_decisions", args=[consultation.slug])))
    assert "a déplacé un fil de « Expérimenter » vers « Outiller »" in journal
    assert "Mieux là-bas." in journal
    decide = words(client.get(reverse("contributions:decide", args=[consultation.slug, contribution.number])))
    assert "de « Expérimenter » vers « Outiller »" in decide


def test_the_reports_on_a_text_stay_open(contribution, consultation, other_participant, move):
    report = actions.report_contribution(contribution, reason=consultation.reasons.first(), by=other_participant)

    move(contribution)

    report.refresh_from_db()
    assert report.decision is None


def test_what_cannot_be_done_is_said(contribution, reply, topic, elsewhere, other_consultation, move, organiser):
    there = organising.create_phase(
        other_consultation,
        title="Ailleurs",
        opens_at=topic.phase.opens_at,
        closes_at=topic.phase.closes_at,
        by=other_consultation.memberships.get().user,
    )
    stranger = organising.create_topic(there, title="Ailleurs", by=other_consultation.memberships.get().user)

    with pytest.raises(ValidationError, match="déplacez C-1, la contribution qui l’ouvre"):
        move(reply)
    for field, given in (
        ("to", {"to": topic}),
        ("to", {"to": stranger}),
        ("reason", {"reason": contribution.consultation.reasons.to_hide().first()}),
        ("reason", {"reason": other_consultation.reasons.to_move().first()}),
    ):
        with pytest.raises(ValidationError) as refusal:
            move(contribution, **given)
        assert list(refusal.value.message_dict) == [field]
    assert (Decision.objects.count(), JournalEntry.objects.filter(verb="contribution.moved").count()) == (0, 0)


def test_nobody_moves_their_own_words(post, move, moderator):
    with pytest.raises(PermissionDenied):
        move(post("À moi.", by=moderator))


def test_a_topic_that_has_been_emptied_can_be_deleted(contribution, topic, move, organiser):
    move(contribution)

    organising.delete_topic(topic, by=organiser)

    assert not Topic.objects.filter(pk=topic.pk).exists()
    assert Decision.objects.get().moved_from == "Expérimenter"


def test_a_move_costs_the_same_whatever_the_length_of_the_thread(
    contribution, reply, post, topic, elsewhere, move, count_queries
):
    def back_and_forth():
        move(contribution)
        move(contribution, to=topic)

    short = count_queries(back_and_forth)

    for number in range(8):
        post(f"Encore {number}", parent=contribution)

    assert count_queries(back_and_forth) == short


def test_a_text_that_waits_is_told_to_its_author_where_it_comes(topic, post, move, elsewhere, organiser, participant):
    organising.edit_phase(topic.phase, moderation=Phase.Moderation.BEFORE, by=organiser)
    waiting = post("Pas encore lu.", topic=Topic.objects.get(pk=topic.pk))
    Event.objects.all().delete()

    move(waiting)

    told = Event.objects.filter(room__key=person_room(elsewhere, participant.pk)).values_list("kind", "obj")
    assert list(told) == [("changed", f"pending:{elsewhere.pk}")]


@pytest.fixture
def reserved(past_phase, organiser):
    organising.edit_phase(past_phase, access=Phase.Access.COMMITTEES, by=organiser)
    return organising.create_topic(past_phase, title="Arbitrages", by=organiser)


def test_who_may_not_read_the_new_topic_learns_that_their_text_went_and_not_where(
    client, contribution, reply, move, reserved, participant, consultation
):
    withdraw = reverse("contributions:withdraw", args=[consultation.slug, contribution.number])

    move(contribution, to=reserved)

    client.force_login(participant)
    notice = Notice.objects.get(person=participant, kind="decision")
    mail = Message.objects.get(address=participant.email)
    mine = client.get(reverse("accounts:me"))
    assert notice.url == withdraw
    for text in (notice.text, mail.text, words(mine)):
        assert "Arbitrages" not in text
        assert "dans une thématique réservée" in text
    assert f'href="{withdraw}"' in mine.content.decode()


def test_one_takes_back_ones_words_where_one_no_longer_reads_them(
    client, contribution, reply, move, reserved, participant, other_participant, newcomer, consultation
):
    move(contribution, to=reserved)
    address = f"/c/{consultation.slug}/contributions/{contribution.number}/"

    client.force_login(newcomer)
    assert client.get(f"{address}retirer/").status_code == 404
    client.force_login(participant)
    assert client.get(address).status_code == 404
    page = client.get(f"{address}retirer/")
    assert page.status_code == 200
    for other in ("Arbitrages", reply.current.plain, other_participant.display_name):
        assert other not in words(page)
    done = client.post(f"{address}retirer/", follow=True)

    assert "Votre contribution C-1 est retirée." in words(done)
    assert "Arbitrages" not in words(done)
    contribution.refresh_from_db()
    assert contribution.state == "withdrawn"


# The page -----------------------------------------------------------------------------------------------------------


def test_a_moderator_moves_a_thread_from_its_page(
    client, contribution, reply, topic, elsewhere, past_topic, consultation, reason, moderator
):
    client.force_login(moderator)
    address = reverse("contributions:move", args=[consultation.slug, contribution.number])
    decide = client.get(reverse("contributions:decide", args=[consultation.slug, contribution.number]))
    assert f'href="{address}"' in decide.content.decode()

    page = client.get(address).content.decode()
    assert re.findall(r'<optgroup label="([^"]+)"', page) == ["Besoins (Tout le monde)", "Outils (Tout le monde)"]
    assert f'<option value="{topic.pk}"' not in page
    from_reply = reverse("contributions:move", args=[consultation.slug, reply.number])
    assert client.get(from_reply).headers["Location"] == address

    refused = client.post(address, {"to": topic.pk, "message": "Mieux là-bas."})
    assert refused.status_code == 422
    assert sorted(refused.context["form"].errors) == ["reason", "to"]
    assert "Mieux là-bas." in words(refused)

    done = client.post(address, {"to": elsewhere.pk, "reason": reason.pk, "message": "Mieux là-bas."}, follow=True)
    assert "Le fil C-1 est maintenant dans « Outiller »." in words(done)
    assert place_of(contribution, reply)[1][0] == elsewhere.pk


def test_from_the_queue_one_comes_back_to_the_queue(client, contribution, elsewhere, consultation, reason, moderator):
    client.force_login(moderator)
    queue, decide = (
        reverse("contributions:queue", args=[consultation.slug]),
        reverse("contributions:decide", args=[consultation.slug, contribution.number]),
    )
    address = reverse("contributions:move", args=[consultation.slug, contribution.number])

    for query, back in ((f"?next={queue}", queue), ("?next=//ailleurs.example/", decide)):
        page = client.get(address + query)
        assert form_with(page, "message")["next"] == [back]
        assert re.search(r'href="([^"]+)">\s*Annuler', page.text)[1] == back
    refused = client.post(address, {"next": queue})
    assert form_with(refused, "message")["next"] == [queue]

    moved = client.post(address, {"to": elsewhere.pk, "reason": reason.pk, "message": "", "next": queue})
    assert moved.headers["Location"] == queue


# Meanwhile ----------------------------------------------------------------------------------------------------------


class Meanwhile(threading.Thread):
    """An act in another connection, whose failure the test shows."""

    def __init__(self, act):
        super().__init__()
        self.act, self.failure = act, None

    def run(self):
        try:
            self.act()
        except Exception as error:  # noqa: BLE001 - shown by the test's own thread
            self.failure = error
        finally:
            connection.close()

    def done(self):
        self.join()
        if self.failure is not None:
            raise self.failure


waits_for_rows = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one writer in at a time."),
]


def a_reply(post, contribution, reply, reason_to_hide, moderator, participant, other_participant):
    post("Encore.", parent=reply)


def a_reaction(post, contribution, reply, reason_to_hide, moderator, participant, other_participant):
    actions.react(contribution, kind="agree", by=other_participant)


def an_edit(post, contribution, reply, reason_to_hide, moderator, participant, other_participant):
    actions.edit_contribution(reply, body="Mieux dit.", by=other_participant)


def a_hiding(post, contribution, reply, reason_to_hide, moderator, participant, other_participant):
    actions.hide_contribution(reply, reason=reason_to_hide, by=moderator)


def a_withdrawal(post, contribution, reply, reason_to_hide, moderator, participant, other_participant):
    actions.withdraw_contribution(reply, by=other_participant)


ACTS = [a_reply, a_reaction, an_edit, a_hiding, a_withdrawal]


class TestMeanwhile:
    pytestmark = waits_for_rows

    @pytest.fixture
    def meanwhile(self, post, contribution, reply, consultation, moderator, participant, other_participant):
        reason = consultation.reasons.to_hide().first()

        def start(act):
            given = (post, contribution, reply, reason, moderator, participant, other_participant)
            thread = Meanwhile(lambda: act(*given))
            thread.start()
            return thread

        return start

    @pytest.mark.parametrize("act", ACTS)
    def test_who_writes_in_a_thread_that_is_about_to_move_writes_in_its_new_place(
        self, meanwhile, move, contribution, elsewhere, act
    ):
        with transaction.atomic():
            move(contribution)
            writer = meanwhile(act)
            eventually(waiting_writers)
        writer.done()

        assert set(Contribution.objects.values_list("topic", flat=True)) == {elsewhere.pk}

    @pytest.mark.parametrize("act", ACTS)
    def test_a_thread_in_which_something_is_about_to_be_written_moves_with_it(
        self, meanwhile, move, contribution, elsewhere, act, post, reply, consultation, moderator, participant,
        other_participant,
    ):  # fmt: skip
        reason = consultation.reasons.to_hide().first()
        with transaction.atomic():
            act(post, contribution, reply, reason, moderator, participant, other_participant)
            mover = meanwhile(lambda *given: move(contribution))
            eventually(waiting_writers)
        mover.done()

        assert set(Contribution.objects.values_list("topic", flat=True)) == {elsewhere.pk}

    def test_who_answers_an_answer_that_came_while_the_thread_waits_to_move_and_the_move_both_succeed(
        self, move, post, contribution, reply, elsewhere, monkeypatch
    ):
        has_answered, holds_the_thread, may_count = threading.Event(), threading.Event(), threading.Event()
        count_in_root = posting._update_root

        def wait_and_count(answer, now):
            if answer.parent_id != contribution.pk:
                has_answered.set()
                may_count.wait(30)
            count_in_root(answer, now)

        def say_and_lock(root):
            holds_the_thread.set()
            return lock(root)

        monkeypatch.setattr(posting, "_update_root", wait_and_count)
        monkeypatch.setattr(moves, "lock", say_and_lock)
        mover = Meanwhile(lambda: move(contribution))
        writer = Meanwhile(lambda: post("Et plus loin.", parent=post("Encore.", parent=contribution)))

        with transaction.atomic():
            lock(reply)
            mover.start()
            eventually(waiting_writers)
            writer.start()
            eventually(lambda: has_answered.is_set() or waiting_writers() == 2)
        holds_the_thread.wait(30)
        # One that has no number yet answers in the new place. One that holds what it answers would be waited for by who
        # moves that, and wait for the root.
        eventually(lambda: not mover.is_alive() or waiting_writers())
        may_count.set()
        mover.done()
        writer.done()

        assert list(Contribution.objects.values_list("topic", flat=True)) == [elsewhere.pk] * 4
