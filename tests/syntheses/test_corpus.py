"""The list of the analyst: its order, its pages, and what is read next."""

import pytest
from django.urls import reverse

from concertation.consultations import actions as consultations
from concertation.syntheses.coding.actions import mark_read
from concertation.syntheses.coding.corpus import PAGE, corpus_page, next_unread
from concertation.viewer import Viewer
from contributions import actions as contributions
from contributions.actions.bulk import Entry, bulk_enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(consultation, participant, organiser):
    """So many contributions in a topic, as an import writes them."""
    author = consultation.participations.get(user=participant)

    def act(topic, number):
        entries = [Entry(topic=topic, author=author, body=f"Texte {one}.") for one in range(number)]
        return bulk_enter(consultation, entries, by=organiser)

    return act


@pytest.fixture
def other_topic(open_phase, topic, organiser):
    return consultations.create_topic(open_phase, title="Ensuite", question="Et ensuite ?", by=organiser)


def numbers(page):
    return [row.number for row in page.rows]


def test_topics_follow_each_other_in_their_order_and_each_page_begins_where_the_last_one_ended(
    consultation, topic, other_topic, past_topic, participant, organiser, enter, now
):
    later, first = enter(other_topic, 20), enter(past_topic, 20)
    between = enter(topic, 2)
    answer = contributions.post_contribution(topic, body="Oui.", parent=between[0], by=participant)
    every = [row.number for row in [*first, between[0], answer, between[1], *later]]

    top = corpus_page(Viewer(organiser, now), consultation, {})
    rest = corpus_page(Viewer(organiser, now), consultation, {}, after=top.next)
    back = corpus_page(Viewer(organiser, now), consultation, {}, before=rest.previous)

    assert numbers(top) + numbers(rest) == every
    assert (top.previous, top.next, rest.next) == (None, every[PAGE - 1], None)
    assert numbers(back) == numbers(top)
    assert (back.previous, back.next) == (None, top.next)


def test_what_is_read_meanwhile_makes_nobody_skip_another(consultation, topic, organiser, enter, now):
    rows = enter(topic, PAGE + 5)
    unread = {"etat": "a-lire"}
    top = corpus_page(Viewer(organiser, now), consultation, unread)
    for row in (*rows[:10], rows[PAGE - 1]):
        mark_read(row, outcome="read", by=organiser)

    rest = corpus_page(Viewer(organiser, now), consultation, unread, after=top.next)

    assert numbers(rest) == [row.number for row in rows[PAGE:]]


def test_a_page_whose_row_was_moved_to_another_topic_goes_on_from_there(
    consultation, topic, past_topic, moderator, organiser, enter, now
):
    rows = enter(topic, PAGE + 5)
    reason = consultation.reasons.filter(use="move").first()
    contributions.move_thread(rows[PAGE - 1], to=past_topic, reason=reason, by=moderator)

    assert corpus_page(Viewer(organiser, now), consultation, {"thematique": topic}, after=rows[PAGE - 1].number).rows


@pytest.mark.parametrize("query", ["", "?apres=31", "?avant=3", "?apres=x", "?apres=99999999", "?avant=²"])
def test_each_address_of_the_corpus_shows_a_page(client, consultation, topic, organiser, enter, query):
    enter(topic, PAGE + 5)
    client.force_login(organiser)

    page = client.get(reverse("syntheses:corpus", args=[consultation.slug]) + query)

    assert page.status_code == 200
    assert "Texte" in page.content.decode()


def test_the_filters_stay_in_the_addresses_of_the_pages_beside(client, consultation, topic, organiser, enter):
    enter(topic, PAGE + 5)
    client.force_login(organiser)

    page = client.get(
        reverse("syntheses:corpus", args=[consultation.slug]) + "?etat=a-lire&mots=Texte"
    ).content.decode()

    assert f"?etat=a-lire&amp;mots=Texte&amp;apres={PAGE}" in page


def test_what_is_read_next_is_the_first_unread_after_and_else_the_first_left(topic, organiser, enter):
    first, second, third = enter(topic, 3)
    mark_read(second, outcome="read", by=organiser)

    assert next_unread(first) == third
    assert next_unread(third) == first
    for row in (first, third):
        mark_read(row, outcome="read", by=organiser)
    assert next_unread(first) is None
