"""A consultation goes only while it is an unused draft."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from concertation.consultations import actions
from concertation.consultations.models import Consultation
from concertation.journal.models import JournalEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(administrator, organiser, now):
    return actions.create_consultation(slug="essai", title="Essai", organiser=organiser, now=now, by=administrator)


def test_only_its_organiser_deletes_it(draft, moderator):
    with pytest.raises(PermissionDenied):
        actions.delete_consultation(draft, by=moderator)


def test_a_public_consultation_is_archived_instead(consultation, organiser):
    with pytest.raises(ValidationError, match="archiver"):
        actions.delete_consultation(consultation, by=organiser)


def test_a_draft_with_a_topic_stays(draft, organiser, now):
    from tests.personas import DAY

    phase = actions.create_phase(draft, title="Besoins", opens_at=now, closes_at=now + DAY, by=organiser)
    actions.create_topic(phase, title="Sobriété", by=organiser)

    with pytest.raises(ValidationError):
        actions.delete_consultation(draft, by=organiser)

    assert Consultation.objects.filter(pk=draft.pk).exists()


def test_an_unused_draft_goes_and_the_journal_remembers(draft, organiser):
    actions.delete_consultation(draft, by=organiser)

    assert not Consultation.objects.filter(slug="essai").exists()
    assert JournalEntry.objects.get(verb="consultation.deleted").details == {"slug": "essai"}


def test_the_page_asks_before_it_deletes(client, draft, organiser):
    client.force_login(organiser)
    url = reverse("consultations:delete", args=["essai"])

    assert "Supprimer la concertation" in client.get(url).content.decode()
    assert client.post(url).status_code == 302
    assert not Consultation.objects.filter(slug="essai").exists()
