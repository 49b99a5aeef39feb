"""What a write costs, with its rules, its event, its receipt and its line in the journal."""

import uuid

from django.db import transaction
from django.utils import timezone

from concertation.journal.models import JournalEntry
from contributions import actions
from contributions.models import Contribution
from contributions.wording import word

from .figures import Figure, ratio, seconds
from .scene import BODY, open_topic

TIMES = 40


def bench_post() -> list[Figure]:
    """A contribution through its verb, rendering left out, beside one bare insert in a transaction of its own."""
    topic, user = open_topic("ecriture", now=timezone.now())

    def post() -> Contribution:
        now = timezone.now()
        return actions.post_contribution(
            topic, title="Proposition", body=BODY, client_uuid=uuid.uuid4(), by=user, now=now
        )

    def insert() -> None:
        with transaction.atomic():
            JournalEntry.objects.create(verb="bench", object_label="bench:1", actor_id=user.pk)

    def render() -> None:
        word(BODY, title="Proposition", is_reply=False)

    return ratio(
        "post.vs_bare_insert",
        product=lambda: 1000 * (seconds(post, times=TIMES) - seconds(render, times=TIMES)),
        baseline=lambda: 1000 * seconds(insert, times=TIMES),
        unit="ms",
    )
