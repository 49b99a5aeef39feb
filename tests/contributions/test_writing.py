"""Handing in the composer: with an account or before having one, by a form or by the script."""

import re
import uuid
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from concertation.accounts.models import User
from concertation.consultations.actions import edit_phase
from concertation.consultations.models import Participation, Topic
from concertation.documents.conflicts import VERSION
from contributions.models import Contribution, Keyword, Reaction
from tests.reading import form_with

pytestmark = pytest.mark.django_db
FETCH = {"X-Requested-With": "fetch"}


def address(topic: Topic, act: str = "publier") -> str:
    return f"/c/innovation-urbaine/thematiques/{topic.pk}/{act}/"


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response: Any) -> str:
    html: str = response.content.decode()
    return html


def test_a_plain_form_is_published_and_leads_to_its_place(topic: Topic, participant: User) -> None:
    client = logged_in(participant)
    given = {"texte": "Il manque des lieux.", "titre": "Lieux", "client_uuid": str(uuid.uuid4())}
    response = client.post(address(topic), given)

    assert (response.status_code, response["Location"]) == (303, f"/c/innovation-urbaine/thematiques/{topic.pk}/#c-1")
    assert f"thematique:{topic.pk}#{given['client_uuid']}" in unquote(response.cookies["saved_drafts"].value).split("|")
    assert 'Votre contribution <span class="nowrap">C-1</span> est publiée.' in text_of(
        client.get(response["Location"])
    )


def test_a_reply_leads_to_its_thread(topic: Topic, contribution: Contribution, other_participant: User) -> None:
    response = logged_in(other_participant).post(address(topic), {"texte": "Oui.", "parent": "1"})

    assert response["Location"] == "/c/innovation-urbaine/contributions/2/#c-2"
    assert Contribution.objects.get(number=2).parent == contribution


def test_the_script_gets_the_row_in_its_shell(topic: Topic, participant: User) -> None:
    response = logged_in(participant).post(address(topic), {"texte": "Il manque des lieux."}, headers=FETCH)

    html = text_of(response)
    assert response.status_code == 201
    assert html.lstrip().startswith('<li class="thread" data-live-shell="contribution:')
    assert ('id="c-1"' in html, "Votre contribution" in html, "<html" in html) == (True, True, False)


@pytest.mark.parametrize("body", ["", "  ", "a\x00b", "x" * 20_000])
@pytest.mark.parametrize("headers", [{}, FETCH])
def test_a_refused_text_comes_back_with_what_is_wrong(
    topic: Topic, participant: User, body: str, headers: dict[str, str]
) -> None:
    response = logged_in(participant).post(address(topic), {"texte": body, "titre": "Gardé"}, headers=headers)

    html = text_of(response)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in html
    assert 'value="Gardé"' in html
    assert body.replace("\x00", "") in html.replace("\x00", "")
    assert ("<html" in html) == (headers == {})
    assert not Contribution.objects.exists()


def test_a_closed_phase_refuses_a_direct_post_and_keeps_the_text(past_topic: Topic, participant: User) -> None:
    response = logged_in(participant).post(address(past_topic), {"texte": "Trop tard, mais dit."})

    assert response.status_code == 422
    assert "Cette phase est close" in text_of(response)
    assert "Trop tard, mais dit." in text_of(response)


def test_the_same_form_twice_is_one_contribution(topic: Topic, participant: User) -> None:
    client, form = logged_in(participant), {"texte": "Une fois.", "client_uuid": str(uuid.uuid4())}

    assert [client.post(address(topic), form).status_code for _ in range(2)] == [303, 303]
    assert Contribution.objects.count() == 1


@pytest.mark.parametrize("headers", [{}, FETCH])
def test_the_same_form_with_another_text_is_a_conflict_that_keeps_it(
    topic: Topic, participant: User, headers: dict[str, str]
) -> None:
    client, name = logged_in(participant), str(uuid.uuid4())
    client.post(address(topic), {"texte": "Une fois.", "client_uuid": name})

    response = client.post(address(topic), {"texte": "Autre chose.", "client_uuid": name}, headers=headers)
    html = text_of(response)
    assert response.status_code == 409
    assert "Autre chose." in html
    [renamed] = re.findall(r'name="client_uuid" value="([^"]+)"', html)
    assert renamed != name
    again = client.post(address(topic), {"texte": "Autre chose.", "client_uuid": renamed})
    assert (again.status_code, Contribution.objects.count()) == (303, 2)


@pytest.mark.parametrize("name", ["pas-un-uuid", "x" * 50, "\x00"])
def test_a_name_that_is_none_is_refused_without_losing_the_text(topic: Topic, participant: User, name: str) -> None:
    response = logged_in(participant).post(address(topic), {"texte": "Gardé.", "client_uuid": name})

    assert response.status_code in (409, 422)
    assert "Gardé." in text_of(response)


def test_a_signed_in_form_without_its_token_is_refused(topic: Topic, participant: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(participant)

    assert client.post(address(topic), {"texte": "Volé."}).status_code == 403
    assert client.post(address(topic, "reagir"), {"reaction": "1:agree"}).status_code == 403


def test_a_visitor_is_told_of_a_closed_phase_before_being_asked_anything(past_topic: Topic) -> None:
    response = Client().post(address(past_topic), {"texte": "Trop tard."})

    assert response.status_code == 422
    assert "Qui êtes-vous" not in text_of(response)


def test_a_reaction_is_given_and_taken_back_by_the_same_button(
    topic: Topic, contribution: Contribution, other_participant: User
) -> None:
    client = logged_in(other_participant)

    given = client.post(address(topic, "reagir"), {"reaction": "1:agree"})
    assert (given.status_code, given["Location"]) == (303, f"/c/innovation-urbaine/thematiques/{topic.pk}/#c-1")
    fragment = client.post(address(topic, "reagir"), {"reaction": "1:disagree"}, headers=FETCH)
    assert 'data-reaction="disagree"' in text_of(fragment)
    client.post(address(topic, "reagir"), {"reaction": "1:disagree"})
    assert not Reaction.objects.exists()


def test_a_reaction_that_says_what_is_wanted_in_the_end_may_come_twice(
    topic: Topic, contribution: Contribution, other_participant: User
) -> None:
    client = logged_in(other_participant)

    def press_twice(wanted: str) -> list[str]:
        for _ in range(2):
            answer = client.post(address(topic, "reagir"), {"reaction": "1:agree", "voulue": wanted}, headers=FETCH)
        contribution.refresh_from_db()
        assert (answer.status_code, contribution.agree_count) == (200, 1 if wanted else 0)
        return list(Reaction.objects.values_list("kind", flat=True))

    assert press_twice("agree") == ["agree"]
    assert press_twice("") == []


@pytest.mark.parametrize("reaction", ["", "1", "1:adore", "99:agree", "x:agree", "9" * 40 + ":agree"])
def test_a_reaction_that_makes_no_sense_changes_nothing(
    topic: Topic, contribution: Contribution, other_participant: User, reaction: str
) -> None:
    for sent in ({"reaction": reaction}, {"reaction": reaction, "voulue": "adore"}):
        response = logged_in(other_participant).post(address(topic, "reagir"), sent)
        assert response.status_code in (303, 404)

    assert not Reaction.objects.exists()


def test_ones_own_words_and_a_closed_phase_say_why_they_take_no_reaction(
    topic: Topic, contribution: Contribution, participant: User, other_participant: User, organiser: User
) -> None:
    own = logged_in(participant).post(address(topic, "reagir"), {"reaction": "1:agree"}, headers=FETCH)
    assert (own.status_code, text_of(own)) == (422, "On ne réagit pas à sa propre contribution.")

    edit_phase(topic.phase, allows_reactions=False, by=organiser)
    closed = logged_in(other_participant).post(address(topic, "reagir"), {"reaction": "1:agree"}, headers=FETCH)
    assert closed.status_code == 422


def test_an_edit_page_shows_the_text_as_typed_and_saves_it(
    topic: Topic, contribution: Contribution, participant: User, other_participant: User
) -> None:
    page = "/c/innovation-urbaine/contributions/1/modifier/"
    assert logged_in(other_participant).get(page).status_code == 403
    client = logged_in(participant)
    opened = client.get(page)
    assert "Il manque des lieux d’essai." in text_of(opened)
    older = form_with(opened, VERSION)

    saved = client.post(page, older | {"texte": "Mieux dit.", "titre": "Lieux"})
    assert saved.status_code == 303
    contribution.refresh_from_db()
    assert (contribution.title, contribution.current.plain) == ("Lieux", "Mieux dit.")  # type: ignore[union-attr]

    late = client.post(page, older | {"texte": "Depuis l’autre fenêtre."})
    assert late.status_code == 409
    assert "Depuis l’autre fenêtre." in text_of(late)
    assert "Mieux dit." in text_of(late)


def test_withdrawing_is_asked_twice(contribution: Contribution, participant: User, moderator: User) -> None:
    page = "/c/innovation-urbaine/contributions/1/retirer/"
    assert logged_in(moderator).get(page).status_code == 403
    client = logged_in(participant)
    assert "Ce retrait est définitif" in text_of(client.get(page))

    assert client.post(page).status_code == 303
    contribution.refresh_from_db()
    assert contribution.state == "withdrawn"


def test_the_team_tags_from_a_page(contribution: Contribution, moderator: User, participant: User) -> None:
    page = "/c/innovation-urbaine/contributions/1/mots-cles/"
    assert logged_in(participant).get(page).status_code == 403
    client = logged_in(moderator)
    assert client.get(page).status_code == 200

    assert client.post(page, {"nouveaux": "Réemploi, Chantier ,"}).status_code == 303
    assert sorted(one.name for one in contribution.shown_keywords) == ["Chantier", "Réemploi"]
    client.post(page, {"mots": [Keyword.objects.get(name="Chantier").pk], "nouveaux": ""})
    contribution.refresh_from_db()
    assert [one.name for one in contribution.shown_keywords] == ["Chantier"]
    assert client.post(page, {"mots": ["9999"]}).status_code == 422


def test_a_text_that_waits_is_announced_as_such(
    topic: Topic, participant: User, organiser: User, other_participant: User
) -> None:
    edit_phase(topic.phase, moderation="before", by=organiser)
    client = logged_in(participant)

    response = client.post(address(topic), {"texte": "À relire."}, follow=True)
    assert "La modération le lit avant sa publication" in text_of(response)
    assert "À relire." not in text_of(logged_in(other_participant).get(response.redirect_chain[-1][0]))


def test_the_team_speaks_as_the_team_without_having_joined(
    topic: Topic, contribution: Contribution, organiser: User
) -> None:
    assert not Participation.objects.filter(user=organiser).exists()

    response = logged_in(organiser).post(address(topic), {"texte": "Merci.", "parent": "1", "equipe": "on"})
    assert response.status_code == 303
    assert Contribution.objects.get(number=2).as_team


def test_a_participant_cannot_speak_as_the_team(topic: Topic, participant: User) -> None:
    logged_in(participant).post(address(topic), {"texte": "Bonjour.", "equipe": "on"})

    assert not Contribution.objects.get().as_team


def test_the_same_text_from_a_fresh_composer_says_where_it_is_already(topic: Topic, participant: User) -> None:
    client, text = logged_in(participant), "Des bancs sur la place."
    client.post(address(topic), {"texte": text, "client_uuid": str(uuid.uuid4())})
    client.get(f"/c/innovation-urbaine/thematiques/{topic.pk}/")
    again = {"texte": text, "client_uuid": str(uuid.uuid4())}

    by_script = client.post(address(topic), again, headers=FETCH)
    plain = client.get(client.post(address(topic), again)["Location"])

    assert (by_script.status_code, f"{text}</textarea>" in by_script.text) == (409, True)
    for answer in (by_script, plain):
        assert re.search(r'Déjà publiée\u00a0: <a href="[^"]*#c-1">(<span class="nowrap">)?C-1', answer.text)
        assert "</span> est publiée." not in answer.text
    assert Contribution.objects.count() == 1


def test_a_text_sent_again_under_its_own_name_is_published_to_the_script_too(topic: Topic, participant: User) -> None:
    client, form = logged_in(participant), {"texte": "Une fois.", "client_uuid": str(uuid.uuid4())}

    assert [client.post(address(topic), form, headers=FETCH).status_code for _ in range(2)] == [201, 201]


@pytest.mark.parametrize("read_between", [False, True])
def test_two_clicks_say_one_success(topic: Topic, participant: User, read_between: bool) -> None:
    client, form = logged_in(participant), {"texte": "Une fois.", "client_uuid": str(uuid.uuid4())}
    place = client.post(address(topic), form)["Location"]
    if read_between:
        client.get(place)

    page = client.get(client.post(address(topic), form)["Location"]).text

    assert re.findall(r"Votre contribution <.*? est publiée\.|Déjà", page) == [
        'Votre contribution <span class="nowrap">C-1</span> est publiée.'
    ]
