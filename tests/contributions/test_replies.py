"""Who is notified of a reply: the author of what it answers, once it is published, where they may read it."""

import pytest
from django.urls import reverse

from concertation.consultations import actions as organising
from concertation.consultations.models import Topic
from concertation.live.models import Event
from concertation.notices.models import Message
from contributions import actions

pytestmark = pytest.mark.django_db


def replies_told(person):
    return list(person.notices.filter(kind="reply").order_by("pk").values_list("title", flat=True))


def test_the_author_is_notified_on_the_site_without_a_word_of_the_reply(contribution, post, participant, moderator):
    reply = post("Un mot reconnaissable", parent=contribution, by=moderator, as_team=True)

    notice = participant.notices.get()
    assert (notice.title, notice.text) == (
        f"L’équipe a répondu à votre contribution {contribution.ref}",
        f"Dans la thématique «\u00a0{contribution.topic.title}\u202f».",
    )
    assert notice.url == reverse("contributions:detail", args=[contribution.consultation.slug, reply.number])
    assert not Message.objects.filter(address=participant.email).exists()


def test_of_a_reply_to_a_reply_its_author_alone_is_notified(contribution, reply, post, participant, other_participant):
    before = replies_told(participant)

    post("Pour les habitants.", parent=reply, by=participant)

    assert replies_told(other_participant) == [f"Une personne a répondu à votre réponse {reply.ref}"]
    assert replies_told(participant) == before


def test_nobody_is_notified_of_their_own_reply(contribution, post, participant):
    post("Je précise.", parent=contribution, by=participant)

    assert not participant.notices.exists()


def test_a_reply_that_is_moderated_first_is_told_when_it_is_published_and_once(
    contribution, topic, post, participant, other_participant, moderator, organiser
):
    organising.edit_phase(topic.phase, moderation="before", by=organiser)
    moderated = Topic.objects.select_related("phase__consultation").get(pk=topic.pk)
    pending = post("À relire.", topic=moderated, parent=contribution, by=other_participant)
    assert replies_told(participant) == []

    reasons = pending.consultation.reasons
    actions.publish_contribution(pending, by=moderator)
    actions.hide_contribution(pending, reason=reasons.first(), by=moderator)
    restoring = reasons.filter(use="restore").first()
    actions.restore_contribution(pending, reason=restoring, message="Après relecture.", by=moderator)

    assert replies_told(participant) == [f"Une personne a répondu à votre contribution {contribution.ref}"]


def test_an_author_who_may_not_read_there_any_more_is_not_notified(
    contribution, topic, post, participant, partner, organiser
):
    organising.edit_phase(topic.phase, access="committees", by=organiser)
    closed = Topic.objects.select_related("phase__consultation").get(pk=topic.pk)

    post("Entre nous.", topic=closed, parent=contribution, by=partner)

    assert replies_told(participant) == []


def test_the_author_hears_of_it_in_their_own_room_alone(contribution, post, participant, other_participant):
    Event.objects.all().delete()

    post("Oui.", parent=contribution, by=other_participant)

    notice = participant.notices.get()
    rooms = Event.objects.filter(obj=f"notice:{notice.pk}").values_list("room__key", flat=True)
    assert list(rooms) == [f"notices:{participant.pk}:person:{participant.pk}"]
