"""A synthesis is read by all: it quotes what not everyone may read by a recorded decision alone."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from concertation.consultations import actions as consultations
from concertation.consultations.models import Phase
from concertation.documents import versions
from concertation.documents.export import export
from concertation.syntheses.models import SynthesisVersion
from concertation.syntheses.publishing import files
from concertation.syntheses.publishing.actions import Restricted, publish_synthesis
from concertation.syntheses.publishing.reading import readable_document
from concertation.syntheses.writing import actions as writing
from contributions.actions import move_thread
from contributions.models import Contribution
from tests.personas import DAY
from tests.reading import words

pytestmark = pytest.mark.django_db
WHY = "Le comité a accepté de rendre ce passage public."


@pytest.fixture
def committees(consultation, organiser, now):
    phase = consultations.create_phase(
        consultation, title="Comités", opens_at=now - DAY, closes_at=now + DAY, access="committees", by=organiser
    )
    return consultations.create_topic(phase, title="À huis clos", by=organiser)


@pytest.fixture
def moved(contribution, committees, consultation, moderator):
    """The cited text goes to a phase of the committees."""

    def act():
        reason = consultation.reasons.to_move().first()
        return move_thread(Contribution.objects.get(pk=contribution.pk), to=committees, reason=reason, by=moderator)

    return act


@pytest.fixture
def citing(synthesis, recommendation, extract, organiser):
    writing.cite(recommendation, extract=extract, stance="supports", by=organiser)
    return synthesis


def quoted():
    version = SynthesisVersion.objects.latest("pk")
    document = readable_document(version)
    assert versions.verify(document, version.sha256)
    return "renonce" in str(document)


def test_a_text_of_the_committees_is_not_published_unseen(citing, moved, contribution, organiser, now):
    moved()

    for agreed in ({}, {"disclosing": [contribution.number]}, {"disclosing": [99], "disclosure": WHY}):
        with pytest.raises(Restricted) as refusal:
            publish_synthesis(citing, **agreed, by=organiser, now=now)
        assert refusal.value.messages[0].endswith(f"{contribution.ref} (Comités).")
    assert not SynthesisVersion.objects.exists()


def test_a_decision_with_its_reason_quotes_it_and_stands_in_the_journal(citing, moved, contribution, organiser, client):
    moved()
    client.force_login(organiser)
    slug = contribution.consultation.slug
    address = reverse("syntheses:publish", args=[slug, citing.number])

    asked = client.post(address, {"note": "Premier état."})
    assert asked.status_code == 422
    assert "Premier état." in asked.text
    assert f'name="disclosing" value="{contribution.number}"' in asked.text
    client.post(address, {"disclosing": contribution.number, "disclosure": WHY})

    assert quoted()
    journal = words(client.get(reverse("consultations:journal", args=[slug])))
    assert WHY in journal
    assert f"citer {contribution.ref}, que tout le monde ne peut pas lire" in journal


def test_a_quote_is_a_link_for_those_alone_who_may_follow_it(citing, moved, contribution, organiser, partner, now):
    moved()
    slug = contribution.consultation.slug
    page = reverse("contributions:detail", args=[slug, contribution.number])
    publish_synthesis(citing, disclosing=[contribution.number], disclosure=WHY, by=organiser, now=now)
    committee = Client()
    committee.force_login(partner)

    for reader, status in ((Client(), 404), (committee, 200)):
        text = reader.get(reverse("syntheses:read", args=[slug, citing.number])).text
        assert reader.get(page).status_code == status
        assert (f'href="{page}"' in text) == (status == 200)
        assert contribution.ref in text
        assert "renonce" in text


def test_a_file_has_no_link_to_what_was_not_open_to_all(citing, moved, contribution, organiser, now):
    moved()
    version = publish_synthesis(citing, disclosing=[contribution.number], disclosure=WHY, by=organiser, now=now)
    page = reverse("contributions:detail", args=[contribution.consultation.slug, contribution.number])

    texts = [files.FILES.shared(readable_document(version), version), readable_document(version)]

    assert [page in export(text, fmt).content.decode() for text, fmt in zip(texts, ("html", "json"), strict=True)] == [
        False,
        True,
    ]


def test_a_cited_text_that_goes_to_the_committees_is_blanked_on_the_page(version, moved, contribution):
    address = reverse("syntheses:read", args=[contribution.consultation.slug, version.synthesis.number])
    assert "renonce" in Client().get(address).text

    moved()

    assert not quoted()
    assert "renonce" not in Client().get(address).text
    assert "renonce" in json.dumps(SynthesisVersion.objects.get().document)


def test_a_phase_that_closes_to_the_public_blanks_its_quotes_until_it_opens_again(version, topic, organiser):
    address = reverse("syntheses:read", args=[topic.phase.consultation.slug, version.synthesis.number])
    assert "renonce" in Client().get(address).text

    consultations.edit_phase(topic.phase, access="committees", by=organiser)
    assert not quoted()
    assert "renonce" not in Client().get(address).text

    consultations.edit_phase(Phase.objects.get(pk=topic.phase_id), access="public", by=organiser)
    assert quoted()


def test_publishing_again_after_such_a_move_asks_anew(version, moved, recommendation, organiser, now):
    moved()
    fields = {"kind": "lesson", "status": "ready"}
    writing.edit_recommendation(recommendation, title="Autre", body="", **fields, by=organiser)

    with pytest.raises(ValidationError):
        publish_synthesis(version.synthesis, by=organiser, now=now)
