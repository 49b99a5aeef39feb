"""What stands beside the threads of a topic on a desk."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from concertation.accounts.models import User
from concertation.consultations.actions import edit_topic
from concertation.consultations.models import Participation, Topic
from concertation.live.audience import Audience
from contributions.actions import add_keyword, hide_contribution, restore_contribution, tag_contribution
from contributions.models import Contribution
from contributions.topic_side import kinds_taking_part
from tests.personas import joins, person
from tests.reading import ordinary

from .conftest import Post

pytestmark = pytest.mark.django_db


def test_beside_the_threads_stand_what_is_asked_and_the_keywords(
    client: Client, topic: Topic, contribution: Contribution, organiser: User, post: Post
) -> None:
    keyword = add_keyword(topic.phase.consultation, name="Lieux d’essai", by=organiser)
    tag_contribution(contribution, keywords=[keyword], by=organiser)
    edit_topic(topic, question="Que manque-t-il ?", by=organiser)

    page: Any = client.get(f"/c/{topic.phase.consultation.slug}/thematiques/{topic.pk}/")
    side = page.content.decode().split("topic-side", 1)[1]

    assert "Que manque-t-il ?" in side
    assert f'href="?mot={keyword.slug}"' in side


def side_of(client: Client, topic: Topic) -> str:
    page: Any = client.get(f"/c/{topic.phase.consultation.slug}/thematiques/{topic.pk}/")
    return ordinary(re.sub("<[^>]+>", " ", page.content.decode().split("topic-side", 1)[1]))


def test_beside_the_threads_stand_the_kinds_of_actors_who_take_part_counted_from_five(
    client: Client, topic: Topic, post: Post, moderator: User, now: datetime
) -> None:
    kinds = list(topic.phase.consultation.actor_kinds.all()[:2])
    for number in range(7):
        user = person(f"personne.{number}")
        Participation.objects.filter(pk=joins(user, topic.phase.consultation, now=now).pk).update(
            actor_kind=kinds[number // 6]
        )
        post(f"Texte {number}.", by=user)
    post("Encore un.", by=User.objects.get(email="personne.0@exemple.fr"))

    assert kinds[0].label in side_of(client, topic)
    assert kinds[1].label in side_of(client, topic)
    assert "personnes" not in side_of(client, topic).split("Qui participe ici")[1].split("Prochain")[0]
    client.force_login(moderator)
    assert f"{kinds[0].label} : 6 personnes {kinds[1].label} : 1 personne" in side_of(client, topic)


def test_ten_texts_cost_the_page_no_more_than_one(
    client: Client, topic: Topic, post: Post, django_assert_num_queries: Any
) -> None:
    post("Un texte.")
    with CaptureQueriesContext(connection) as one:
        kinds_taking_part(topic, Audience.PUBLIC)
    for number in range(9):
        post(f"Texte {number}.")

    with django_assert_num_queries(len(one)):
        kinds_taking_part(topic, Audience.PUBLIC)


def test_a_text_that_is_hidden_and_restored_is_counted_as_it_should(
    topic: Topic, post: Post, contribution: Contribution, moderator: User
) -> None:
    reason = contribution.consultation.reasons
    hide_contribution(contribution, reason=reason.to_hide()[0], by=moderator)
    assert kinds_taking_part(topic, Audience.STAFF) == []

    restore_contribution(contribution, reason=reason.to_restore()[0], message="Rétablie.", by=moderator)

    assert [one.people for one in kinds_taking_part(topic, Audience.STAFF)] == [1]


def test_texts_of_the_team_count_nobody(topic: Topic, post: Post, moderator: User) -> None:
    post("Le mot de l’équipe.", by=moderator, as_team=True)

    assert kinds_taking_part(topic, Audience.STAFF) == []
