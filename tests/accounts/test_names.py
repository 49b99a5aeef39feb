"""Names that people choose: seen, their own, and none that could pass for a name of the teams."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from ateliers.actions import create_atelier, set_team
from ateliers.models import AtelierRole
from concertation.accounts.actions import rename_user
from concertation.accounts.models import User
from concertation.consultations import actions
from concertation.consultations.models import Membership

pytestmark = pytest.mark.django_db

INVISIBLE = "Ce nom ne se voit pas. Écrivez votre nom ou un pseudonyme."
OF_A_TEAM = "Ce nom désigne une équipe de la concertation. Choisissez-en un autre."
TAKEN = (
    "Une personne des équipes porte déjà ce nom, ou un nom qui lui ressemble. Ajoutez ce qui vous en distingue\u00a0: "
    "une initiale, une ville…"
)
ONE_ALPHABET = "Écrivez chaque mot de ce nom avec les lettres courantes d’un seul alphabet, sans lettre décorative."


def refused(person, name):
    with pytest.raises(ValidationError) as refusal:
        rename_user(person, display_name=name, by=person)
    assert User.objects.get(pk=person.pk).display_name == person.display_name
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


@pytest.mark.parametrize(
    "name",
    [
        "Vidal Claire",
        "VIDAL, Claire",
        "VidalClaire",
        "Claire Vidal",
        "claire vidal",
        "Сlaire Vіdal",
        "ClaireVidal",
        "Claire Vida1",
    ],
)
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


@pytest.mark.parametrize(
    "name",
    [
        "Agnès Morѵan",
        "Agnès Morᴠan",
        "Agnès ꓟorvan",
        "Agnès Morvaռ",
        "Ꭺgnès Morvan",
        "Agnès Moꭇvan",
        "ꓮgnès",
        "Ꮇ",
        "ɢ",
        "🅼odération",
        "Ⓜodération",
        "Mꓳdération",
        "Ꭺdministrateur",
        "Agnès Mor\u200dѵan",
        "Agnès ℳirvan",
    ],
)
def test_a_name_of_letters_of_two_alphabets_or_of_none_in_use_is_refused(participant, name):
    assert refused(participant, name) in (ONE_ALPHABET, OF_A_TEAM)


@pytest.mark.parametrize(
    "name",
    [
        "Анна Петрова",
        "Γιώργος Παπαδόπουλος",
        "نادية",
        "مُحَمَّد",
        "Արմեն Պետրոսյան",
        "林小明",
        "田中 さくら",
        "김철수",
        "Nguyễn Thị Hồng",
        "გიორგი",
        "दीपिका शर्मा",
        "สมชาย ที่รัก",
        "בְּרֵאשִׁית",
        "မြွှို့",
        "ⵎⴰⵙⵉⵏⵉⵙⵙⴰ",
        "Kɔdzo Ɛfua",
        "Əliyev",
        "Łukasz Đặng",
        "Анна Morvan",
        "N’Diaye",
        "Nadia59",
        "🌻 Nadia",
        "Claire\u202f!",
        "Julie Garant",
        "Legarant",
        "Modo Ngassa",
        "Marie Comitis",
        "Lanimant",
        "Nadia Le Morvan",
        "7",
    ],
)
def test_a_real_name_is_accepted_in_its_own_letters(participant, consultation, name):
    assert rename_user(participant, display_name=name, by=participant).display_name == name


@pytest.mark.parametrize("name", [".", "- -", "_", "\ufffc", "\u0640", "🌻"])
def test_a_name_without_a_letter_or_a_digit_is_refused(participant, name):
    assert refused(participant, name) == "Un nom compte au moins une lettre ou un chiffre. Complétez-le."


@pytest.mark.parametrize("name", ["q\u0301\u0316\u0302", "N\u20dd\u20dd", "ก็็็", "x\u0328\u0323\u0307\u0308"])
def test_marks_are_not_piled_up_on_a_letter(participant, name):
    assert refused(participant, name) == (
        "Ce nom empile trop de signes sur une même lettre. Retirez ceux qui sont de trop."
    )


FUNCTIONS = [
    "Modérateurs",
    "Modératrices",
    "Modo",
    "Modos",
    "Moderator",
    "Organisateurs",
    "Administration",
    "Admin",
    "Adm1n",
    "Adm!nistrateur",
    "M o d é r a t i o n",
    "ServiceModération",
    "Facilitateur",
    "Facilitatrices",
    "Animateurs",
    "Comité de pilotage",
    "Comités",
    "COPIL",
    "Modération 1",
    "Modération 20",
    "Garant",
    "Les garants de la concertation",
    "Compte officiel",
    "Support",
    "Support technique",
    "Staff",
    "La modération",
    "Service modération",
    "Équipe modération",
    "Équipe de la concertation",
    "Modération de la concertation",
    "Modération Innovation urbaine",
    "Conseil des sages",
    "Le conseil des sages de la concertation",
    "CONSEIL DES SAGES",
    "Соnseil des sages",
    "Comité opérationnel",
    "Comité directeur",
]


@pytest.fixture
def named_committees(consultation, organiser):
    """The steering committee has a name of its own; the usual ones are reserved all the same."""
    return actions.edit_consultation(
        consultation, title="Innovation urbaine", steering_name="Conseil des sages", by=organiser
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_neither_a_person_nor_an_organisation_is_called_as_a_function_or_a_committee(
    participant, named_committees, name
):
    assert refused(participant, name) == OF_A_TEAM
    with pytest.raises(ValidationError) as refusal:
        actions.find_or_create_organisation(name, by=participant)
    assert refusal.value.message_dict == {"organisation": [OF_A_TEAM]}


@pytest.mark.parametrize(
    "name",
    [
        "Claire (modo)",
        "Claire, garante",
        "Garant - Claire",
        "Nadia Admin",
        "Innovation urbaine",
        "L’innovation urbaine",
    ],
)
def test_a_person_is_not_called_with_a_function_beside_their_name_or_as_a_consultation(
    participant, named_committees, settings, name
):
    assert refused(participant, name) == OF_A_TEAM
    settings.SITE_NAME = "Paroles d’ici"
    assert refused(participant, "Paroles d’ici") == OF_A_TEAM


@pytest.mark.parametrize(
    "name",
    [
        "Association d’animation rurale",
        "Comité de quartier",
        "Comité régional du tourisme",
        "Comité des fêtes",
        "Administration communale de Lens",
        "Organisation des Nations unies",
        "Organisation 1",
        "Équipe mobile de santé",
        "Support Numérique SARL",
        "Fondation Agnès Morvan",
        "Agnès Morvan, Lyon",
        "Innovation urbaine",
        "CO₂ & µTech",
    ],
)
def test_an_organisation_with_a_word_of_its_own_is_found_or_made(participant, moderator, named_committees, name):
    rename_user(moderator, display_name="Agnès Morvan", by=moderator)

    assert actions.find_or_create_organisation(name, by=participant).name == name


@pytest.mark.parametrize("name", ["Agnès Morvan", "Agnès Morvan, modération", "Service Agnès Morvan", "AGNES M0RVAN"])
def test_no_organisation_is_called_as_somebody_of_the_teams_but_by_that_person(participant, moderator, name):
    rename_user(moderator, display_name="Agnès Morvan", by=moderator)

    with pytest.raises(ValidationError) as refusal:
        actions.find_or_create_organisation(name, by=participant)

    assert refusal.value.message_dict == {"organisation": [TAKEN]}
    assert actions.find_or_create_organisation("Agnès Morvan", by=moderator).name == "Agnès Morvan"


@pytest.mark.parametrize("role", ["partner", "director", "facilitator", "organiser"])
def test_whoever_holds_a_role_is_protected_and_a_namesake_adds_what_tells_them_apart(request, participant, role):
    holder = request.getfixturevalue(role)
    rename_user(holder, display_name="Claire Vidal", by=holder)

    assert [refused(participant, name) for name in ("Claire Vidal", "Compte Claire Vidal")] == [TAKEN, TAKEN]
    for name in ("Claire L. Vidal", "Claire Vidal D.", "Claire Vidal, Lyon", "Claire Vidal-Roux"):
        assert rename_user(participant, display_name=name, by=participant).display_name == name


def test_whoever_runs_an_atelier_is_protected(participant, other_participant, organiser, consultation, now):
    rename_user(other_participant, display_name="Claire Vidal", by=other_participant)
    starts_at = now + timedelta(days=3)
    atelier = create_atelier(
        consultation, title="Lille", starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), by=organiser
    )
    set_team(atelier, people=[other_participant], role=AtelierRole.Role.FACILITATOR, by=organiser)

    assert refused(participant, "Claire Vidal") == TAKEN


def test_a_member_of_a_committee_does_not_sign_by_a_function(partner):
    assert refused(partner, "Modération") == OF_A_TEAM


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
