"""Keywords: one for each word, put on by the team, read only where they stand."""

import unicodedata
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from concertation.accounts.models import User
from concertation.consultations.models import Consultation
from concertation.journal.models import JournalEntry
from contributions.actions import add_keyword, tag_contribution, untag_contribution
from contributions.actions.keywords import distinct_address
from contributions.models import Contribution, Keyword, TaggedContribution
from tests.keywords import bulk_add_keywords
from tests.reading import form_with

pytestmark = pytest.mark.django_db


def test_participants_do_not_tag(consultation: Consultation, contribution: Contribution, participant: User) -> None:
    with pytest.raises(PermissionDenied):
        add_keyword(consultation, name="Réemploi", by=participant)
    with pytest.raises(PermissionDenied):
        tag_contribution(contribution, keywords=[], by=participant)


def test_the_same_word_is_one_keyword(consultation: Consultation, moderator: User) -> None:
    first = add_keyword(consultation, name="  Réemploi ", by=moderator)
    again = add_keyword(consultation, name="réemploi", by=moderator)

    assert (first, first.name, first.slug) == (again, "Réemploi", "reemploi")
    assert JournalEntry.objects.filter(verb="keyword.created").count() == 1


@pytest.mark.parametrize("name", ["", "…", "x" * 81, "\x00"])
def test_a_name_that_is_no_word_is_refused(consultation: Consultation, moderator: User, name: str) -> None:
    with pytest.raises(ValidationError):
        add_keyword(consultation, name=name, by=moderator)


@pytest.mark.parametrize(
    ("first", "second", "are_one"),
    [
        ("Cœur de ville", "Coeur\u00a0de  ville", True),
        ("L’eau", "l'EAU", True),
        ("Marché", unicodedata.normalize("NFD", "marché"), True),
        ("Marché", "Marche", False),
        ("R+3", "R3", False),
        ("Plan B", "Plan B+", False),
        ("C", "C++", False),
        ("气候", "عربي", False),
    ],
)
@pytest.mark.parametrize("in_bulk", [False, True])
def test_what_differs_by_an_accent_or_a_sign_is_another_keyword(
    consultation: Consultation, moderator: User, first: str, second: str, are_one: bool, in_bulk: bool
) -> None:
    if in_bulk:
        one, other = bulk_add_keywords(consultation, [first, second], by=moderator).values()
    else:
        one, other = (add_keyword(consultation, name=name, by=moderator) for name in (first, second))

    assert (one == other, one.slug == other.slug) == (are_one, are_one)
    assert [one.name, other.name] == [first, first if are_one else second]


def test_an_address_taken_by_another_name_gets_a_suffix_that_stays(consultation: Consultation, moderator: User) -> None:
    plain, signs = (add_keyword(consultation, name=name, by=moderator) for name in ("C", "C++"))

    assert (plain.slug, signs.slug) == ("c", distinct_address("C++"))
    assert bulk_add_keywords(consultation, ["c++"], by=moderator) == {"c++": signs}


def test_keywords_of_a_file_cost_the_same_whatever_their_number(
    consultation: Consultation, moderator: User, count_queries: Any
) -> None:
    few = count_queries(lambda: bulk_add_keywords(consultation, [f"Un {n}" for n in range(3)], by=moderator))
    many = count_queries(lambda: bulk_add_keywords(consultation, [f"Deux {n}" for n in range(300)], by=moderator))

    assert (few, many) == (few, few)
    assert Keyword.objects.filter(consultation=consultation).count() == 303


def test_a_keyword_that_differs_by_accents_is_proposed_and_never_put_in_silence(
    client: Client, contribution: Contribution, moderator: User
) -> None:
    add_keyword(contribution.consultation, name="Marché", by=moderator)
    client.force_login(moderator)
    page = reverse("contributions:keywords", args=[contribution.consultation.slug, contribution.number])

    refused = client.post(page, {"nouveaux": "marche, Autre"})
    assert "Un mot-clé proche existe\u00a0: «\u00a0Marché\u202f»." in refused.content.decode()
    assert (refused.status_code, Keyword.objects.count()) == (422, 1)

    client.post(page, {"nouveaux": "marche, Autre", "distincts": "on"})
    assert [one.name for one in contribution.shown_keywords] == ["Autre", "marche"]


def test_the_very_keyword_is_put_on_without_a_question_though_a_near_one_exists(
    client: Client, contribution: Contribution, moderator: User
) -> None:
    names = bulk_add_keywords(contribution.consultation, ["Marché", "Marche"], by=moderator)
    client.force_login(moderator)
    page = reverse("contributions:keywords", args=[contribution.consultation.slug, contribution.number])

    client.post(page, {"nouveaux": "MARCHE"})

    assert contribution.shown_keywords == [names["Marche"]]


def test_a_near_keyword_that_is_not_offered_here_asks_nothing(
    client: Client,
    contribution: Contribution,
    moderator: User,
    other_consultation: Consultation,
    administrator: User,
) -> None:
    add_keyword(other_consultation, name="Marché", by=administrator)
    refused = add_keyword(contribution.consultation, name="Pavé", by=moderator)
    Keyword.objects.filter(pk=refused.pk).update(state=Keyword.State.REFUSED)
    client.force_login(moderator)
    page = reverse("contributions:keywords", args=[contribution.consultation.slug, contribution.number])

    client.post(page, {"nouveaux": "marche, pave"})

    assert [one.name for one in contribution.shown_keywords] == ["marche", "pave"]


def test_keywords_are_listed_in_french_order(contribution: Contribution, moderator: User) -> None:
    names = bulk_add_keywords(contribution.consultation, ["zéro", "Îlot", "énergie", "eau"], by=moderator)
    tag_contribution(contribution, keywords=names.values(), by=moderator)

    assert [one.name for one in Keyword.objects.all()] == ["eau", "énergie", "Îlot", "zéro"]
    assert [one.name for one in contribution.shown_keywords] == ["eau", "énergie", "Îlot", "zéro"]


def test_tags_come_and_go_and_the_row_shows_it(contribution: Contribution, moderator: User) -> None:
    keyword = add_keyword(contribution.consultation, name="Réemploi", by=moderator)

    tag_contribution(contribution, keywords=[keyword], by=moderator)
    tag_contribution(contribution, keywords=[keyword], by=moderator)
    contribution.refresh_from_db()
    assert (contribution.shown_keywords, contribution.version) == ([keyword], 2)

    untag_contribution(contribution, keywords=[keyword], by=moderator)
    contribution.refresh_from_db()
    assert (contribution.shown_keywords, contribution.version) == ([], 3)


def test_a_refused_tag_is_not_shown(contribution: Contribution, moderator: User) -> None:
    keyword = add_keyword(contribution.consultation, name="Réemploi", by=moderator)
    TaggedContribution.objects.create(
        content_object=contribution, topic=contribution.topic, tag=keyword, state=Keyword.State.REFUSED
    )

    assert contribution.shown_keywords == []


def test_a_keyword_of_another_consultation_or_a_refused_one_is_not_put_on(
    contribution: Contribution, moderator: User, other_consultation: Consultation, administrator: User
) -> None:
    foreign = add_keyword(other_consultation, name="Ailleurs", by=administrator)
    refused = add_keyword(contribution.consultation, name="Non", by=moderator)
    Keyword.objects.filter(pk=refused.pk).update(state=Keyword.State.REFUSED)

    for keyword in (foreign, Keyword.objects.get(pk=refused.pk)):
        with pytest.raises(ValidationError):
            tag_contribution(contribution, keywords=[keyword], by=moderator)


def test_keywords_that_a_colleague_changed_while_the_page_was_open_stay_as_they_are(
    client: Client, contribution: Contribution, moderator: User, organiser: User
) -> None:
    names = bulk_add_keywords(contribution.consultation, ["arbres", "bancs", "cours", "digues"], by=moderator)
    arbres, bancs, cours, digues = names.values()
    tag_contribution(contribution, keywords=[arbres, bancs], by=moderator)
    client.force_login(moderator)
    page = reverse("contributions:keywords", args=[contribution.consultation.slug, contribution.number])
    typed = form_with(client.get(page), "nouveaux")
    tag_contribution(contribution, keywords=[cours], by=organiser)
    untag_contribution(contribution, keywords=[arbres], by=organiser)

    client.post(page, typed | {"mots": [arbres.pk, digues.pk]})

    assert contribution.shown_keywords == [cours, digues]
