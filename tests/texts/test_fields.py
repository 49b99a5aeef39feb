"""Columns made of another column follow it whenever a row is saved."""

import pytest

from concertation.accounts.actions import rename_user
from concertation.accounts.models import Organisation, User
from concertation.texts.fields import MOST_WORDS, has_words, with_made_of
from concertation.texts.words import fold, identity, sort_key

pytestmark = pytest.mark.django_db


def made(row):
    return row.folded, bytes(row.sort_key)


def test_they_are_made_by_every_way_of_saving(administrator):
    name = "Écoles d’été"
    created = Organisation.objects.create(name=name)
    [in_bulk] = Organisation.objects.bulk_create([Organisation(name=f"{name} bis")])
    updated, _is_new = Organisation.objects.update_or_create(pk=created.pk, defaults={"name": f"{name} ter"})

    for row in (in_bulk, updated):
        kept = Organisation.objects.get(pk=row.pk)
        assert (made(kept), kept.identity) == ((fold(row.name), sort_key(row.name)), identity(row.name))


def test_a_save_of_some_fields_names_those_made_of_them(participant):
    rename_user(participant, display_name="Émilie", by=participant)

    assert made(User.objects.get(pk=participant.pk)) == ("emilie", sort_key("Émilie"))
    assert with_made_of(User, ["display_name", "is_active"]) == ["display_name", "is_active", "folded", "sort_key"]


def test_of_a_thousand_words_the_first_ones_are_searched():
    name = " ".join(f"m{number}" for number in range(MOST_WORDS))
    Organisation.objects.create(name=name)
    many = " ".join(f"m{number}" for number in range(1_100))

    assert Organisation.objects.filter(has_words(many, "folded")).count() == 1
    assert Organisation.objects.filter(has_words(f"m{MOST_WORDS} {many}", "folded")).count() == 0
