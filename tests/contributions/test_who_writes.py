"""Who writes in a topic, by kind of actor, and the rest of what stands beside its threads."""

from typing import Any

import pytest
from django.test import Client

from concertation.accounts.models import User
from concertation.consultations.models import Participation, Topic
from concertation.live.audience import Audience
from contributions.actions import add_keyword, tag_contribution
from contributions.models import Contribution
from contributions.who_writes import KindWriting, kinds_writing

from .conftest import Post

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(topic: Topic, contribution: Contribution, participant: User) -> Topic:
    """Five more authors of the kind of the first, and one of another kind; the first wrote twice."""
    kinds = list(topic.phase.consultation.actor_kinds.all())
    mine = Participation.objects.get(user=participant)
    mine.actor_kind = kinds[0]
    mine.save(update_fields=["actor_kind"])
    for number in range(6):
        other = Participation.objects.create(
            consultation=topic.phase.consultation, pseudonym=f"P{number}", actor_kind=kinds[number // 5]
        )
        copy = Contribution.objects.get(pk=contribution.pk)
        copy.pk, copy.number, copy.author, copy.client_uuid = None, 900 + number, other, None
        copy.path = f"9{number}"
        copy.save()
    return topic


@pytest.mark.writes_rows
def test_people_are_counted_by_kind_for_the_teams_and_a_small_number_is_not_public(crowd: Topic) -> None:
    first, second = crowd.phase.consultation.actor_kinds.all()[:2]

    assert kinds_writing(crowd, Audience.STAFF) == [KindWriting(first.label, 6), KindWriting(second.label, 1)]
    # Six and one: the one would be the total less the six.
    assert kinds_writing(crowd, Audience.PUBLIC) == [KindWriting(first.label, None), KindWriting(second.label, None)]


@pytest.mark.writes_rows
def test_a_kind_of_five_or_more_is_counted_for_everyone(crowd: Topic) -> None:
    first, second = crowd.phase.consultation.actor_kinds.all()[:2]
    Contribution.objects.filter(author__actor_kind=second).delete()

    assert kinds_writing(crowd, Audience.PUBLIC) == [KindWriting(first.label, 6)]


def test_beside_the_threads_stand_what_is_asked_who_writes_and_the_keywords(
    client: Client, topic: Topic, contribution: Contribution, organiser: User, post: Post
) -> None:
    keyword = add_keyword(topic.phase.consultation, name="Lieux d’essai", by=organiser)
    tag_contribution(contribution, keywords=[keyword], by=organiser)
    Topic.objects.filter(pk=topic.pk).update(question="Que manque-t-il ?")

    page: Any = client.get(f"/c/{topic.phase.consultation.slug}/thematiques/{topic.pk}/")
    side = page.content.decode().split("topic-side", 1)[1]

    assert "Que manque-t-il ?" in side
    assert "Qui écrit ici" in side
    assert f'href="?mot={keyword.slug}"' in side
