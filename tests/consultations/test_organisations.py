"""Organisations: one for each identity of name, listed in French order."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError

from concertation.accounts.models import Organisation
from concertation.consultations import actions
from concertation.journal.models import JournalEntry
from tests.contributions.test_concurrency import at_once

pytestmark = pytest.mark.django_db


def test_an_organisation_is_found_whatever_its_capitals_and_spaces(organiser):
    made = actions.find_or_create_organisation("  Ville  de Lyon ", kind="public", by=organiser)
    found = actions.find_or_create_organisation("VILLE DE LYON", by=organiser)

    assert (made.name, made.kind) == ("Ville de Lyon", "public")
    assert found == made


def test_capitals_apostrophes_and_unicode_forms_make_one_organisation(organiser):
    written = [unicodedata.normalize("NFD", "Métropole d’X"), "MÉTROPOLE D’X", "Métropole d'X", "Metropole d’X"]

    found = actions.bulk_find_or_create_organisations(written, by=organiser)

    assert [found[name].pk for name in written[:3]] == [found[written[0]].pk] * 3
    assert [one.name for one in Organisation.objects.all()] == ["Métropole d’X", "Metropole d’X"]
    assert JournalEntry.objects.filter(verb="organisation.created").count() == 2


@pytest.mark.parametrize("name", ["", "   ", "v" * 161, "\u200b"])
def test_a_name_that_is_no_name_is_refused(organiser, name):
    with pytest.raises(ValidationError) as refusal:
        actions.find_or_create_organisation(name, by=organiser)

    assert list(refusal.value.error_dict) == ["organisation"]


def test_known_organisations_of_a_file_cost_one_query(organiser, count_queries):
    names = [f"Organisation {number}" for number in range(300)]
    actions.bulk_find_or_create_organisations(names, by=organiser)

    assert count_queries(lambda: actions.bulk_find_or_create_organisations(names, by=organiser)) == 1


def test_suggestions_are_in_french_order(organiser):
    actions.bulk_find_or_create_organisations(["zone d", "Îlot d", "énergie d", "eau d"], by=organiser)

    assert [one.name for one in Organisation.objects.matching("d")] == ["eau d", "énergie d", "Îlot d", "zone d"]


def test_the_longest_name_of_the_widest_letters_is_kept(organiser):
    name = "\ufdfa" * 160

    assert actions.find_or_create_organisation(name, by=organiser) == Organisation.objects.get(name=name)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_create_the_same_organisation_at_once_share_it(organiser, participant):
    made = []

    def create(person, way):
        def act():
            for number in range(10):  # as many as one person may add
                made.append(actions.find_or_create_organisation(way(f"Métropole d’{number}"), by=person).pk)

        return act

    at_once(create(organiser, str.upper), create(participant, str.lower))

    assert (len(set(made)), Organisation.objects.count()) == (10, 10)
    assert JournalEntry.objects.filter(verb="organisation.created").count() == 10
