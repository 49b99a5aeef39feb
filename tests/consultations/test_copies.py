"""Phases and topics that start from another one."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from concertation.consultations import actions
from concertation.consultations.models import Phase, Topic
from tests.reading import form_with

pytestmark = pytest.mark.django_db


def test_only_organisers_duplicate_a_phase(open_phase, facilitator, moderator, now):
    later = {"title": "Encore", "opens_at": now, "closes_at": now + timedelta(days=1)}
    for person in (facilitator, moderator):
        with pytest.raises(PermissionDenied):
            actions.duplicate_phase(open_phase, **later, by=person)

    assert not Phase.objects.filter(title="Encore").exists()


def test_a_copy_of_a_phase_has_its_settings_and_topics_after_the_last_phase_and_no_words(
    as_organiser, space, consultation, open_phase, future_phase, topic, organiser, participant, now
):
    from contributions.actions import post_contribution

    post_contribution(topic, title="Des bancs", body="Il manque des bancs.", by=participant, now=now)
    actions.create_topic(open_phase, title="Louer", parent=topic, need_to_know="Les **prix**.", by=organiser)
    actions.reorder(Topic.objects.filter(phase=open_phase), [], by=organiser)
    actions.edit_phase(open_phase, access="participants", moderation="before", allows_reactions=False, by=organiser)
    natures = list(open_phase.natures.all()[:2])
    actions.edit_phase(open_phase, natures=natures, by=organiser)
    page = f"{space}phases/{open_phase.pk}/dupliquer/"

    proposed = form_with(as_organiser.get(page), "title")
    assert as_organiser.post(page, proposed).status_code == 302

    copy = Phase.objects.get(title=f"{open_phase.title} (copie)")
    assert (copy.access, copy.moderation, copy.allows_reactions) == ("participants", "before", False)
    assert list(copy.natures.all()) == natures
    zone = consultation.tz
    opens, closes = (at.astimezone(zone) for at in (copy.opens_at, copy.closes_at))
    was_open, was_closed = (at.astimezone(zone) for at in (open_phase.opens_at, open_phase.closes_at))
    assert opens.date() == future_phase.closes_at.astimezone(zone).date() + timedelta(days=1)
    assert closes.date() - opens.date() == was_closed.date() - was_open.date()
    assert [(at.hour, at.minute) for at in (opens, closes)] == [(at.hour, at.minute) for at in (was_open, was_closed)]
    first, below = copy.topics.order_by("pk")
    assert (first.title, first.question, first.contribution_count) == (topic.title, topic.question, 0)
    assert (below.parent, below.need_to_know_html) == (first, "<p>Les <strong>prix</strong>.</p>")
    assert topic.phase_id == open_phase.pk


def test_a_phase_may_be_copied_without_its_topics(as_organiser, space, open_phase, topic):
    page = f"{space}phases/{open_phase.pk}/dupliquer/"
    proposed = form_with(as_organiser.get(page), "title")
    del proposed["with_topics"]

    as_organiser.post(page, {**proposed, "title": "Seule"})

    assert Phase.objects.get(title="Seule").topics.count() == 0


def test_a_topic_is_copied_into_the_phase_chosen(as_organiser, space, topic, future_phase):
    page = f"{space}thematiques/{topic.pk}/dupliquer/"
    proposed = form_with(as_organiser.get(page), "question")
    assert proposed["phase"] == [str(topic.phase_id)]

    assert as_organiser.post(page, {**proposed, "phase": future_phase.pk}).status_code == 302

    copy = future_phase.topics.get()
    assert (copy.title, copy.question) == (f"{topic.title} (copie)", topic.question)


def test_a_topic_is_not_copied_into_another_consultation(
    as_organiser, space, topic, other_consultation, administrator, now
):
    span = {"opens_at": now, "closes_at": now + timedelta(days=1)}
    phase = actions.create_phase(other_consultation, title="Là", **span, by=administrator)
    page = f"{space}thematiques/{topic.pk}/dupliquer/"

    refused = as_organiser.post(page, {"title": "Ici", "phase": phase.pk})

    assert list(refused.context["form"].errors) == ["phase"]
    assert Topic.objects.count() == 1


def test_a_long_title_leaves_room_for_the_word_copy(as_organiser, space, open_phase, organiser):
    long = actions.create_topic(open_phase, title="x" * 120, by=organiser)

    proposed = form_with(as_organiser.get(f"{space}thematiques/{long.pk}/dupliquer/"), "title")

    assert proposed["title"][0].endswith(" (copie)")
    assert len(proposed["title"][0]) <= 120
