"""Names that people choose: seen, their own, and none that could pass for a name of the teams."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from concertation.accounts.actions import rename_user
from concertation.accounts.models import User
from concertation.consultations import actions
from concertation.consultations.models import Membership

pytestmark = pytest.mark.django_db

INVISIBLE = "Ce nom ne se voit pas. Écrivez votre nom ou un pseudonyme."
OF_A_TEAM = "Ce nom désigne une équipe de la concertation. Choisissez-en un autre."


def refused(person, name):
    with pytest.raises(ValidationError) as refusal:
        rename_user(person, display_name=name, by=person)
    assert User.objects.get(pk=person.pk).display_name == "Participante"
    return refusal.value.messages[0]


@pytest.mark.parametrize("name", ["\u3164", "\u2800\u2800", "\u115f\u1160", "\uffa0", "\u200b", "\u0301", "\u034f"])
def test_a_name_of_invisible_signs_is_refused(participant, name):
    assert refused(participant, name) == INVISIBLE


@pytest.mark.parametrize(
    "name",
    [
        "Équipe d’animation",
        "EQUIPE D'ANIMATION",
        "Équipe\u2800d’anim\u0430tion",
        "Modération",
        "Μodérateur",
        "Animation",
        "Équipe\u202e",
        "E\u200bquipe",
        "Service modération",
        "Animatrice de la concertation",
        "Nadia ✅ Équipe",
        "Comité directeur",
    ],
)
def test_a_name_of_a_team_is_refused(participant, name):
    assert refused(participant, name) == OF_A_TEAM


@pytest.mark.parametrize("name", ["Claire Vidal", "claire vidal", "Сlaire Vіdal", "ClaireVidal", "Claire Vida1"])
@pytest.mark.parametrize("role", ["moderator", "administrator"])
def test_a_name_that_reads_like_that_of_someone_of_the_teams_is_refused(request, participant, name, role):
    staff = request.getfixturevalue(role)
    rename_user(staff, display_name="Claire Vidal", by=staff)

    assert refused(participant, name).startswith("Une personne des équipes porte déjà ce nom")


def test_a_name_keeps_the_joins_of_its_script_and_loses_what_cannot_be_seen(participant):
    typed = "می\u200cخواهم Ze\u200bna\u00ad"

    assert rename_user(participant, display_name=typed, by=participant).display_name == "می\u200cخواهم Zena"


def test_names_of_other_people_and_of_former_teams_are_free(participant, other_participant, moderator, now):
    rename_user(other_participant, display_name="Claire Vidal", by=other_participant)
    rename_user(participant, display_name="Claire Vidal", by=participant)
    rename_user(moderator, display_name="Paul Roux", by=moderator)
    Membership.objects.filter(user=moderator).update(ends_at=now)

    assert rename_user(participant, display_name="Paul Roux", by=participant).display_name == "Paul Roux"


def test_a_team_signs_as_it_wants_and_keeps_its_own_names(moderator):
    rename_user(moderator, display_name="Modératrice", by=moderator)

    assert rename_user(moderator, display_name="modératrice", by=moderator).display_name == "modératrice"


def test_nobody_belongs_to_an_organisation_called_as_a_team(participant):
    with pytest.raises(ValidationError) as refusal:
        actions.find_or_create_organisation("équipe d’animation", by=participant)

    assert refusal.value.message_dict == {"organisation": [OF_A_TEAM]}


def test_the_pages_say_why(client, participant, moderator, consultation, newcomer):
    client.force_login(participant)
    answer = client.post(reverse("accounts:account"), {"display_name": "Moderatrice"})
    assert list(answer.context["form"].errors) == ["display_name"]

    User.objects.filter(pk=newcomer.pk).update(display_name="")
    client.force_login(newcomer)
    kind = consultation.actor_kinds.first().pk
    joining = {"display_name": "\u3164", "actor_kind": kind, "accepts_charter": "on"}
    answer = client.post(reverse("consultations:join", args=[consultation.slug]), joining)
    assert answer.context["form"].errors == {"display_name": [INVISIBLE]}
