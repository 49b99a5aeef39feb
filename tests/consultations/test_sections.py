"""An app adds sections to a consultation: "Appels à projets" here, which exists in this test only."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

import pytest
from django.test import Client
from django.utils.html import format_html
from django.utils.safestring import SafeString

from concertation.consultations import actions, topics
from concertation.consultations.models import Consultation, Phase
from concertation.consultations.programme import Programme
from concertation.consultations.sections import (
    FrontPage,
    FrontPagePart,
    MenuEntry,
    PhaseContent,
    contents_of,
    front_page_parts,
    menu_entries,
    phase_contents,
)
from concertation.live.audience import Audience
from concertation.viewer import Viewer

pytestmark = pytest.mark.django_db

HEADINGS = re.compile(r'<h2 id="([^"]+)"')
MENU = re.compile(r'<nav id="menu".*?</nav>', re.DOTALL)


def calls_address(consultation: Consultation) -> str:
    return f"/c/{consultation.slug}/appels/"


def latest_calls(page: FrontPage) -> SafeString:
    return format_html("<p>Trois appels de {}, lus par {}</p>", page.consultation.title, page.audience.name)


def calls_of_phases(audience: Audience, now: datetime, phases: Sequence[Phase]) -> Mapping[int, SafeString]:
    return {one.pk: format_html("<p>Appel de {}, lu par {}</p>", one.title, audience.name) for one in phases}


def on_its_own_page(audience: Audience, now: datetime, phases: Sequence[Phase]) -> Mapping[int, SafeString]:
    return {one.pk: SafeString("Rien que sur sa page") for one in phases}


def of_the_staff(audience: Audience, now: datetime, consultation: Consultation) -> bool:
    return audience == Audience.STAFF


@pytest.fixture
def add(monkeypatch):
    """Add an item for the time of a test."""

    def to(items, item):
        monkeypatch.setattr(items, "_items", [*items, item])

    return to


@pytest.fixture
def calls(add):
    """The sections of an app that no file of ``consultations`` knows."""
    add(menu_entries, MenuEntry(section="appels", label="Appels", address=calls_address, position=25))
    part = FrontPagePart(key="calls", title="Appels en cours", anchor="appels", render=latest_calls, position=5)
    add(front_page_parts, part)
    content = {"title": "Appels de la phase", "anchor": "appels", "render": calls_of_phases, "position": 5}
    add(phase_contents, PhaseContent(key="calls", is_listed=True, **content))


def page_of(user, address):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.get(address).text


def labels_of(page):
    return re.findall(r">([^<>]+)</a>", MENU.search(page)[0])


def test_a_menu_has_the_entries_of_all_apps_in_order(calls, consultation, visitor):
    page = page_of(None, f"/c/{consultation.slug}/")

    assert labels_of(page) == ["Présentation", "Débat", "Appels", "Ateliers", "Synthèse"]
    assert f'<a href="/c/{consultation.slug}/appels/">Appels</a>' in page


def test_an_entry_is_shown_to_the_audiences_that_it_says(add, consultation, topic, participant, organiser):
    entry = MenuEntry(section="equipe", label="Équipe", address=calls_address, position=90, is_shown=of_the_staff)
    add(menu_entries, entry)

    for address in (f"/c/{consultation.slug}/", f"/c/{consultation.slug}/thematiques/{topic.pk}/"):
        shown = {user: "Équipe" in labels_of(page_of(user, address)) for user in (None, participant, organiser)}
        assert shown == {None: False, participant: False, organiser: True}


def test_a_front_page_has_the_parts_of_all_apps_in_order(calls, consultation, topic):
    page = page_of(None, f"/c/{consultation.slug}/")

    assert HEADINGS.findall(page)[:3] == ["calendrier", "appels", f"phase-{topic.phase_id}"]
    assert f"Trois appels de {consultation.title}, lus par PUBLIC" in page


def test_a_phase_has_the_content_of_all_apps_in_order(calls, consultation, open_phase, topic, participant):
    page = page_of(participant, f"/c/{consultation.slug}/phases/{open_phase.pk}/")

    assert HEADINGS.findall(page) == ["appels", "thematiques"]
    assert f"Appel de {open_phase.title}, lu par PARTICIPANTS" in page


def test_listed_content_is_on_the_debate_and_the_front_page_too(calls, add, consultation, open_phase):
    add(phase_contents, PhaseContent(key="hidden", title="", anchor="", render=on_its_own_page, position=1))

    for address in (f"/c/{consultation.slug}/", f"/c/{consultation.slug}/debat/"):
        page = page_of(None, address)
        assert f"Appel de {open_phase.title}, lu par PUBLIC" in page
        assert "Rien que sur sa page" not in page
    assert "Rien que sur sa page" in page_of(None, f"/c/{consultation.slug}/phases/{open_phase.pk}/")


def for_a_person(viewer: Viewer, *given: object) -> SafeString:
    return SafeString(viewer.person.display_name)


def test_a_function_that_takes_a_person_is_refused_when_it_is_registered():
    with pytest.raises(TypeError, match="for_a_person"):
        FrontPagePart(key="mine", render=for_a_person, position=1)
    with pytest.raises(TypeError, match="for_a_person"):
        PhaseContent(key="mine", title="", anchor="", render=for_a_person, position=1)
    with pytest.raises(TypeError, match="for_a_person"):
        MenuEntry(section="mine", label="", address=calls_address, position=1, is_shown=for_a_person)


def test_a_person_is_refused_when_a_page_is_rendered(consultation, open_phase, participant, now):
    viewer = Viewer(participant, now)

    with pytest.raises(TypeError, match="audience"):
        FrontPage(consultation, viewer, now, Programme([]))
    with pytest.raises(TypeError, match="audience"):
        contents_of(consultation, [open_phase], viewer, now)


def test_the_parts_of_a_page_cost_the_same_for_three_phases_as_for_one(
    consultation, open_phase, topic, organiser, now, django_assert_num_queries
):
    def read():
        phases = list(Phase.objects.filter(consultation=consultation))
        contents_of(consultation, phases, Audience.PUBLIC, now, listed=True)

    with django_assert_num_queries(2):
        read()
    for number in range(2):
        dates = {"opens_at": open_phase.opens_at, "closes_at": open_phase.closes_at}
        phase = actions.create_phase(consultation, title=f"Phase {number}", by=organiser, **dates)
        actions.create_topic(phase, title=f"Thématique {number}", by=organiser)
    with django_assert_num_queries(2):
        read()


def test_a_topic_without_threads_leads_to_its_phase(monkeypatch, consultation, topic):
    assert topics.topic_url(consultation, topic) == f"/c/{consultation.slug}/thematiques/{topic.pk}/"

    monkeypatch.setattr(topics.thread_pages, "_items", [])

    assert topics.topic_url(consultation, topic) == f"/c/{consultation.slug}/phases/{topic.phase_id}/"
