"""What stands beside the threads of a topic on a desk."""

from typing import Any

import pytest
from django.test import Client

from concertation.accounts.models import User
from concertation.consultations.models import Topic
from contributions.actions import add_keyword, tag_contribution
from contributions.models import Contribution

from .conftest import Post

pytestmark = pytest.mark.django_db


def test_beside_the_threads_stand_what_is_asked_and_the_keywords(
    client: Client, topic: Topic, contribution: Contribution, organiser: User, post: Post
) -> None:
    keyword = add_keyword(topic.phase.consultation, name="Lieux d’essai", by=organiser)
    tag_contribution(contribution, keywords=[keyword], by=organiser)
    Topic.objects.filter(pk=topic.pk).update(question="Que manque-t-il ?")

    page: Any = client.get(f"/c/{topic.phase.consultation.slug}/thematiques/{topic.pk}/")
    side = page.content.decode().split("topic-side", 1)[1]

    assert "Que manque-t-il ?" in side
    assert f'href="?mot={keyword.slug}"' in side
