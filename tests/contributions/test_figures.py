"""The figures that organisers read: each measure by each division, and who is silent."""

from datetime import timedelta

import pytest
from django.urls import reverse

from concertation.consultations.actions import (
    archive_consultation,
    create_item,
    edit_participation,
    invite,
    reorder_items,
)
from concertation.consultations.models import ActorFamily, Stake
from concertation.live.audience import Audience
from contributions.actions import react, withdraw_contribution
from contributions.figures.divisions import Division
from contributions.figures.people import silent
from contributions.figures.tables import table_of, totals
from contributions.figures.voices import loudest, unanswered
from contributions.models import Contribution
from tests.personas import joins, person

pytestmark = pytest.mark.django_db


def in_all(consultation):
    return {measure.key: number for measure, number in totals(consultation)}


def lines(consultation, division, *measures, audience=Audience.STAFF):
    """The lines that are not empty: label, then the numbers of these measures."""
    table = table_of(consultation, division, audience)
    rows = [(line.group.label, *(line.numbers[name] for name in measures)) for line in table.lines]
    return [row for row in rows if any(number != 0 for number in row[1:])]


@pytest.fixture
def debate(post, contribution, reply, other_participant, now):
    """Two texts by two people, and a reaction."""
    react(contribution, kind="agree", by=other_participant, now=now)
    return contribution


def test_the_totals_are_those_of_every_page(consultation, debate, organiser, now):
    invite(consultation, email="une@exemple.fr", name="", role="", organisation=None, by=organiser, now=now)

    counted = in_all(consultation)
    assert counted == {
        "invited": 1,
        "joined": 2,
        "contributors": 2,
        "silent": 0,
        "contributions": 1,
        "replies": 1,
        "reactions": 1,
        "seats": 0,
    }


def test_what_is_withdrawn_counts_no_more(consultation, debate, participant, now):
    withdraw_contribution(debate, by=participant, now=now)

    counted = in_all(consultation)
    assert (counted["contributions"], counted["contributors"], counted["reactions"]) == (0, 1, 0)
    assert (counted["silent"], counted["replies"]) == (1, 1)


@pytest.mark.parametrize("division", Division)
def test_each_division_adds_up_to_the_totals(consultation, debate, division):
    table = table_of(consultation, division, Audience.STAFF)

    counted = in_all(consultation)
    for measure in table.measures:
        if measure.key != "invited":
            assert sum(line.numbers[measure.key] for line in table.lines) == counted[measure.key], measure.key


@pytest.mark.writes_rows
def test_weeks_begin_on_monday_and_quiet_ones_are_lines_too(consultation, post, now):
    post("Une idée.", now=now)
    late = post("Une autre.", now=now)
    Contribution.objects.filter(pk=late.pk).update(published_at=now + timedelta(weeks=2))

    written = [
        (line.group.key.weekday(), line.numbers["contributions"])
        for line in table_of(consultation, Division.WEEK, Audience.STAFF).lines
        if line.group.key >= now.date() - timedelta(days=7)
    ]
    assert written == [(0, 1), (0, 0), (0, 1)]


def test_a_text_keeps_the_kind_that_its_author_had(consultation, contribution, participant):
    first, other = consultation.actor_kinds.first(), consultation.actor_kinds.last()
    own = consultation.participations.get(user=participant)
    edit_participation(own, actor_kind=other, by=participant)

    assert lines(consultation, Division.KIND, "contributors", "joined") == [(first.label, 1, 0), (other.label, 0, 1)]


def test_families_are_counted_in_their_order_and_kinds_without_one_come_last(
    consultation, contribution, other_participant, organiser, now
):
    families = list(consultation.actor_families.all())
    reorder_items(ActorFamily, consultation, [family.pk for family in reversed(families)], by=organiser)
    create_item(ActorFamily, consultation, label="Presse", by=organiser)
    joins(person("passante"), consultation, now=now, kind=consultation.actor_kinds.count() - 1)

    first, second, _last = (family.label for family in families)
    assert lines(consultation, Division.FAMILY, "contributors", "joined") == [
        (second, 0, 1), (first, 1, 1), ("Non précisé", 0, 1),
    ]  # fmt: skip


def test_a_text_counts_for_each_of_its_stakes(consultation, contribution):
    stakes = [Stake.objects.create(consultation=consultation, label=label) for label in ("Climat", "Emploi")]
    contribution.stakes.set(stakes)

    assert lines(consultation, Division.STAKE, "contributions") == [(stake.label, 1) for stake in stakes]


def test_invited_people_are_counted_by_organisation(consultation, organisation, organiser, now):
    for name in ("une", "deux"):
        address = f"{name}@exemple.fr"
        invite(consultation, email=address, name="", role="", organisation=organisation, by=organiser, now=now)

    assert lines(consultation, Division.ORGANISATION, "invited") == [(organisation.name, 2)]


def test_outside_the_teams_only_contributors_are_counted_by_trait_from_five(consultation, post, now):
    kinds = list(consultation.actor_kinds.all()[:2])
    for number in range(7):
        writer = person(f"plume{number}")
        edit_participation(joins(writer, consultation, now=now), actor_kind=kinds[number == 0], by=writer)
        post(f"Idée {number}.", by=writer)

    public = table_of(consultation, Division.KIND, Audience.PUBLIC)
    assert [measure.key for measure in public.measures if measure.counts_people] == ["contributors"]
    shown = {line.group.label: (line.numbers["contributors"], line.numbers["contributions"]) for line in public.lines}
    assert (shown[kinds[0].label], shown[kinds[1].label]) == ((None, None), (None, None))
    assert table_of(consultation, Division.FAMILY, Audience.PUBLIC).measures == ()


def test_outside_the_teams_few_texts_of_a_week_do_not_say_who_wrote(consultation, post, now):
    writers = [person(f"plume{number}") for number in range(8)]
    for one in writers:
        joins(one, consultation, now=now)
    for week, some in enumerate((writers[:5], writers[:1], writers), start=-1):
        for writer in some:
            post(by=writer, now=now + timedelta(weeks=week))

    table = table_of(consultation, Division.WEEK, Audience.PUBLIC)

    assert [line.numbers["contributions"] for line in table.lines] == [5, None, None]
    assert [line.numbers["contributors"] for line in table.lines] == [5, None, None]


def test_outside_the_teams_the_texts_of_a_phase_are_counted_as_its_page_counts_them(consultation, contribution):
    lines = table_of(consultation, Division.PHASE, Audience.PUBLIC).lines

    [line] = [one for one in lines if one.group.key == contribution.topic.phase_id]
    assert (line.numbers["contributions"], line.numbers["contributors"]) == (1, None)


def test_the_silent_are_those_who_joined_and_have_nothing_published(consultation, contribution, other_participant):
    assert [one.user for one in silent(consultation)] == [other_participant]


def test_the_share_of_the_five_loudest(consultation, post, now):
    for number in range(6):
        writer = person(f"plume{number}")
        joins(writer, consultation, now=now)
        for text in range(6 - number):
            post(f"Idée {number}, {text}.", by=writer)

    found = loudest(consultation, 21)
    assert [voice.texts for voice in found.voices] == [6, 5, 4, 3, 2]
    assert round(found.share) == 95


def test_topics_without_answer_are_the_empty_ones_then_those_that_wait(
    consultation, contribution, past_topic, future_topic, now
):
    assert [(row.topic, row.without_reply) for row in unanswered(consultation, now)] == [
        (past_topic, 0),
        (contribution.topic, 1),
    ]


def test_a_topic_whose_contributions_are_answered_waits_for_nothing(consultation, reply, now):
    assert [row.topic for row in unanswered(consultation, now)] == []


@pytest.mark.parametrize("division", Division)
def test_the_page_shows_totals_and_one_table(client, consultation, debate, organiser, division):
    client.force_login(organiser)

    page = client.get(reverse("contributions:figures", args=[consultation.slug]), {"par": division.value})
    assert page.status_code == 200
    assert f"Les chiffres par\xa0: {division.label}" in page.text
    assert "Auteurs en tout" in page.text
    assert "100\xa0%" in page.text


def test_the_page_fetches_itself_each_minute_for_the_reactions_and_never_in_an_archive(
    client, consultation, organiser, now
):
    client.force_login(organiser)
    address = reverse("contributions:figures", args=[consultation.slug])

    assert "data-changes-at" in client.get(address).text
    archive_consultation(consultation, by=organiser, now=now)
    assert "data-changes-at" not in client.get(address).text


def test_an_unknown_division_is_the_first(client, consultation, organiser):
    client.force_login(organiser)

    page = client.get(reverse("contributions:figures", args=[consultation.slug]), {"par": "âge"})
    assert page.status_code == 200
    assert 'aria-current="page">Semaine' in page.text


def test_the_page_costs_the_same_with_more_people(client, consultation, post, organiser, count_queries, now):
    client.force_login(organiser)

    def page():
        for division in Division:
            client.get(reverse("contributions:figures", args=[consultation.slug]), {"par": division.value})

    def write(name):
        writer = person(name)
        joins(writer, consultation, now=now)
        post("Une idée.", by=writer)

    write("une")
    page()
    few = count_queries(page)
    for name in ("deux", "trois", "quatre"):
        write(name)
    assert count_queries(page) == few


def test_the_list_of_the_silent_names_them(client, consultation, contribution, other_participant, organiser):
    client.force_login(organiser)

    page = client.get(reverse("contributions:silent", args=[consultation.slug]))
    assert other_participant.display_name in page.text
    assert "1\xa0personne sans contribution" in page.text
