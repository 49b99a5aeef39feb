"""Two organisations that are one are shown as one, everywhere, and can be separated again."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.accounts.models import Organisation
from concertation.consultations import actions
from concertation.consultations.models import Participation
from concertation.consultations.organisations import near_ones
from concertation.consultations.participants import found
from concertation.journal.models import JournalEntry
from concertation.live.models import Event
from contributions.actions import post_contribution
from tests.personas import joins
from tests.reading import next_page, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def cities(consultation, participant, other_participant, organiser):
    """Ville de Lyon, which one person declares, and Ville de Lion, another."""
    made = []
    for person, name in ((participant, "Ville de Lyon"), (other_participant, "Ville de Lion")):
        made.append(actions.find_or_create_organisation(name, by=organiser))
        actions.edit_participation(person.participations.get(), organisation=made[-1], by=person)
    return made


@pytest.fixture
def merged(cities, consultation, organiser):
    lyon, lion = cities
    return actions.merge_organisations(lion, into=lyon, consultation=consultation, by=organiser)


def test_only_the_organiser_whose_consultation_alone_names_both_merges_them(
    cities, consultation, other_consultation, organiser, moderator, administrator, participant, now
):
    lyon, lion = cities
    with pytest.raises(PermissionDenied):
        actions.merge_organisations(lion, into=lyon, consultation=consultation, by=moderator)
    elsewhere = joins(organiser, other_consultation, now=now)
    actions.edit_participation(elsewhere, organisation=lyon, by=organiser)

    with pytest.raises(PermissionDenied):
        actions.merge_organisations(lion, into=lyon, consultation=consultation, by=organiser)

    actions.merge_organisations(lion, into=lyon, consultation=consultation, by=administrator)
    assert Organisation.objects.get(pk=lion.pk).merged_into == lyon


def test_a_merged_organisation_is_shown_as_the_other_and_no_row_is_rewritten(
    client, cities, topic, consultation, other_participant, organiser, now
):
    lyon, lion = cities
    written = post_contribution(topic, body="Un texte", by=other_participant)
    before = Event.objects.count()

    actions.merge_organisations(lion, into=lyon, consultation=consultation, by=organiser)

    page = client.get(f"/c/{consultation.slug}/contributions/{written.number}/")
    assert ("Ville de Lyon" in words(page), "Ville de Lion" in words(page)) == (True, False)
    written.refresh_from_db()
    assert (written.organisation, str(written.organisation), written.version) == (lion, "Ville de Lyon", 2)
    named = found(consultation, "lyon", only_suspended=False, by_address=False, now=now)
    assert {one.user for one in named} >= {other_participant}
    told = set(Event.objects.order_by("pk")[before:].values_list("kind", "obj"))
    assert {("changed", f"contribution:{written.pk}"), ("changed", f"staff_pages:{consultation.pk}")} <= told
    assert JournalEntry.objects.filter(verb="organisation.merged", details={"into": lyon.pk}).count() == 1


def test_separating_gives_back_what_was(client, merged, consultation, other_participant, organiser):
    actions.separate_organisation(merged, consultation=consultation, by=organiser)

    assert str(other_participant.participations.get().organisation) == "Ville de Lion"
    assert JournalEntry.objects.filter(verb="organisation.separated").count() == 1


def test_the_name_of_a_merged_organisation_still_finds_it_and_saving_ones_answers_keeps_it(
    client, merged, cities, consultation, other_participant, organiser
):
    assert actions.find_or_create_organisation("VILLE DE LION", by=organiser) == merged
    client.force_login(other_participant)
    mine = Participation.objects.get(user=other_participant)
    page = f"/c/{consultation.slug}/ma-participation/"

    shown = client.get(page).context["form"]["organisation"].value()
    client.post(page, {"actor_kind": mine.actor_kind_id, "organisation": shown})

    assert (shown, Participation.objects.get(pk=mine.pk).organisation) == ("Ville de Lyon", merged)


def test_merging_goes_one_step_deep(merged, cities, consultation, organiser):
    lyon, lion = cities
    third = actions.find_or_create_organisation("Lyon", by=organiser)
    actions.edit_participation(
        joins(organiser, consultation, now=consultation.created_at), organisation=third, by=organiser
    )

    for one, into in ((lyon, third), (third, lion), (lyon, lyon)):
        with pytest.raises(ValidationError):
            actions.merge_organisations(one, into=into, consultation=consultation, by=organiser)


def test_the_page_proposes_near_names_merges_and_separates(client, cities, consultation, organiser):
    lyon, lion = cities
    client.force_login(organiser)
    page = f"/c/{consultation.slug}/organiser/organisations/"

    assert [[other.pk for other in one.near] for one in client.get(page).context["lines"]] == [[lyon.pk], [lion.pk]]
    client.post(f"{page}{lion.pk}/reunir/", {"into": lyon.pk})
    [row] = client.get(page).context["lines"]
    assert (row.organisation, row.people, row.merged) == (lyon, 2, [lion])
    client.post(f"{page}{lion.pk}/separer/")
    assert len(client.get(page).context["lines"]) == 2


def test_a_merge_between_two_pages_passes_no_organisation_over(
    client, cities, consultation, organiser, monkeypatch, now
):
    monkeypatch.setattr("concertation.consultations.views.organisations.PER_PAGE", 1)
    first = actions.find_or_create_organisation("Autre", by=organiser)
    actions.edit_participation(joins(organiser, consultation, now=now), organisation=first, by=organiser)
    client.force_login(organiser)
    address = f"/c/{consultation.slug}/organiser/organisations/"
    lion, lyon = sorted(cities, key=lambda one: one.name)
    page = client.get(address)
    actions.merge_organisations(first, into=lyon, consultation=consultation, by=organiser)

    following = client.get(address + next_page(page))

    assert [[one.organisation for one in shown["lines"]] for shown in (page.context, following.context)] == [
        [first],
        [lion],
    ]


def test_the_page_costs_the_same_for_one_organisation_and_for_three(
    client, cities, consultation, organiser, count_queries, now
):
    client.force_login(organiser)
    page = f"/c/{consultation.slug}/organiser/organisations/"
    two = count_queries(lambda: client.get(page))
    third = actions.find_or_create_organisation("Autre", by=organiser)
    actions.edit_participation(joins(organiser, consultation, now=now), organisation=third, by=organiser)

    assert count_queries(lambda: client.get(page)) == two


def test_names_are_near_by_accents_signs_spaces_or_one_letter_of_six_and_never_by_a_digit():
    names = [
        "Métropole de Lille", "Metropole-de-Lille", "Métropolle de Lille", "Lot numéro 1", "Lot numéro 2", "ADN", "ADM",
    ]  # fmt: skip
    rows = [Organisation(pk=place, name=name) for place, name in enumerate(names)]

    near = near_ones(rows)

    assert {pk: sorted(one.pk for one in others) for pk, others in near.items()} == {0: [1, 2], 1: [0, 2], 2: [0, 1]}
