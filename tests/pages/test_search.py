"""The page of search: what each person finds there, how filters and errors show."""

import pytest
from django.test import Client

from ateliers import actions as ateliers
from concertation.consultations.actions import create_item, edit_phase, edit_topic
from concertation.consultations.models import News
from tests.contributions.conftest import contribution, post, reply  # noqa: F401 - fixtures
from tests.reading import ordinary, words

pytestmark = pytest.mark.django_db
ADDRESS = "/c/innovation-urbaine/recherche/"


def titles(answer):
    return [hit.found.title for hit in answer.context["found"].hits]


def test_each_kind_of_text_is_found_with_a_link_to_its_place(client, consultation, topic, post, organiser, now):
    edit_topic(topic, introduction="Parlons des **tiers-lieux**.", by=organiser)
    create_item(News, consultation, title="Les tiers-lieux ouvrent", body="Venez.", by=organiser)
    ends = {"starts_at": now, "ends_at": now.replace(year=now.year + 1)}
    atelier = ateliers.create_atelier(consultation, title="Visite des tiers-lieux", place="Lille", by=organiser, **ends)
    ateliers.publish_atelier(atelier, by=organiser, now=now)
    said = post("Il manque des tiers-lieux.", title="Besoin")

    answer = client.get(ADDRESS, {"q": "tiers lieux"})

    assert set(titles(answer)) == {topic.title, "Les tiers-lieux ouvrent", "Visite des tiers-lieux", "Besoin"}
    assert "4 résultats" in words(answer)
    for href in (f"/thematiques/{topic.pk}/", "/#actualites", f"/ateliers/{atelier.number}/", f"#c-{said.number}"):
        assert f"{href}" in answer.text


def test_a_text_of_a_phase_for_committees_is_found_by_committees(client, topic, post, open_phase, partner, organiser):
    post("Il manque des tiers-lieux.")
    edit_phase(open_phase, access="committees", by=organiser)
    theirs = Client()
    theirs.force_login(partner)

    assert titles(client.get(ADDRESS, {"q": "tiers"})) == []
    assert len(titles(theirs.get(ADDRESS, {"q": "tiers"}))) == 1


def test_filters_keep_what_they_name_and_are_in_the_address(client, consultation, post, topic, open_phase, organiser):
    kind = consultation.natures.first()
    post("Un tiers-lieu.", nature=kind, title="Choisi")
    post("Un tiers-lieu.", title="Autre")
    edit_topic(topic, title="Tiers-lieux", by=organiser)

    assert titles(client.get(ADDRESS, {"q": "tiers", "nature": kind.code})) == ["Choisi"]
    assert titles(client.get(ADDRESS, {"q": "tiers", "quoi": "topic"})) == ["Tiers-lieux"]
    assert len(titles(client.get(ADDRESS, {"q": "tiers", "phase": open_phase.pk}))) == 3


@pytest.mark.parametrize("field", ["quoi", "phase", "nature", "enjeu", "acteur"])
def test_a_filter_that_does_not_exist_has_its_error_beside_it(client, consultation, contribution, field):
    answer = client.get(ADDRESS, {"q": "essai", field: "inconnu"})

    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert len(titles(answer)) == 1


def test_words_that_are_everywhere_are_told_apart_from_words_that_are_nowhere(client, contribution):
    assert "Ces mots sont partout" in words(client.get(ADDRESS, {"q": "de la"}))
    assert "Aucun résultat" in words(client.get(ADDRESS, {"q": "girafe"}))
    assert "résultat" not in words(client.get(ADDRESS))


@pytest.mark.parametrize("typed", ["\x00", "x" * 201, '"', "<script>alert(1)</script>", "title : *", "' OR 1=1", "🦒"])
def test_whatever_is_typed_gives_a_page(client, contribution, typed):
    answer = client.get(ADDRESS, {"q": typed})

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_a_page_leads_to_the_next_with_its_filters(client, post, consultation, moderator):
    for number in range(23):
        post(f"Un lieu {number}.", by=moderator)

    first = client.get(ADDRESS, {"q": "lieu", "quoi": "contribution"})
    second = client.get(ADDRESS + first.context["found"].page.next)

    assert "quoi=contribution" in first.context["found"].page.next
    assert (len(titles(first)), len(titles(second))) == (20, 3)
    assert "23 résultats" in ordinary(second.text)


def test_a_browser_keeps_no_copy_of_what_a_person_found(client, contribution, moderator):
    assert "no-store" not in client.get(ADDRESS, {"q": "essai"}).get("Cache-Control", "")
    client.force_login(moderator)
    assert "no-store" in client.get(ADDRESS, {"q": "essai"})["Cache-Control"]


def test_emphasis_leaves_no_space_before_a_comma(client, consultation, organiser):
    create_item(News, consultation, title="Une nouvelle", body="C’est **important**, donc.\n\nFin", by=organiser)

    [hit] = client.get(ADDRESS, {"q": "important"}).context["found"].hits

    assert hit.excerpt == "C’est <mark>important</mark>, donc. Fin"


def test_a_visitor_gets_no_cookie(client, contribution):
    assert not client.get(ADDRESS, {"q": "essai"}).cookies
