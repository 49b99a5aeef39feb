"""Two organisers at once: neither waits for the other for ever."""

import pytest

from concertation.consultations import actions
from concertation.consultations.models import Consultation, Phase
from tests.contributions.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_frame_and_a_phase_change_at_once(consultation, open_phase, topic, organiser):
    def edit_title():
        for number in range(12):
            actions.edit_consultation(consultation, title=f"Titre {number}", by=organiser)

    def edit_phase():
        for number in range(12):
            actions.edit_phase(open_phase, title=f"Phase {number}", by=organiser)

    def edit_topic():
        for number in range(12):
            actions.edit_topic(topic, title=f"Thématique {number}", by=organiser)

    at_once(edit_title, edit_phase, edit_topic)

    assert Consultation.objects.get(pk=consultation.pk).title == "Titre 11"
    assert Phase.objects.get(pk=open_phase.pk).title == "Phase 11"
