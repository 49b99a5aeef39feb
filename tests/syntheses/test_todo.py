"""What syntheses leave to do: a phase that is over asks for a published account of what was written in it."""

import pytest
from django.test import Client
from django.utils import timezone

from concertation.consultations.actions import archive_consultation, edit_phase
from concertation.syntheses.publishing.actions import publish_synthesis
from concertation.syntheses.writing import actions as writing
from tests.personas import DAY
from tests.reading import words

pytestmark = pytest.mark.django_db
PAGE = "/c/innovation-urbaine/organiser/"
ITEM = "Synthèse à publier : "


@pytest.fixture
def page(organiser):
    client = Client()
    client.force_login(organiser)
    return lambda: words(client.get(PAGE))


@pytest.fixture
def end(organiser):
    """End a phase."""
    return lambda phase: edit_phase(phase, closes_at=timezone.now() - DAY, by=organiser)


def test_neither_an_open_phase_nor_an_empty_one_asks_for_a_synthesis(page, contribution, open_phase, past_phase):
    assert ITEM not in page()


def test_a_phase_that_is_over_asks_until_its_synthesis_is_published(
    page, open_phase, end, synthesis, recommendation, extract, organiser
):
    end(open_phase)
    writing.cite(recommendation, extract=extract, stance="supports", by=organiser)
    assert ITEM + open_phase.title in page()

    publish_synthesis(synthesis, by=organiser)

    assert ITEM not in page()


def test_the_published_synthesis_of_another_phase_does_not_count(page, open_phase, end, version, past_phase, organiser):
    synthesis = version.synthesis
    frame = {"title": synthesis.title, "kind": synthesis.kind, "introduction": "", "method": ""}
    writing.edit_synthesis(synthesis, **frame, phases=[past_phase], by=organiser)
    end(open_phase)

    assert ITEM + open_phase.title in page()


def test_only_those_who_may_write_it_are_asked(client, contribution, open_phase, end, moderator):
    end(open_phase)
    client.force_login(moderator)

    assert ITEM not in words(client.get(PAGE))


def test_an_archive_leaves_nothing_to_do(page, contribution, open_phase, end, consultation, organiser):
    end(open_phase)
    archive_consultation(consultation, by=organiser)

    assert ITEM not in page()
