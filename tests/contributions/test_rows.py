"""The one row: the page, the answer to a post and the live push show the same bytes."""

import re
from datetime import datetime

import pytest
from django.test import Client

from concertation.accounts.models import User
from concertation.consultations.actions import edit_consultation, edit_phase
from concertation.consultations.models import Consultation, Topic
from concertation.live import registry
from concertation.live.audience import Audience
from concertation.viewer import Viewer
from contributions.actions import (
    add_keyword,
    edit_contribution,
    react,
    tag_contribution,
    withdraw_contribution,
)
from contributions.actions.moderation import hide_contribution
from contributions.models import Contribution

from .conftest import Post

pytestmark = pytest.mark.django_db


def pushed(contribution: Contribution, audience: Audience = Audience.PUBLIC) -> registry.Rendered | None:
    return registry.render("contribution", [contribution.pk], audience).get(contribution.pk)


def test_the_page_holds_the_pushed_row_after_every_kind_of_act(
    client: Client, topic: Topic, contribution: Contribution, participant: User, other_participant: User, post: Post
) -> None:
    acts = (
        lambda: None,
        lambda: react(contribution, kind="agree", by=other_participant),
        lambda: edit_contribution(contribution, body="Mieux dit.", by=participant),
        lambda: post("Réponse", parent=contribution),
        lambda: withdraw_contribution(contribution, by=participant),
    )
    versions = []
    for act in acts:
        act()
        row = pushed(contribution)
        assert row is not None
        versions.append(row.version)
        assert row.html in client.get(f"/c/innovation-urbaine/thematiques/{topic.pk}/").content.decode()
    assert versions == [1, 2, 3, 4, 5]


def test_a_row_says_where_it_goes(contribution: Contribution, reply: Contribution) -> None:
    row = pushed(reply)

    assert row is not None
    assert row.data == {"parent": contribution.pk, "root": contribution.pk, "path": "00000010000002"}


def test_a_row_takes_replies_in_the_room_of_its_topic_while_it_is_shown_and_its_thread_is_open(
    contribution: Contribution, reply: Contribution, topic: Topic, moderator: User, organiser: User
) -> None:
    reason = contribution.consultation.reasons.first()

    def rooms(audience: Audience = Audience.PUBLIC) -> list[str]:
        return [row.replies_at for row in (pushed(one, audience) for one in (contribution, reply)) if row]

    assert rooms() == [topic.room, topic.room]
    hide_contribution(reply, reason=reason, by=moderator)
    assert rooms() == rooms(Audience.STAFF) == [topic.room, ""]
    edit_phase(topic.phase, allows_replies=False, by=organiser)
    assert [rooms(), rooms(Audience.STAFF)] == [["", ""], [topic.room, ""]]
    Contribution.objects.filter(pk=contribution.pk).update(locked=True)
    assert rooms(Audience.STAFF) == ["", ""]


def test_a_row_has_nothing_of_a_person_in_it(contribution: Contribution, participant: User, topic: Topic) -> None:
    mine, theirs = Client(), Client()
    mine.force_login(participant)
    row = pushed(contribution)

    assert row is not None
    for client in (mine, theirs):
        assert row.html in client.get(f"/c/innovation-urbaine/thematiques/{topic.pk}/").content.decode()
    assert "csrf" not in row.html


def test_each_class_gets_what_it_may_see(
    contribution: Contribution, post: Post, topic: Topic, moderator: User, organiser: User
) -> None:
    hide_contribution(contribution, reason=contribution.consultation.reasons.first(), by=moderator)
    edit_phase(topic.phase, moderation="before", by=organiser)
    waiting = post("À relire.", topic=Topic.objects.get(pk=topic.pk))

    hidden = {audience: pushed(contribution, audience) for audience in Audience}
    assert {audience for audience, row in hidden.items() if row and "Il manque des lieux" in row.html} == {
        Audience.STAFF
    }
    assert {audience for audience in Audience if pushed(waiting, audience)} == {Audience.STAFF}


def test_a_phase_for_committees_is_drawn_for_no_wider_class(
    contribution: Contribution, topic: Topic, organiser: User
) -> None:
    edit_phase(topic.phase, access="committees", by=organiser)

    assert [audience for audience in Audience if pushed(contribution, audience)] == [
        Audience.COMMITTEE,
        Audience.STAFF,
    ]


def test_readers_join_the_rooms_of_their_class(
    visitor: User, participant: User, partner: User, organiser: User, topic: Topic, now: datetime
) -> None:
    rooms = {
        user: registry.rooms_for(Viewer(user, now), topic.room) for user in (visitor, participant, partner, organiser)
    }

    classes = {user: [key.rpartition(":")[2] for key in keys] for user, keys in rooms.items()}
    assert list(classes.values()) == [
        ["public"],
        ["public", "participants", str(participant.pk)],
        ["public", "participants", "committee", str(partner.pk)],
        ["public", "participants", "committee", "staff", str(organiser.pk)],
    ]


def test_buttons_close_with_the_phase_and_not_with_the_version(
    client: Client, topic: Topic, contribution: Contribution, organiser: User
) -> None:
    address = f"/c/innovation-urbaine/thematiques/{topic.pk}/"
    assert 'value="1:agree"' in client.get(address).content.decode()

    edit_phase(topic.phase, allows_reactions=False, by=organiser)
    assert 'value="1:agree"' not in client.get(address).content.decode()


def test_another_zone_is_in_the_hours_of_the_rows_at_once(
    client: Client, topic: Topic, contribution: Contribution, consultation: Consultation, organiser: User
) -> None:
    assert contribution.published_at is not None
    address = f"/c/innovation-urbaine/thematiques/{topic.pk}/"
    client.get(address)

    edited = edit_consultation(consultation, zone="Indian/Reunion", by=organiser)

    there = contribution.published_at.astimezone(edited.tz).isoformat(timespec="seconds")
    assert f'datetime="{there}"' in client.get(address).content.decode()
    row = pushed(contribution)
    assert row is not None
    assert f'datetime="{there}"' in row.html


def html_of(contribution: Contribution) -> str:
    row = pushed(contribution)
    assert row is not None
    return row.html


def headings_of(contribution: Contribution) -> list[str]:
    found = re.findall(r"<(h\d)[^>]*>(.*?)</\1>", html_of(contribution), re.DOTALL)
    return [f"{level} {' '.join(re.sub('<[^>]*>', '', text).split())}" for level, text in found]


def test_every_contribution_is_a_heading_with_its_author_and_number(contribution: Contribution, post: Post) -> None:
    untitled = post("Sans titre.")
    first = post("Une réponse.", parent=untitled)
    second = post("Une réponse à la réponse.", parent=first)
    by = contribution.author.name

    assert headings_of(contribution) == [f"h3 Des lieux d’essai, {by}, {contribution.ref}"]
    assert headings_of(untitled) == [f"h3 Contribution {untitled.ref}, {by}"]
    assert headings_of(first) == [f"h4 Réponse {first.ref}, {by}"]
    assert headings_of(second) == [f"h4 Réponse {second.ref}, {by}"]


def test_a_text_that_is_not_shown_is_a_heading_without_its_author(
    contribution: Contribution, participant: User
) -> None:
    withdraw_contribution(contribution, by=participant)

    assert headings_of(Contribution.objects.get(pk=contribution.pk)) == [f"h3 Contribution {contribution.ref}"]


def test_reactions_are_a_group_named_by_what_they_are_to_and_a_zero_is_not_shown(
    contribution: Contribution, other_participant: User
) -> None:
    assert f'aria-label="Réactions à {contribution.ref}"' in html_of(contribution)
    assert "reaction__count" not in html_of(contribution)

    react(contribution, kind="agree", by=other_participant)

    assert html_of(contribution).count("reaction__count") == 1


@pytest.mark.parametrize(("given", "folded"), [(6, ""), (7, "Autres mots-clés (1)"), (9, "Autres mots-clés (3)")])
def test_keywords_beyond_six_are_folded(
    contribution: Contribution, consultation: Consultation, organiser: User, given: int, folded: str
) -> None:
    keywords = [add_keyword(consultation, name=f"Mot {number}", by=organiser) for number in range(given)]
    tag_contribution(contribution, keywords=keywords, by=organiser)
    html = html_of(contribution)

    assert html.count('class="keyword"') == given
    assert ("<summary>" in html) == bool(folded)
    assert folded in html
