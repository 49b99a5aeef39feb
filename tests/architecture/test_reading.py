"""Forms and verbs offer and accept only what a person may read, whatever address or key they send."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from ateliers import actions as ateliers
from ateliers.models import Atelier
from contributions import actions as contributions
from contributions.models import Contribution

from .test_links import SECRET, committees, rapporteur

__all__ = ["committees", "rapporteur"]
REFUSED = (PermissionDenied, ValidationError)


@pytest.fixture
def unread(committees):
    """A text of the committees."""
    return Contribution.objects.get(topic=committees, title__startswith=SECRET)


def pouring(user, topic, unread, now):
    atelier = Atelier.objects.get()
    notes = [table.notes.filter(contribution=None).first() for table in atelier.tables.all()]
    ateliers.pour_notes(atelier, notes=notes, topic=topic, by=user, now=now)


def setting_the_agenda(user, topic, unread, now):
    ateliers.set_agenda(Atelier.objects.get(), lines=[ateliers.AgendaLine(title="Tables", topic=topic)], by=user)


def posting(user, topic, unread, now):
    contributions.post_contribution(topic, title="Titre", body="Texte.", client_uuid=uuid.uuid4(), by=user, now=now)


def replying(user, topic, unread, now):
    contributions.post_contribution(topic, parent=unread, body="Texte.", by=user, now=now)


def entering(user, topic, unread, now):
    contributions.enter_contribution(topic, author=unread.author, body="Dit là.", origin="paper", by=user, now=now)


def reacting(user, topic, unread, now):
    contributions.react(unread, kind="agree", by=user, now=now)


def reporting(user, topic, unread, now):
    reason = unread.consultation.reasons.to_hide().first()
    contributions.report_contribution(unread, reason=reason, by=user, now=now)


ACTS = [pouring, setting_the_agenda, posting, replying, entering, reacting, reporting]


@pytest.mark.parametrize("who", ["rapporteur", "participant"])
@pytest.mark.parametrize("act", ACTS)
def test_no_verb_takes_what_one_may_not_read(act, who, committees, unread, rapporteur, participant, now):
    before = Contribution.objects.count(), list(Atelier.objects.get().agenda.values_list("title", "topic"))

    with pytest.raises(REFUSED):
        act({"rapporteur": rapporteur, "participant": participant}[who], committees, unread, now)

    assert (Contribution.objects.count(), list(Atelier.objects.get().agenda.values_list("title", "topic"))) == before


def test_a_line_keeps_the_topic_that_its_writer_does_not_read(committees, rapporteur, client):
    client.force_login(rapporteur)
    atelier = Atelier.objects.get()
    line = atelier.agenda.get()
    address = reverse("ateliers:agenda", args=[atelier.consultation.slug, atelier.number])

    page = client.get(address).text
    assert SECRET not in page
    forged = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 0, "form-0-item": line.pk, "form-0-title": "Par tables"}
    client.post(address, forged | {"form-0-topic": committees.pk})
    assert atelier.agenda.get().title == "Tables"
    client.post(address, forged | {"form-0-topic": ""})

    assert [(one.title, one.topic) for one in atelier.agenda.all()] == [("Par tables", committees)]
