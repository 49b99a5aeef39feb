"""Roles and invitations in the organiser space."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from concertation.accounts.actions import rename_user
from concertation.consultations import actions
from concertation.consultations.models import (
    Invitation,
    Membership,
    Role,
)
from concertation.notices.models import Message
from tests.personas import person
from tests.reading import words

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_a_role_for_an_address_without_account_invites_it_in_the_same_act(as_organiser, space, consultation, now):
    given = {"to": "Personne@exemple.fr", "role": "moderator"}
    past = {"ends_at_jour": f"{now - 2 * DAY:%Y-%m-%d}"}
    refused = [as_organiser.post(f"{space}roles/", {**given, **more}) for more in ({"to": "personne"}, past)]
    assert [list(one.context["form"].errors) for one in refused] == [["to"], ["ends_at"]]

    last_day = (now + 3 * DAY).astimezone(consultation.tz)
    pages = [as_organiser.post(f"{space}roles/", {**given, "ends_at_jour": f"{last_day:%Y-%m-%d}"}) for _ in "12"]

    [invitation] = Invitation.objects.all()
    assert (invitation.email, invitation.role) == ("personne@exemple.fr", Role.MODERATOR)
    assert invitation.expires_at == invitation.role_ends_at == last_day.replace(hour=23, minute=59, second=59)
    assert [page.status_code for page in pages] == [302, 302]
    [mail] = Message.objects.filter(key__startswith="invitation")
    assert mail.address == "personne@exemple.fr"


def test_a_role_is_given_to_an_account_and_ended_after_a_question(as_organiser, space, newcomer):
    as_organiser.post(f"{space}roles/", {"to": "NOUVELLE@exemple.fr", "role": "moderator", "ends_at_jour": ""})
    membership = Membership.objects.get(user=newcomer)
    page = f"{space}roles/{membership.pk}/terminer/"

    assert "Mettre fin au rôle de Nouvelle ?" in words(as_organiser.get(page))
    assert Membership.objects.get(user=newcomer).ends_at is None
    as_organiser.post(page)

    assert Membership.objects.get(user=newcomer).ends_at is not None


def test_those_who_hold_a_role_are_listed_in_french_order(as_organiser, space, consultation, organiser):
    for place, name in enumerate(("Fabienne", "zoé", "Émilie", "elsa")):
        rename_user(member := person(f"membre{place}"), display_name=name, by=member)
        actions.grant_role(consultation, user=member, role="team", by=organiser)

    [team] = [group for group in as_organiser.get(f"{space}roles/").context["groups"] if len(group.members) > 1]

    assert [str(one.user) for one in team.members] == ["elsa", "Émilie", "Fabienne", "zoé"]


def test_the_last_organiser_stays_and_the_page_says_why(as_organiser, space, organiser):
    own = Membership.objects.get(user=organiser)

    response = as_organiser.post(f"{space}roles/{own.pk}/terminer/", follow=True)

    assert "garde au moins une personne à l’organisation" in words(response)


def test_addresses_are_pasted_as_people_paste_them(as_organiser, space):
    pasted = (
        "un@exemple.fr\r\n\r\nClaire Le Goff <Claire@exemple.fr>\r\nPaul Mercier ; paul@exemple.fr;\r\nun@exemple.fr"
    )

    as_organiser.post(
        f"{space}invitations/",
        {"addresses": pasted, "role": "operational", "organisation": "Ville de Lyon", "envoyer": "toutes"},
    )

    sent = Invitation.objects.order_by("email").values_list("email", "name", "role", "organisation__name")
    assert list(sent) == [
        ("claire@exemple.fr", "Claire Le Goff", "operational", "Ville de Lyon"),
        ("paul@exemple.fr", "Paul Mercier", "operational", "Ville de Lyon"),
        ("un@exemple.fr", "", "operational", "Ville de Lyon"),
    ]


def test_each_wrong_line_is_named_and_the_text_is_kept(as_organiser, space):
    pasted = "un@exemple.fr\npas une adresse\n\ndeux@exemple.fr trois@exemple.fr\n"

    given = {"addresses": pasted, "role": "participant", "envoyer": "toutes"}
    response = as_organiser.post(f"{space}invitations/", given)

    errors = [re.sub(r"[\u00a0\u202f]", " ", one) for one in response.context["form"].report]
    assert [one.split(" : ")[:2] for one in errors] == [
        ["Ligne 2", "« pas une adresse »"],
        ["Ligne 4", "« deux@exemple.fr trois@exemple.fr »"],
    ]
    assert "deux@exemple.fr trois@exemple.fr" in response.content.decode()
    assert Invitation.objects.count() == 0
    as_organiser.post(f"{space}invitations/", given | {"envoyer": "bonnes"})
    assert [one.email for one in Invitation.objects.all()] == ["un@exemple.fr"]


def test_the_list_says_what_became_of_each_letter(as_organiser, space, consultation, organiser, newcomer):
    from .letters import token_of

    now = timezone.now()
    made = {
        name: actions.invite(
            consultation, email=f"{name}@exemple.fr", role=Role.TEAM, organisation=None, open_to_others=True,
            by=organiser, now=at,
        )
        for name, at in [
            ("attente", now), ("partie", now), ("echec", now), ("acceptee", now), ("annulee", now),
            ("expiree", now - 60 * DAY),
        ]
    }  # fmt: skip
    Message.objects.filter(key=made["partie"].mail_key).update(sent=now)
    Message.objects.filter(key=made["expiree"].mail_key).update(sent=now)
    Message.objects.filter(key=made["echec"].mail_key).update(failed=now, error="550 inconnue")
    actions.accept_invitation(token_of(made["acceptee"]), user=newcomer, now=now)
    actions.revoke_invitation(made["annulee"], by=organiser, now=now)

    response = as_organiser.get(f"{space}invitations/")

    assert {one.invitation.email.split("@")[0]: one.label for one in response.context["letters"]} == {
        "attente": "En attente d’envoi",
        "partie": "Envoyée",
        "echec": "Échec de l’envoi",
        "acceptee": "Acceptée",
        "annulee": "Annulée",
        "expiree": "Expirée",
    }
    assert "550 inconnue" in response.content.decode()
    assert [one.label for one in as_organiser.get(space).context["items"] if "Invitation" in one.label] == [
        "Invitations non remises",
        "Invitations expirées sans réponse",
    ]


def test_a_letter_is_sent_again_or_taken_back_from_the_list(as_organiser, space, consultation, organiser, now):
    before = now - timedelta(hours=1)
    letter = actions.invite(consultation, email="a@exemple.fr", role="", organisation=None, by=organiser, now=before)

    as_organiser.post(f"{space}invitations/{letter.pk}/renvoyer/")
    assert Message.objects.filter(key__startswith="invitation:").count() == 2
    assert "Annuler l’invitation envoyée à a@exemple.fr ?" in words(
        as_organiser.get(f"{space}invitations/{letter.pk}/annuler/")
    )
    as_organiser.post(f"{space}invitations/{letter.pk}/annuler/")
    refused = as_organiser.post(f"{space}invitations/{letter.pk}/renvoyer/", follow=True)

    assert Invitation.objects.get().revoked_at is not None
    assert "Cette invitation a été annulée" in words(refused)


def test_two_clicks_on_invite_say_once_that_the_letter_is_on_its_way(as_organiser, space):
    given = {"envoyer": "toutes", "addresses": "nadia@exemple.fr", "role": "participant"}
    for _click in range(2):
        as_organiser.post(f"{space}invitations/", given)

    said = words(as_organiser.get(f"{space}invitations/"))

    assert (said.count("1 invitation est en route."), Invitation.objects.count()) == (1, 1)
