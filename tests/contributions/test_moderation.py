"""Moderation: who decides, on what, for which reason, and who is told."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.journal.models import JournalEntry
from concertation.live.models import Event
from concertation.notices.models import Message, Notice
from concertation.viewer import Viewer
from contributions import actions
from contributions.models import Contribution, Decision, Report, State
from contributions.moderation.queue import pending_count

pytestmark = pytest.mark.django_db

DECISIONS = [actions.hide_contribution, actions.restore_contribution, actions.keep_contribution]


@pytest.mark.parametrize("persona", ["participant", "other_participant", "partner", "director", "stranger_moderator"])
def test_only_a_moderator_of_this_consultation_decides(contribution, reason, persona, request):
    someone = request.getfixturevalue(persona)

    for decide in DECISIONS:
        extra = {} if decide is actions.keep_contribution else {"reason": reason, "message": "Voici pourquoi."}
        with pytest.raises(PermissionDenied):
            decide(contribution, by=someone, **extra)


def test_nobody_judges_their_own_words(topic, moderator, reason):
    own = actions.post_contribution(topic, body="Mon avis de modératrice.", as_team=True, by=moderator)

    with pytest.raises(PermissionDenied):
        actions.hide_contribution(own, reason=reason, by=moderator)


def test_a_reason_of_another_consultation_is_refused(contribution, moderator, administrator, organiser, now):
    from concertation.consultations.actions import create_consultation

    elsewhere = create_consultation(slug="ailleurs", title="Ailleurs", organiser=organiser, now=now, by=administrator)

    with pytest.raises(ValidationError):
        actions.hide_contribution(contribution, reason=elsewhere.reasons.first(), by=moderator)


def test_hiding_keeps_the_text_raises_the_version_and_says_why(contribution, reason, moderator):
    before = contribution.version

    hidden = actions.hide_contribution(contribution, reason=reason, message="Restons sur les idées.", by=moderator)

    decision = Decision.objects.get()
    assert (hidden.state, hidden.version) == (State.HIDDEN, before + 1)
    assert (decision.act, decision.reason, decision.revision, decision.by) == (
        "hide",
        reason,
        contribution.current,
        moderator,
    )
    assert JournalEntry.objects.filter(verb="contribution.hidden", actor_id=moderator.pk).count() == 1


def test_hiding_twice_decides_once(hidden, reason, moderator):
    actions.hide_contribution(hidden, reason=reason, by=moderator)

    assert Decision.objects.count() == 1
    assert JournalEntry.objects.filter(verb="contribution.hidden").count() == 1


def test_the_author_is_told_on_the_site_and_by_mail(hidden, participant, reason):
    notice = Notice.objects.get(person=participant, kind="decision")
    mail = Message.objects.get(address=participant.email)

    assert "Restons sur les idées." in notice.text
    assert reason.label in mail.text


def test_restoring_puts_the_text_back_and_tells_the_author_why(hidden, conform, moderator, participant):
    restored = actions.restore_contribution(hidden, reason=conform, message="Relu à deux.", by=moderator)

    decision = Decision.objects.get(act="restore")
    told = Notice.objects.filter(person=participant, title__contains="de nouveau affichée").get()
    assert restored.state == State.PUBLISHED
    assert (decision.reason, decision.message) == (conform, "Relu à deux.")
    assert conform.label in told.text
    assert "Relu à deux." in told.text


def test_restoring_takes_a_reason_to_restore_and_a_message(hidden, reason, conform, moderator):
    with pytest.raises(ValidationError) as wrong_reason:
        actions.restore_contribution(hidden, reason=reason, message="Relu à deux.", by=moderator)
    with pytest.raises(ValidationError) as no_message:
        actions.restore_contribution(hidden, reason=conform, message=" ", by=moderator)

    assert list(wrong_reason.value.message_dict) == ["reason"]
    assert list(no_message.value.message_dict) == ["message"]
    assert Contribution.objects.get(pk=hidden.pk).state == State.HIDDEN


def test_a_reason_to_restore_does_not_hide(contribution, conform, moderator):
    with pytest.raises(ValidationError):
        actions.hide_contribution(contribution, reason=conform, by=moderator)


def test_a_withdrawn_text_is_not_restored(contribution, conform, participant, moderator):
    actions.withdraw_contribution(contribution, by=participant)

    with pytest.raises(ValidationError, match="entre-temps"):
        actions.restore_contribution(contribution, reason=conform, message="Relu.", by=moderator)


def test_a_hidden_reply_no_longer_counts_in_its_thread(contribution, reply, reason, moderator):
    assert Contribution.objects.get(pk=contribution.pk).reply_count == 1

    actions.hide_contribution(reply, reason=reason, by=moderator)

    assert Contribution.objects.get(pk=contribution.pk).reply_count == 0


def test_hiding_tells_the_topic_the_counts_the_queue_and_the_author(contribution, reason, participant, moderator):
    Event.objects.all().delete()

    actions.hide_contribution(contribution, reason=reason, by=moderator)

    told = set(Event.objects.values_list("room__key", "kind", "obj"))
    topic, consultation = contribution.topic_id, contribution.consultation_id
    assert told == {
        (f"topic:{topic}:public", "changed", f"contribution:{contribution.pk}"),
        (f"topic:{topic}:public", "changed", f"count:{topic}"),
        (f"consultation:{consultation}:public", "changed", f"said:{topic}"),
        (f"consultation:{consultation}:public", "changed", f"figures:{consultation}"),
        (f"moderation:{consultation}:staff", "changed", f"queue:{consultation}"),
        (f"notices:{participant.pk}:person:{participant.pk}", "changed", f"notice:{participant.notices.get().pk}"),
    }


def test_one_does_not_report_oneself(contribution, reason, participant):
    with pytest.raises(PermissionDenied):
        actions.report_contribution(contribution, reason=reason, by=participant)


def test_reporting_twice_is_one_report_while_it_is_open(report, contribution, reason, other_participant):
    actions.report_contribution(contribution, reason=reason, by=other_participant)

    assert Report.objects.count() == 1


def test_a_decision_answers_the_reports_and_empties_the_queue(report, contribution, consultation, moderator):
    assert pending_count(consultation) == 1

    actions.keep_contribution(contribution, by=moderator)

    assert pending_count(consultation) == 0
    assert Report.objects.get().decision.act == "keep"
    assert not Notice.objects.filter(kind="decision").exists()


@pytest.fixture
def pending(open_phase, topic, participant, organiser):
    from concertation.consultations.actions import edit_phase

    edit_phase(open_phase, moderation="before", by=organiser)
    topic.refresh_from_db()
    return actions.post_contribution(topic, body="À relire d’abord.", by=participant)


def test_moderation_before_publication_shows_nothing_to_others(pending, consultation, other_participant, now):
    assert pending.state == State.PENDING
    assert not Contribution.objects.visible_to(Viewer(other_participant, now), consultation).exists()
    assert set(Event.objects.filter(obj=f"contribution:{pending.pk}").values_list("room__key", flat=True)) == {
        f"topic:{pending.topic_id}:staff"
    }


def test_publishing_enters_the_public_room(pending, moderator):
    published = actions.publish_contribution(pending, by=moderator)

    assert published.published_at is not None
    added = Event.objects.filter(kind="added", obj=f"contribution:{pending.pk}")
    assert added.filter(room__key=f"topic:{pending.topic_id}:public").count() == 1


def test_a_refused_text_that_was_never_published_leaves_no_placeholder(
    pending, moderator, reason, consultation, other_participant, now
):
    actions.hide_contribution(pending, reason=reason, by=moderator)

    assert not Contribution.objects.visible_to(Viewer(other_participant, now), consultation).exists()
