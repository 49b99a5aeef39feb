"""Joining by the form, and answering an invitation."""

from datetime import timedelta

import pytest

from concertation.accounts.models import Organisation, User
from concertation.consultations import actions
from concertation.consultations.models import Membership, Participation, Role
from tests.reading import words

from .letters import token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(consultation):
    return f"/c/{consultation.slug}/rejoindre/"


@pytest.fixture
def answers(consultation):
    return {
        "actor_kind": consultation.actor_kinds.first().pk,
        "territory": "",
        "organisation": "Ville de Grande-Rive",
        "speaks_for": "on",
        "accepts_charter": "on",
    }


def test_one_identifies_before_joining_and_comes_back(client, address):
    response = client.get(address)

    assert response.status_code == 302
    assert response["Location"].endswith(f"?next={address}")


def test_joining_asks_nothing_it_knows_and_keeps_what_was_typed(client, address, answers, newcomer):
    client.force_login(newcomer)
    refused = client.post(address, {**answers, "actor_kind": "", "accepts_charter": ""})

    assert refused.status_code == 422
    assert sorted(refused.context["form"].errors) == ["accepts_charter", "actor_kind"]
    assert 'value="Ville de Grande-Rive"' in refused.content.decode()
    assert "display_name" not in refused.context["form"].fields
    assert not Participation.objects.filter(user=newcomer).exists()


def test_an_archived_consultation_says_that_nobody_joins_it_any_more(
    client, address, answers, consultation, newcomer, organiser, now
):
    actions.archive_consultation(consultation, by=organiser, now=now)
    client.force_login(newcomer)

    page = client.get(address)

    assert page.status_code == 200
    assert "Elle ne reçoit plus de participants." in words(page)
    assert 'name="actor_kind"' not in page.content.decode()
    assert client.post(address, answers).status_code == 403
    assert not Participation.objects.filter(user=newcomer).exists()


def test_what_one_said_of_oneself_no_longer_changes_in_an_archived_consultation(
    client, consultation, participant, organiser, now
):
    actions.archive_consultation(consultation, by=organiser, now=now)
    client.force_login(participant)
    address = f"/c/{consultation.slug}/ma-participation/"

    page = client.get(address)

    assert "Elles ne peuvent plus changer." in words(page)
    assert 'name="actor_kind"' not in page.content.decode()
    assert client.post(address, {}).status_code == 403


def test_joining_finds_or_makes_the_organisation(client, address, answers, newcomer, organisation):
    client.force_login(newcomer)

    response = client.post(address, {**answers, "organisation": "ville de grande-rive"})

    assert response.status_code == 302
    joined = Participation.objects.get(user=newcomer)
    assert (joined.organisation, joined.speaks_for) == (organisation, "claimed")
    assert Organisation.objects.count() == 1


def test_a_new_account_gives_its_name_on_joining(client, address, answers, db):
    nameless = User.objects.create_user("sans-nom@exemple.fr")
    client.force_login(nameless)

    refused = client.post(address, {**answers, "display_name": "moi@exemple.fr"})
    assert list(refused.context["form"].errors) == ["display_name"]
    client.post(address, {**answers, "display_name": "Ada L."})

    assert User.objects.get(pk=nameless.pk).display_name == "Ada L."
    assert Participation.objects.get(user=nameless).name == "Ada L."


@pytest.mark.parametrize(
    ("wanted", "reached"), [("/c/innovation-urbaine/debat/", "/c/innovation-urbaine/debat/"),
                            ("https://ailleurs.example/", "/c/innovation-urbaine/"),
                            ("//ailleurs.example/", "/c/innovation-urbaine/")],
)  # fmt: skip
def test_one_comes_back_to_this_site_only(client, address, answers, newcomer, wanted, reached):
    client.force_login(newcomer)

    response = client.post(address, {**answers, "next": wanted})

    assert response["Location"] == reached


def test_a_list_of_another_consultation_is_refused_in_the_form(client, address, answers, newcomer, other_consultation):
    client.force_login(newcomer)

    response = client.post(address, {**answers, "actor_kind": other_consultation.actor_kinds.first().pk})

    assert list(response.context["form"].errors) == ["actor_kind"]


def test_answers_change_for_what_is_written_next(client, consultation, participant):
    client.force_login(participant)
    kind = consultation.actor_kinds.last()

    response = client.post(
        f"/c/{consultation.slug}/ma-participation/", {"actor_kind": kind.pk, "territory": "", "organisation": ""}
    )

    assert response.status_code == 302
    assert Participation.objects.get(user=participant).actor_kind == kind


@pytest.fixture
def letter(consultation, organiser, now):
    return actions.invite(
        consultation, email="nouvelle@exemple.fr", role=Role.OPERATIONAL, organisation=None, by=organiser, now=now
    )


@pytest.fixture
def link(letter):
    return f"/invitation/{token_of(letter)}/"


def test_the_page_says_what_the_link_grants_and_opening_it_grants_nothing(client, link, newcomer):
    anonymous = client.get(link)
    assert anonymous.status_code == 200
    assert "Comité opérationnel" in anonymous.content.decode()
    assert f"/compte/identification/?next={link}" in anonymous.content.decode()

    client.force_login(newcomer)
    assert client.get(link).status_code == 200

    assert not Membership.objects.filter(user=newcomer).exists()


def test_a_visitor_who_posts_gets_no_role(client, link, letter):
    assert client.post(link).status_code == 200

    letter.refresh_from_db()
    assert letter.accepted_at is None


def test_accepting_leads_to_joining_or_back_to_the_consultation(client, link, newcomer):
    client.force_login(newcomer)

    response = client.post(link)

    assert response["Location"] == "/c/innovation-urbaine/rejoindre/"
    assert Membership.objects.filter(user=newcomer, role=Role.OPERATIONAL).exists()


def test_a_link_used_taken_back_or_expired_is_gone_and_says_why(
    client, consultation, letter, link, newcomer, participant, organiser, now
):
    client.force_login(newcomer)
    client.post(link)
    again = client.get(link)
    client.force_login(participant)
    used = client.post(link)
    other = actions.invite(consultation, email="b@exemple.fr", role="", organisation=None, by=organiser, now=now)
    actions.revoke_invitation(other, by=organiser, now=now)
    revoked = client.get(f"/invitation/{token_of(other)}/")
    past = now - timedelta(days=60)
    late = actions.invite(consultation, email="c@exemple.fr", role="", organisation=None, by=organiser, now=past)
    expired = client.get(f"/invitation/{token_of(late)}/")

    assert [one.status_code for one in (again, used, revoked, expired)] == [410, 410, 410, 410]
    assert "Vous l’avez acceptée vous-même" in again.content.decode()
    assert "a déjà été utilisée" in used.content.decode()
    assert "a été annulée" in revoked.content.decode()
    assert "a expiré le" in expired.content.decode()


def test_a_link_that_never_existed_is_not_found(client, db):
    assert client.get("/invitation/inconnu/").status_code == 404
