"""A published synthesis is found by its sections; what it quotes is found as contributions alone."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
ADDRESS = "/c/innovation-urbaine/recherche/"


def found(client, words):
    hits = client.get(ADDRESS, {"q": words, "quoi": "synthesis"}).context["found"].hits
    return [(hit.found.title, hit.found.href) for hit in hits]


def test_a_draft_is_found_by_nobody(synthesis, recommendation, organiser):
    client = Client()
    client.force_login(organiser)

    assert found(client, recommendation.title) == []
    assert found(client, synthesis.title) == []


def test_a_recommendation_is_found_at_its_place(version, synthesis, recommendation, client):
    [(title, href)] = found(client, recommendation.title)

    assert recommendation.title in title
    assert href == f"/c/innovation-urbaine/syntheses/{synthesis.number}/#{recommendation.ref}"
    assert found(client, synthesis.title)[0][1] == f"/c/innovation-urbaine/syntheses/{synthesis.number}/"


def test_quoted_words_are_not_found_in_the_synthesis(version, extract, client):
    assert extract.quote
    assert found(client, f'"{extract.quote}"') == []
