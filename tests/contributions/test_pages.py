"""The pages of the debate, as each of their readers meets them."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from concertation.accounts.actions import rename_user
from concertation.accounts.models import User
from concertation.consultations.actions import edit_phase
from concertation.consultations.models import Consultation, Topic
from contributions.actions import (
    Entry,
    add_keyword,
    bulk_enter,
    edit_contribution,
    enter_contribution,
    mark_visited,
    react,
    tag_contribution,
    withdraw_contribution,
)
from contributions.actions.moderation import hide_contribution
from contributions.models import Contribution, Origin
from tests.caching import empty_cache
from tests.reading import ordinary

from .conftest import Post

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db
Open = Callable[..., Any]


def page_of(topic: Topic) -> str:
    return f"/c/innovation-urbaine/thematiques/{topic.pk}/"


def numbers(html: str) -> list[int]:
    """The contributions shown, in the order of the page."""
    return [int(number) for number in re.findall(r'class="contribution[ "][^>]*id="c-(\d+)"', html)]


def head_of(html: str) -> str:
    """The sentence above the list: how many contributions there are."""
    head = html.partition('<h2 id="contributions">')[2].partition("</h2>")[0]
    return ordinary(re.sub("<[^>]+>", "", head)).strip()


def text_of(response: Any) -> str:
    html: str = response.content.decode()
    return html


def many(consultation: Consultation, topic: Topic, author: User, by: User, count: int) -> list[Contribution]:
    rows = [Entry(topic=topic, author=author.participations.get(), body=f"Texte {n}") for n in range(count)]
    return bulk_enter(consultation, rows, by=by)


def test_a_visitor_reads_without_a_cookie(client: Client, topic: Topic, contribution: Contribution) -> None:
    for address in (page_of(topic), "/c/innovation-urbaine/contributions/1/"):
        response = client.get(address)
        assert (response.status_code, dict(response.cookies)) == (200, {})
        assert "Il manque des lieux d’essai." in text_of(response)


def test_what_does_not_exist_for_this_reader_is_not_found(
    client: Client, topic: Topic, contribution: Contribution, other_consultation: Consultation
) -> None:
    for address in (
        f"/c/autre/thematiques/{topic.pk}/",
        "/c/autre/contributions/1/",
        "/c/innovation-urbaine/contributions/2/",
        "/c/innovation-urbaine/contributions/99999999999999999999/",
        "/c/innovation-urbaine/thematiques/999/",
    ):
        assert client.get(address).status_code == 404


def test_only_committees_read_a_phase_that_is_theirs(
    as_user: Any, topic: Topic, contribution: Contribution, organiser: User, participant: User, partner: User
) -> None:
    edit_phase(topic.phase, access="committees", by=organiser)

    for user, status in ((None, 404), (participant, 404), (partner, 200), (organiser, 200)):
        client = as_user(user)
        assert client.get(page_of(topic)).status_code == status
        assert client.get("/c/innovation-urbaine/contributions/1/").status_code == status


def test_hostile_words_stay_words(client: Client, topic: Topic, post: Post) -> None:
    post("<script>alert(1)</script> [lien](javascript:alert(1)) {{ 7|add:7 }}", title="<img src=x onerror=alert(1)>")

    html = text_of(client.get(page_of(topic)))
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert 'href="javascript' not in html
    assert "{{ 7|add:7 }}" in html


def test_the_twenty_latest_come_first_and_a_cursor_leads_on(
    client: Client, consultation: Consultation, topic: Topic, participant: User, organiser: User, post: Post
) -> None:
    many(consultation, topic, participant, organiser, 45)
    first = text_of(client.get(page_of(topic)))
    assert numbers(first) == list(range(45, 25, -1))

    post("Arrivée entre deux pages.")
    [onwards] = re.findall(r'rel="next" href="([^"]+)"', first)
    second = text_of(client.get(page_of(topic) + onwards.replace("&amp;", "&")))
    assert numbers(second) == list(range(25, 5, -1))

    [back] = re.findall(r'rel="prev" href="([^"]+)"', second)
    assert numbers(text_of(client.get(page_of(topic) + back.replace("&amp;", "&")))) == list(range(45, 25, -1))


@pytest.mark.parametrize("cursor", ["x", "1-", "-1", "9" * 30 + "-1", "99999999999999999-1", "1-1", "%00-1"])
def test_a_cursor_that_is_not_ours_shows_a_page(client: Client, topic: Topic, post: Post, cursor: str) -> None:
    post()

    for name in ("apres", "avant"):
        assert client.get(f"{page_of(topic)}?{name}={cursor}").status_code == 200


def test_threads_that_moved_come_first_when_one_asks_for_it(client: Client, topic: Topic, post: Post) -> None:
    old, new = post("Ancienne"), post("Récente")
    post("Réponse", parent=old, now=new.published_at + timedelta(seconds=1))

    assert numbers(text_of(client.get(page_of(topic)))) == [2, 1, 3]
    assert numbers(text_of(client.get(page_of(topic) + "?tri=actives"))) == [1, 3, 2]


def test_filters_are_in_the_address(client: Client, topic: Topic, post: Post, moderator: User) -> None:
    nature = topic.phase.natures.first()
    stake = topic.phase.consultation.stakes.create(label="Sobriété")
    keyword = add_keyword(topic.phase.consultation, name="Réemploi", by=moderator)
    post("Sans rien")
    post("Un besoin", nature=nature, stakes=[stake])
    tag_contribution(post("Un mot"), keywords=[keyword], by=moderator)

    for query, shown in ((f"nature={nature.code}", [2]), (f"enjeu={stake.pk}", [2]), ("mot=reemploi", [3])):
        assert numbers(text_of(client.get(f"{page_of(topic)}?{query}"))) == shown
    assert numbers(text_of(client.get(f"{page_of(topic)}?nature=inconnue&mot=%00&enjeu=x"))) == [3, 2, 1]


def test_the_head_of_a_filtered_list_counts_what_it_shows(client: Client, topic: Topic, post: Post) -> None:
    nature, other = topic.phase.natures.all()[:2]
    root = post("Un besoin", nature=nature)
    for body in ("Sans nature", "Ni là"):
        post(body)
    post("Une réponse", parent=root)

    heads = [head_of(text_of(client.get(f"{page_of(topic)}{query}"))) for query in ("", f"?nature={nature.code}")]
    none = head_of(text_of(client.get(f"{page_of(topic)}?nature={other.code}")))

    assert heads == ["3 contributions, 1 réponse", "1 contribution sur 3"]
    assert none == "0 contribution sur 3"


def test_threads_are_unfolded_while_few_replies_are_shown_and_one_of_any_length(
    client: Client, topic: Topic, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contributions.views.topic.MOST_UNFOLDED", 10)
    roots = [post(f"Fil {n}") for n in range(3)]
    for root in roots:
        for n in range(5):
            post(f"Réponse {n}", parent=root)
    asked = "&".join(f"fil={root.number}" for root in roots)

    assert text_of(client.get(f"{page_of(topic)}?{asked}")).count("Afficher les 2 autres réponses") == 1
    monkeypatch.setattr("contributions.views.topic.MOST_UNFOLDED", 1)
    assert text_of(client.get(f"{page_of(topic)}?{asked}")).count("Afficher les 2 autres réponses") == 2


def test_filters_that_nothing_meets_say_what_to_do(client: Client, topic: Topic, post: Post) -> None:
    post("Sans nature")
    nature = topic.phase.natures.first()

    html = text_of(client.get(f"{page_of(topic)}?nature={nature.code}"))
    assert "Aucune contribution ne répond à ces filtres" in html


def test_replies_are_folded_beyond_the_third_and_a_link_opens_them(
    client: Client, topic: Topic, contribution: Contribution, post: Post
) -> None:
    for n in range(5):
        post(f"Réponse {n}", parent=contribution)

    folded = text_of(client.get(page_of(topic)))
    assert numbers(folded) == [1, 2, 3, 4]
    assert "Afficher les 2 autres réponses" in folded
    assert numbers(text_of(client.get(page_of(topic) + "?fil=1"))) == [1, 2, 3, 4, 5, 6]
    assert numbers(text_of(client.get("/c/innovation-urbaine/contributions/3/"))) == [1, 2, 3, 4, 5, 6]


def test_a_hidden_text_is_a_placeholder_for_all_but_the_team(
    as_user: Any, topic: Topic, contribution: Contribution, reply: Contribution, moderator: User, participant: User
) -> None:
    hide_contribution(contribution, reason=contribution.consultation.reasons.first(), by=moderator)

    for user in (None, participant):
        html = text_of(as_user(user).get(page_of(topic)))
        assert "a été masquée par la modération" in html
        assert "Il manque des lieux" not in html
        assert "Oui, mais pour qui" in html
        history = text_of(as_user(user).get("/c/innovation-urbaine/contributions/1/historique/"))
        assert "a été masquée par la modération" in history
        assert "Il manque des lieux" not in history
    assert "Il manque des lieux" in text_of(as_user(moderator).get(page_of(topic)))


def test_a_withdrawn_text_is_shown_to_nobody(
    as_user: Any, topic: Topic, contribution: Contribution, moderator: User, participant: User
) -> None:
    withdraw_contribution(contribution, by=participant)

    for user in (None, participant, moderator):
        assert "Il manque des lieux" not in text_of(as_user(user).get(page_of(topic)))
        for path in ("contributions/1/", "contributions/1/historique/"):
            html = text_of(as_user(user).get(f"/c/innovation-urbaine/{path}"))
            assert "a été retirée par la personne" in html
            assert "Il manque des lieux" not in html


def test_a_text_that_waits_is_seen_by_its_author_and_the_team_alone(
    as_user: Any, topic: Topic, post: Post, organiser: User, participant: User, other_participant: User, moderator: User
) -> None:
    edit_phase(topic.phase, moderation="before", by=organiser)
    post("En attente.", topic=Topic.objects.get(pk=topic.pk))

    for user, status in ((None, 404), (other_participant, 404), (participant, 200), (moderator, 200)):
        assert ("En attente." in text_of(as_user(user).get(page_of(topic)))) == (status == 200)
        assert as_user(user).get("/c/innovation-urbaine/contributions/1/").status_code == status


def test_the_state_of_the_phase_is_said(client: Client, topic: Topic, past_topic: Topic, future_topic: Topic) -> None:
    opened, past, future = (text_of(client.get(page_of(one))) for one in (topic, past_topic, future_topic))

    assert ('id="contribuer"' in opened, 'id="contribuer"' in past, 'id="contribuer"' in future) == (True, False, False)
    assert "Phase close" in past
    assert "Aller à « Outils »" in ordinary(past)
    assert "Pas encore ouverte" in future
    assert "Personne n’a encore écrit ici" in opened


def test_what_was_said_elsewhere_says_when_and_where(
    client: Client, past_topic: Topic, participant: User, facilitator: User, now: datetime
) -> None:
    said = datetime.fromisoformat("2020-12-09T14:00:00+01:00")
    then = datetime.fromisoformat("2021-01-12T10:00:00+01:00")
    enter_contribution(
        past_topic, author=participant.participations.get(), body="Dit.", origin=Origin.ATELIER,
        origin_label="Atelier de Lille", occurred_at=said, by=facilitator, now=then,
    )  # fmt: skip

    html = text_of(client.get(page_of(past_topic))).replace("\xa0", " ")
    assert "Atelier de Lille du 9 déc. 2020, versé le 12 janv. 2021" in html


def test_imported_counts_are_shown_as_such(
    client: Client, consultation: Consultation, topic: Topic, participant: User, organiser: User
) -> None:
    row = Entry(
        topic=topic, author=participant.participations.get(), body="Texte", imported={"agree": 25, "disagree": 1}
    )
    bulk_enter(consultation, [row], by=organiser)

    html = text_of(client.get(page_of(topic))).replace("\xa0", " ")
    assert "Votes repris de l’origine" in html
    assert "25 d’accord, 1 pas d’accord" in html


def test_a_row_changes_with_every_act_that_shows_in_it(
    client: Client, topic: Topic, contribution: Contribution, participant: User, other_participant: User
) -> None:
    client.get(page_of(topic))
    react(contribution, kind="agree", by=other_participant)
    edit_contribution(contribution, body="Nouveau texte.", by=participant)
    rename_user(participant, display_name="Nouveau Nom", by=participant)

    html = text_of(client.get(page_of(topic)))
    assert "Nouveau texte." in html
    assert "Nouveau Nom" in html
    assert "Modifiée" in html
    assert '<span class="reaction__count number">1</span>' in html


@pytest.mark.parametrize("who", ["visitor", "participant", "moderator"])
def test_a_longer_page_asks_no_more_queries(
    request: pytest.FixtureRequest, as_user: Any, topic: Topic, post: Post, other_participant: User, who: str
) -> None:
    user = request.getfixturevalue(who)
    client = as_user(None if who == "visitor" else user)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    def thread() -> None:
        root = post("Racine", by=other_participant)
        post("Réponse", parent=root, by=other_participant)

    thread()
    if who != "visitor":
        mark_visited(topic, by=user)
    cold_of_one, warm_of_one, thread_of_one = (
        queries(page_of(topic)),
        queries(page_of(topic)),
        queries("/c/innovation-urbaine/contributions/1/"),
    )
    thread()
    thread()
    post("Encore", parent=Contribution.objects.get(number=1), by=other_participant)
    empty_cache()
    assert queries(page_of(topic)) == cold_of_one
    assert queries(page_of(topic)) == warm_of_one
    assert queries("/c/innovation-urbaine/contributions/1/") == thread_of_one
    assert warm_of_one < cold_of_one
