"""One account cannot flood a consultation; a lively debate, its staff and imports are not held."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from concertation.accounts.limits import TooMany
from concertation.accounts.models import Organisation
from concertation.consultations import actions as organising
from concertation.consultations.limits import limits
from concertation.journal.limits import wait_before
from concertation.journal.models import JournalEntry
from contributions import actions
from contributions.models import Contribution, Reaction, Report
from tests.personas import joins

pytestmark = [pytest.mark.django_db, pytest.mark.travels]


@pytest.fixture
def limited(consultation, topic, organiser):
    """Three texts, two reports and four reactions in ten minutes."""
    organising.edit_consultation(consultation, most_texts=3, most_reports=2, most_reactions=4, by=organiser)
    topic.phase.consultation.refresh_from_db()
    return topic


@pytest.fixture
def clock():
    with time_machine.travel("2026-10-05T10:00:00Z", tick=False) as clock:
        yield clock


def post(topic, by, **said):
    name = uuid.uuid4()
    return actions.post_contribution(topic, body=f"Il manque des bancs. {name}", by=by, client_uuid=name, **said)


def test_the_fourth_text_in_ten_minutes_is_refused_with_the_time_to_wait(clock, limited, participant):
    first = post(limited, participant)
    clock.shift(60)
    post(limited, participant)
    post(limited, participant, parent=first)

    with pytest.raises(TooMany) as refusal:
        post(limited, participant)

    assert refusal.value.messages == [
        "Vous avez publié beaucoup de textes en peu de temps. Gardez le vôtre\u00a0: publiez-le dans 9\u00a0minutes."
    ]
    assert Contribution.objects.count() == 3
    clock.shift(9 * 60)
    post(limited, participant)


def test_a_number_that_was_refused_is_given_to_the_next_text(clock, limited, participant, other_participant):
    for _ in range(3):
        post(limited, participant)
    with pytest.raises(TooMany):
        post(limited, participant)

    assert post(limited, other_participant).number == 4


def test_taking_texts_back_does_not_make_room(clock, limited, participant):
    for _ in range(3):
        actions.withdraw_contribution(post(limited, participant), by=participant)

    with pytest.raises(TooMany):
        post(limited, participant)


def test_the_staff_and_what_it_enters_are_not_held(clock, limited, moderator, organiser, participant):
    consultation = limited.phase.consultation
    joins(moderator, consultation, now=timezone.now())
    author = consultation.participations.get(user=participant)
    for number in range(5):
        post(limited, moderator)
        said = {"body": f"Dit dans la salle, {number}.", "origin": "paper"}
        actions.enter_contribution(limited, author=author, by=organiser, **said)

    assert Contribution.objects.count() == 10


def test_rewriting_a_text_again_and_again_is_refused(clock, limited, participant):
    text = post(limited, participant)
    for number in range(1, 4):
        text = actions.edit_contribution(text, body=f"Version {number}.", by=participant)

    with pytest.raises(TooMany):
        actions.edit_contribution(text, body="Encore.", by=participant)


def test_reports_are_limited_and_one_that_is_repeated_is_not_one_more(
    clock, limited, participant, other_participant, reason
):
    texts = [post(limited, other_participant) for _ in range(3)]
    for text in (texts[0], texts[1], texts[1]):
        actions.report_contribution(text, reason=reason, by=participant)

    with pytest.raises(TooMany, match="signalé"):
        actions.report_contribution(texts[2], reason=reason, by=participant)

    assert Report.objects.count() == 2


def test_changing_ones_mind_counts_as_reacting(clock, limited, participant, other_participant):
    text = post(limited, other_participant)
    for kind in ("agree", "disagree", "agree", None):
        actions.react(text, kind=kind, by=participant)

    with pytest.raises(TooMany, match="réagi"):
        actions.react(text, kind="agree", by=participant)

    assert not Reaction.objects.exists()


def test_sixty_texts_and_forty_reports_at_once_are_too_many_by_default_and_a_debate_is_not(consultation):
    most = {limit.verb: limit.most(consultation) for limit in limits}

    assert 30 <= most["contribution.posted"] < 60
    assert 15 <= most["contribution.reported"] < 40
    assert most["contribution.reacted"] >= 200


def test_who_one_is_changes_twenty_times_in_ten_minutes_in_each_consultation(
    clock, consultation, other_consultation, participant
):
    here, there = (joins(participant, one, now=timezone.now()) for one in (consultation, other_consultation))
    kinds = list(consultation.actor_kinds.all()[:2])
    start = here.actor_kind_id == kinds[0].pk
    for number in range(20):
        here = organising.edit_participation(here, actor_kind=kinds[(number + start) % 2], by=participant)

    with pytest.raises(TooMany, match="modifié votre participation"):
        organising.edit_participation(here, actor_kind=kinds[start], by=participant)

    elsewhere = other_consultation.actor_kinds.exclude(pk=there.actor_kind_id).first()
    assert organising.edit_participation(there, actor_kind=elsewhere, by=participant).actor_kind == elsewhere


def test_names_are_changed_ten_times_a_day(clock, participant):
    from concertation.accounts.actions import rename_user

    for number in range(10):
        rename_user(participant, display_name=f"Nom {number}", by=participant)

    with pytest.raises(TooMany, match="changé de nom"):
        rename_user(participant, display_name="Encore un", by=participant)
    clock.shift(24 * 60 * 60)
    rename_user(participant, display_name="Encore un", by=participant)


def test_new_organisations_are_ten_a_day_and_those_that_exist_are_free(clock, participant, organiser):
    for number in range(10):
        organising.find_or_create_organisation(f"Association {number}", by=participant)

    with pytest.raises(ValidationError) as refusal:
        organising.find_or_create_organisation("Une de plus", by=participant)
    assert "réessayez dans 1\u00a0jour" in refusal.value.message_dict["organisation"][0]
    assert organising.find_or_create_organisation("association 3", by=participant).name == "Association 3"


def test_the_staff_adds_as_many_organisations_as_it_needs(clock, consultation, organiser):
    for number in range(11):
        organising.find_or_create_organisation(f"Association {number}", by=organiser)

    assert Organisation.objects.count() == 11


def test_counting_costs_one_query_on_an_index(participant, consultation, count_queries):
    def wait():
        return wait_before(
            "contribution.posted", by=participant, most=40, within=timedelta(minutes=10),
            consultation_id=consultation.pk,
        )  # fmt: skip

    assert count_queries(wait) == 1
    if connection.vendor == "sqlite":
        plan = (
            JournalEntry.objects.filter(
                actor_id=participant.pk, consultation_id=consultation.pk, verb="contribution.posted"
            )
            .order_by("-pk")[39:40]
            .explain()
        )
        assert "journal_of_actor" in plan
        assert "TEMP B-TREE" not in plan


def test_a_text_that_is_refused_comes_back_in_its_form(clock, limited, participant, client, consultation):
    for _ in range(3):
        post(limited, participant)
    client.force_login(participant)
    address = f"/c/{consultation.slug}/thematiques/{limited.pk}/publier/"

    answer = client.post(address, {"texte": "Un mot de trop.", "client_uuid": str(uuid.uuid4())})

    assert "Un mot de trop." in answer.text
    assert "publiez-le dans 10\u00a0minutes" in answer.text
