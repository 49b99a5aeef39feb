"""Every search finds words whatever their accents, capitals, apostrophes, spaces and Unicode form."""

import unicodedata

import pytest
from django.urls import reverse

from concertation.accounts.actions import rename_user
from concertation.accounts.models import Organisation
from concertation.consultations.actions import edit_participation, find_or_create_organisation
from concertation.consultations.participants import found
from concertation.syntheses.coding.actions import create_extract
from concertation.syntheses.coding.corpus import corpus_page
from concertation.viewer import Viewer
from contributions.actions import bulk_enter, edit_contribution, post_contribution
from contributions.actions.bulk import Entry
from tests.personas import joins, person

pytestmark = pytest.mark.django_db

WORDS = "Écoles fermées l’été, L’eau du cœur\u00a0: 30\u202f%"
SEARCHES = [
    "écoles",
    "ÉTÉ",
    "ete",
    unicodedata.normalize("NFD", "été"),
    "l'eau",
    "L’EAU",
    "coeur",
    "cœur :",
    "30 %",
    "fermees l`ete",
    "cœur ÉTÉ ecoles",
]


def joined(name, consultation, now):
    user = person(name)
    joins(user, consultation, now=now)
    return user


@pytest.fixture
def texts(topic, participant, organiser):
    """One posted, one edited, one entered in bulk; and one whose title alone has the words."""
    posted = post_contribution(topic, body=WORDS, by=participant)
    edited = post_contribution(topic, body="Autre chose", by=participant)
    edit_contribution(edited, body=WORDS, by=participant)
    author = participant.participations.get()
    entered = bulk_enter(topic.phase.consultation, [Entry(topic=topic, author=author, body=WORDS)], by=organiser)
    titled = post_contribution(topic, title=WORDS, body="Rien", by=participant)
    post_contribution(topic, body="Ailleurs", by=participant)
    return [posted, edited, *entered, titled]


@pytest.mark.parametrize("search", SEARCHES)
def test_the_corpus_is_searched_by_words(texts, consultation, organiser, now, search):
    assert corpus_page(Viewer(organiser, now), consultation, {"mots": search}).rows == texts


@pytest.mark.parametrize("search", SEARCHES)
def test_extracts_are_searched_by_words(client, texts, recommendation, organiser, search):
    extract = create_extract(texts[0], start=0, end=len(WORDS), by=organiser)
    client.force_login(organiser)
    address = reverse("syntheses:recommendation", args=[texts[0].consultation.slug, recommendation.number])

    assert list(client.get(address, {"mots": search}).context["extracts"]) == [extract]
    assert list(client.get(address, {"mots": "écolier"}).context["extracts"]) == []


@pytest.mark.parametrize("search", SEARCHES)
def test_people_are_searched_by_words(consultation, participant, other_participant, now, search):
    organisation = find_or_create_organisation(WORDS, by=participant)
    edit_participation(participant.participations.get(), organisation=organisation, by=participant)

    rows = found(consultation, search, only_suspended=False, by_address=False, now=now)

    assert [one.user for one in rows] == [participant]


def test_people_are_listed_in_french_order(consultation, organiser, now):
    for place, name in enumerate(("Fabienne", "zoé", "Émilie", "elsa")):
        rename_user(user := joined(f"personne{place}", consultation, now), display_name=name, by=user)

    rows = found(consultation, "", only_suspended=False, by_address=False, now=now)

    assert [one.name for one in rows] == ["elsa", "Émilie", "Fabienne", "zoé"]


@pytest.mark.parametrize("search", SEARCHES)
def test_organisations_are_suggested_by_words(client, participant, search):
    find_or_create_organisation(WORDS, by=participant)
    find_or_create_organisation("Autre", by=participant)
    client.force_login(participant)

    assert client.get(reverse("accounts:organisations"), {"q": search}).json() == {"names": [WORDS]}
    assert Organisation.objects.count() == 2
