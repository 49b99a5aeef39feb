"""What grows with the debate is read at a thousand and one, where SQLite refuses conditions joined by OR."""

import pytest
from django.urls import reverse

from concertation.syntheses.models import Evidence, Extract, SynthesisVersion
from concertation.syntheses.publishing.actions import publish_synthesis, redact_withdrawn
from concertation.syntheses.publishing.reading import readable_document
from contributions import corpus
from contributions.actions.bulk import Entry, bulk_enter
from contributions.models import Contribution, State
from contributions.moderation.queue import pending_pks, pending_rows
from tests.keywords import bulk_add_keywords

pytestmark = pytest.mark.django_db
MANY = 1_001


@pytest.fixture
def many(topic, consultation, participant, organiser):
    """Contributions of one person, each with a keyword of its own."""
    author = consultation.participations.get(user=participant)
    words = bulk_add_keywords(consultation, [f"mot {n}" for n in range(MANY)], by=organiser)
    return bulk_enter(
        consultation,
        [
            Entry(topic=topic, author=author, body=f"Un texte sur {name}.", keywords=[word])
            for name, word in words.items()
        ],
        by=organiser,
    )


@pytest.fixture
def cited(many, recommendation, organiser):
    """One recommendation rests on a passage of each."""
    extracts = [Extract(contribution=row, revision=row.current, start=0, end=8, quote="Un texte") for row in many]
    Evidence.objects.bulk_create(
        Evidence(recommendation=recommendation, extract=one, position=place)
        for place, one in enumerate(Extract.objects.bulk_create(extracts))
    )
    return recommendation


def test_a_thousand_and_one_rows_are_listed_cited_published_and_redacted(
    many, cited, synthesis, consultation, organiser, client, now
):
    waiting = Contribution.objects.filter(pk__in=[row.pk for row in many])
    waiting.update(state=State.PENDING)
    assert len(pending_rows(consultation, pending_pks(consultation))) == MANY
    waiting.update(state=State.PUBLISHED)
    assert len(list(corpus.lines_of(consultation))) == MANY

    client.force_login(organiser)
    draft = client.get(reverse("syntheses:read", args=["innovation-urbaine", synthesis.number]))
    edited = client.get(reverse("syntheses:recommendation", args=["innovation-urbaine", cited.number]))

    version = publish_synthesis(synthesis, now=now, by=organiser)

    assert (draft.status_code, edited.status_code) == (200, 200)
    assert version.citations.count() == MANY
    waiting.exclude(pk=many[-1].pk).update(state=State.HIDDEN)
    assert str(readable_document(version)).count("Un texte") == 1
    redact_withdrawn(many[-1])
    assert str(readable_document(SynthesisVersion.objects.get())).count("Un texte") == 0
