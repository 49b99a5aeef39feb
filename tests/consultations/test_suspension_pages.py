"""The pages of who is suspended, and those from which it is decided and lifted."""

import re

import pytest
from django.urls import reverse

from concertation.consultations.actions import lift_suspension
from contributions.models import Contribution
from tests.ateliers.conftest import atelier, draft  # noqa: F401 - fixtures
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures
from tests.reading import next_page, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_suspended(client, contribution, suspension, participant):
    client.force_login(participant)
    return client


def test_the_pages_say_why_one_may_not_write(as_suspended, topic, contribution, consultation):
    home = f"/c/{consultation.slug}/"

    for address in (home, f"{home}thematiques/{topic.pk}/", f"{home}contributions/{contribution.number}/"):
        answer = as_suspended.get(address)
        page = words(answer)
        assert "Votre participation est suspendue" in page
        assert "Restons sur les idées." in page
        assert "Répondre à" not in page
        assert "data-composer" not in answer.content.decode()
        assert "Modifier" not in page


def test_nobody_reads_what_another_was_told(client, topic, consultation, suspend, participant, other_participant):
    address = f"/c/{consultation.slug}/thematiques/{topic.pk}/"
    suspend(participant, message="Restons sur les idées.")
    suspend(other_participant, message="Autre chose.")

    for person, own, other in (
        (participant, "Restons sur les idées.", "Autre chose."),
        (other_participant, "Autre chose.", "Restons sur les idées."),
    ):
        client.force_login(person)
        page = words(client.get(address))
        assert own in page
        assert other not in page


@pytest.mark.parametrize("is_reply", [False, True])
def test_a_text_sent_all_the_same_is_kept_beside_the_sentence(
    as_suspended, topic, contribution, consultation, is_reply
):
    address = f"/c/{consultation.slug}/thematiques/{topic.pk}/publier/"
    parent = contribution.number if is_reply else ""

    answer = as_suspended.post(address, {"texte": "J’avais fini ma phrase.", "parent": parent})

    assert answer.status_code == 422
    assert "vous ne pouvez ni écrire ni réagir" in words(answer)
    assert "J’avais fini ma phrase." in words(answer)
    assert Contribution.objects.count() == 1


@pytest.mark.parametrize("act", ["modifier", "signaler"])
def test_what_is_sent_when_the_suspension_has_just_begun_stays_beside_the_sentence(
    as_suspended, contribution, post, other_participant, consultation, act
):
    whose = contribution if act == "modifier" else post("À elle.", by=other_participant)
    address = f"/c/{consultation.slug}/contributions/{whose.number}/{act}/"
    typed = "J’avais fini ma phrase."
    given = {"texte": typed, "reason": consultation.reasons.first().pk, "text": typed}

    answer = as_suspended.post(address, given)

    assert answer.status_code == 422
    assert "vous ne pouvez ni écrire ni réagir" in words(answer)
    assert typed in words(answer)
    assert as_suspended.get(address).status_code == 403
    whose.refresh_from_db()
    assert (whose.current.number, whose.reports.count()) == (1, 0)


def test_a_reaction_is_refused_with_a_sentence(as_suspended, topic, post, other_participant, consultation):
    other = post("À elle.", by=other_participant)

    answer = as_suspended.post(
        f"/c/{consultation.slug}/thematiques/{topic.pk}/reagir/", {"reaction": f"{other.number}:agree"}, follow=True
    )

    assert "vous ne pouvez ni écrire ni réagir" in words(answer)
    other.refresh_from_db()
    assert other.agree_count == 0


def test_the_page_of_an_atelier_offers_no_seat_and_says_why(as_suspended, atelier, consultation):
    home = f"/c/{consultation.slug}/ateliers/{atelier.number}/"

    assert "ni vous inscrire pour le moment" in words(as_suspended.get(home))
    assert words(as_suspended.get(f"{home}inscription/", follow=True)).count("ni vous inscrire pour le moment") == 2


def test_a_moderator_suspends_from_the_page_of_a_contribution_and_lifts_from_the_list(
    client, contribution, consultation, participant, moderator
):
    client.force_login(moderator)
    decide = client.get(reverse("contributions:decide", args=[consultation.slug, contribution.number]))
    address = reverse("consultations:suspend", args=[consultation.slug, contribution.author_id])
    people = reverse("consultations:participants", args=[consultation.slug])
    assert f'href="{address}"' in decide.content.decode()
    assert "ne peut ni écrire" in words(client.get(address))

    refused = client.post(address, {"message": "Restons sur les idées."})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["reason"]
    assert "Restons sur les idées." in words(refused)
    reason = consultation.reasons.first()
    done = client.post(address, {"reason": reason.pk, "message": "Restons.", "ends_at_jour": "2099-05-01"}, follow=True)

    assert "1er mai 2099" in words(done)
    assert participant.email not in words(done)
    lift = reverse("consultations:suspension_lift", args=[consultation.slug, contribution.author_id])
    assert "Lever la suspension de Participante ?" in words(client.get(lift))
    assert "participe de nouveau" in words(client.post(lift, follow=True))
    assert participant.display_name not in words(client.get(f"{people}?etat=suspendues"))


def test_the_list_finds_people_and_marks_those_who_are_suspended(
    as_organiser, space, suspension, participant, other_participant, moderator
):
    page = words(as_organiser.get(f"{space}participants/"))
    only = words(as_organiser.get(f"{space}participants/?etat=suspendues"))
    found = words(as_organiser.get(f"{space}participants/", {"qui": other_participant.email}))

    assert "Suspendue" in page
    assert "Nom, organisation ou adresse" in page
    assert participant.email in page
    assert (participant.email in only, other_participant.email in only) == (True, False)
    assert (participant.email in found, other_participant.email in found) == (False, True)
    assert "Aucune personne" in words(as_organiser.get(f"{space}participants/", {"qui": "zzz"}))
    as_organiser.force_login(moderator)
    by_moderator = words(as_organiser.get(f"{space}participants/", {"qui": other_participant.email}))
    assert "Nom ou organisation" in by_moderator
    assert "Aucune personne" in by_moderator


def test_the_list_keeps_what_was_asked_of_it(as_organiser, space, suspend, participant, other_participant, monkeypatch):
    monkeypatch.setattr("concertation.consultations.views.participants.PER_PAGE", 1)
    for person in (participant, other_participant):
        suspend(person)

    answer = as_organiser.get(f"{space}participants/", {"etat": "suspendues", "qui": "part"})
    page = answer.content.decode()

    assert 'href="?etat=suspendues&amp;qui=part&amp;apres=' in page
    assert [tab["href"] for tab in answer.context["tabs"]] == [
        f"{space}participants/?qui=part", f"{space}participants/?etat=suspendues&qui=part",
    ]  # fmt: skip
    assert re.search(r'<input type="hidden" name="etat" value="suspendues"', page)


def test_a_suspension_lifted_between_two_pages_passes_nobody_over(
    as_organiser, space, suspend, participant, other_participant, partner, organiser, now, monkeypatch
):
    people = sorted((participant, other_participant, partner), key=lambda one: bytes(one.sort_key))
    held = [suspend(person) for person in people]
    monkeypatch.setattr("concertation.consultations.views.participants.PER_PAGE", 1)
    address = f"{space}participants/"
    page = as_organiser.get(address, {"etat": "suspendues"})
    lift_suspension(held[0], now=now, by=organiser)

    following = as_organiser.get(address + next_page(page))

    assert [[one.participation.user for one in shown["people"]] for shown in (page.context, following.context)] == [
        [people[0]],
        [people[1]],
    ]


def test_the_list_costs_the_same_for_one_and_for_three(
    as_organiser, space, suspend, participant, other_participant, partner, count_queries
):
    suspend(participant)
    one = count_queries(lambda: as_organiser.get(f"{space}participants/?etat=suspendues"))

    for person in (other_participant, partner):
        suspend(person)

    assert count_queries(lambda: as_organiser.get(f"{space}participants/?etat=suspendues")) == one
