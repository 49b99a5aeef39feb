"""Counters that pages read: who is counted for whom, and the command that checks them.

That they hold after every act is checked after each test of this folder, and of the states of the live channel.
"""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from concertation.consultations import actions as consultations
from concertation.consultations.models import Topic
from concertation.live.audience import Audience
from contributions import actions
from contributions.counters import people_seen_by
from contributions.forms import FiltersForm
from contributions.listing import Filters
from contributions.models import Contribution, Turnout
from tests.counting import wrong_counters

pytestmark = pytest.mark.django_db


@pytest.fixture
def committee_topic(consultation, organiser, now, open_phase):
    phase = consultations.create_phase(
        consultation,
        title="Entre nous",
        opens_at=open_phase.opens_at,
        closes_at=open_phase.closes_at,
        access="committees",
        by=organiser,
    )
    return consultations.create_topic(phase, title="Préparer", by=organiser)


def people(consultation):
    audiences = (Audience.PUBLIC, Audience.PARTICIPANTS, Audience.COMMITTEE, Audience.STAFF)
    return [people_seen_by(audience, consultation) for audience in audiences]


def counts(topic):
    topic.refresh_from_db()
    return topic.contribution_count, topic.reply_count


def test_a_person_is_counted_once_for_each_audience_that_reads_them(
    consultation, topic, committee_topic, partner, participant, post
):
    first = post(by=partner, topic=committee_topic)
    assert people(consultation) == [0, 0, 1, 1]
    public = post(by=partner)
    post(by=partner)
    post(by=participant)
    assert people(consultation) == [2, 2, 2, 2]

    actions.withdraw_contribution(public, by=partner)
    assert people(consultation) == [2, 2, 2, 2]
    actions.withdraw_contribution(Contribution.objects.filter(topic=topic).order_by("pk")[1], by=partner)
    assert people(consultation) == [1, 1, 2, 2]
    actions.withdraw_contribution(first, by=partner)
    assert people(consultation) == [1, 1, 1, 1]


def test_opening_a_phase_to_others_counts_its_people_for_them(consultation, committee_topic, partner, organiser, post):
    post(by=partner, topic=committee_topic)

    consultations.edit_phase(committee_topic.phase, access="participants", by=organiser)

    assert people(consultation) == [0, 1, 1, 1]
    assert wrong_counters() == {}


def test_hiding_restoring_and_editing_under_moderation_step_the_counts_once(
    consultation, contribution, reply, topic, moderator, participant, organiser
):
    assert counts(topic) == (1, 1)
    hide, restore = (consultation.reasons.filter(use=use).first() for use in ("hide", "restore"))

    actions.hide_contribution(reply, reason=hide, by=moderator)
    assert counts(topic) == (1, 0)
    actions.hide_contribution(reply, reason=hide, by=moderator)
    actions.restore_contribution(reply, reason=restore, message="Relu.", by=moderator)
    assert counts(topic) == (1, 1)
    consultations.edit_phase(topic.phase, moderation="before", by=organiser)
    edited = Contribution.objects.get(pk=contribution.pk)
    edited = actions.edit_contribution(edited, body="Autrement.", title="Titre", by=participant)
    assert counts(topic) == (0, 1)
    actions.hide_contribution(edited, reason=hide, by=moderator)
    assert counts(topic) == (0, 1)
    actions.restore_contribution(edited, reason=restore, message="Relu.", by=moderator)
    assert counts(topic) == (1, 1)


def test_a_card_goes_back_to_the_date_of_the_text_before_when_the_latest_leaves(topic, contribution, reply, moderator):
    reason = topic.phase.consultation.reasons.filter(use="hide").first()
    actions.hide_contribution(reply, reason=reason, by=moderator)
    topic.refresh_from_db()
    assert topic.last_said_at == contribution.published_at

    actions.hide_contribution(contribution, reason=reason, by=moderator)
    topic.refresh_from_db()
    assert topic.last_said_at is None


def test_the_filters_of_a_topic_offer_the_keywords_that_its_threads_bear_wherever_they_moved(
    consultation, topic, past_topic, contribution, reply, moderator
):
    keyword = actions.add_keyword(consultation, name="Réemploi", by=moderator)
    actions.tag_contribution(reply, keywords=[keyword], by=moderator)

    def offered(where):
        field = FiltersForm(topic=Topic.objects.get(pk=where.pk), filters=Filters()).fields.get("mot")
        return [] if field is None else list(field.queryset)

    assert (offered(topic), offered(past_topic)) == ([keyword], [])
    actions.move_thread(
        contribution, to=past_topic, reason=consultation.reasons.filter(use="move").first(), by=moderator
    )
    assert (offered(topic), offered(past_topic)) == ([], [keyword])


def test_the_command_says_which_counters_are_wrong_and_repairs_them(consultation, topic, contribution, reply):
    Topic.objects.filter(pk=topic.pk).update(reply_count=9)
    Turnout.objects.update(public=0)
    Contribution.objects.filter(pk=contribution.pk).update(reply_count=4)
    said = StringIO()

    with pytest.raises(CommandError, match="3 rows"):
        call_command("check_counters", stdout=said)
    assert said.getvalue().splitlines() == [
        f"topic {topic.pk}: reply_count is 9, should be 1",
        f"turnout {consultation.pk}: public is 0, should be 2",
        f"thread {contribution.pk}: reply_count is 4, should be 1",
    ]

    call_command("check_counters", repair=True, stdout=said)
    assert wrong_counters() == {}
    call_command("check_counters", stdout=said)
    assert said.getvalue().endswith("All counters are right.\n")
