"""Creating a consultation with its lists, its charter, its phases and its topics, on one page."""

import re
from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.consultations import actions
from concertation.consultations.lines import Column, columns_of, parsed
from concertation.consultations.models import ActorKind, Consultation, Invitation, Membership, Role
from concertation.consultations.outline import Outline, usual
from concertation.consultations.presets import PRESETS
from concertation.notices.models import Message
from tests.reading import form_with, words

pytestmark = pytest.mark.django_db

PAGE = "/organiser/nouvelle/"
MONDAY = date(2027, 1, 4)


@pytest.fixture
def as_administrator(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def proposed(as_administrator):
    """What the page proposes, with a title and a start."""
    return {**form_with(as_administrator.get(PAGE), "kinds"), "title": "Notre littoral", "starts_on": f"{MONDAY}"}


def created(client, given):
    response = client.post(PAGE, given)
    assert response.status_code == 302, response.context["form"].errors
    return Consultation.objects.get(title=given["title"])


def test_a_title_is_enough_for_a_draft_with_three_phases_lists_and_a_charter(as_administrator, proposed, administrator):
    made = created(as_administrator, proposed)

    spans = [
        (phase.opens_at.astimezone(made.tz), phase.closes_at.astimezone(made.tz)) for phase in made.phases.in_order()
    ]
    assert [opens.date() for opens, _closes in spans] == [
        MONDAY,
        MONDAY + timedelta(weeks=6),
        MONDAY + timedelta(weeks=12),
    ]
    assert [closes for _opens, closes in spans][-1] == datetime.combine(
        MONDAY + timedelta(weeks=16, days=-1), time(23, 59, 59), made.tz
    )
    assert [[nature.code for nature in phase.natures.all()] for phase in made.phases.in_order()] == [
        ["besoin", "frein", "opportunite"],
        ["frein", "solution", "experimentation", "outil"],
        ["besoin", "frein", "fonctionnalite"],
    ]
    assert [kind.label for kind in made.actor_kinds.filter(family__label="Économie et recherche")] == [
        "Entreprise", "Chercheuse ou chercheur",
    ]  # fmt: skip
    assert (made.stakes.count(), made.reasons.to_hide().count(), made.natures.count()) == (3, 7, 7)
    assert made.natures.get(code="frein").icon == "obstacle"
    assert made.charter.body.startswith("En participant")
    assert (made.slug, made.opens_publicly_at) == ("notre-littoral", None)
    assert Membership.objects.get(consultation=made).user == administrator


def test_every_proposal_may_be_changed_at_once(as_administrator, proposed):
    given = {
        "phase1_title": "Diagnostic",
        "phase1_weeks": "2",
        "phase1_topics": "Dunes – Que faut-il protéger ?\nPorts",
        "phase2_title": "",
        "phase3_weeks": "1",
        "kinds": "Pêcheuse ou pêcheur ; Mer\nÉlue ou élu",
        "natures": "idée ; idées\nfrein ; freins",
        "stakes": "",
        "to_hide": "Hors sujet ; Une autre page en parle ; voyez-la.",
        "charter": "",
    }

    made = created(as_administrator, {**proposed, **given})

    first, last = made.phases.in_order()
    assert (first.title, last.opens_at.astimezone(made.tz).date()) == ("Diagnostic", MONDAY + timedelta(weeks=2))
    assert [(one.title, one.question) for one in first.topics.all()] == [
        ("Dunes", "Que faut-il protéger ?"),
        ("Ports", ""),
    ]
    assert [(kind.label, str(kind.family or "")) for kind in made.actor_kinds.all()] == [
        ("Pêcheuse ou pêcheur", "Mer"), ("Élue ou élu", ""),
    ]  # fmt: skip
    assert [(one.code, one.icon) for one in made.natures.all()] == [("idee", "need"), ("frein", "obstacle")]
    assert [nature.code for nature in first.natures.all()] == ["frein"]
    assert made.reasons.to_hide().get().explanation == "Une autre page en parle ; voyez-la."
    assert (made.stakes.count(), made.charter) == (0, None)


def test_errors_name_their_line_and_everything_typed_is_kept(as_administrator, proposed):
    given = {
        "kinds": f"Habitante\n; Seule\nÉlue\nhabitante ; Autres\n{'x' * 81}",
        "phase1_weeks": "0",
        "phase2_topics": "; Sans titre",
        "starts_on": "le 3",
    }

    refused = as_administrator.post(PAGE, {**proposed, **given})

    form = refused.context["form"]
    assert refused.status_code == 422
    assert set(form.errors) == {"kinds", "phase1_weeks", "phase2_topics", "starts_on"}
    assert [error[:7] for error in form.errors["kinds"]] == ["Ligne 2", "Ligne 4", "Ligne 5"]
    assert form_with(refused, "kinds")["kinds"] == [given["kinds"]]
    assert Consultation.objects.count() == 0


def test_dates_follow_from_the_start_and_the_durations_before_anything_is_created(as_administrator, proposed):
    moved = {**proposed, "starts_on": "2027-03-01", "phase1_weeks": "2", "stakes": "Sobriété", "recalculer": "oui"}

    page = as_administrator.post(PAGE, moved)

    assert "Du 1er au 14 mars 2027" in words(page) or "du 1er au 14 mars 2027" in words(page)
    again = form_with(page, "kinds")
    assert (again["starts_on"], again["stakes"], again["title"]) == (["2027-03-01"], ["Sobriété"], ["Notre littoral"])
    assert Consultation.objects.count() == 0


def test_another_model_proposes_its_own_actors_and_stakes(as_administrator):
    shown = form_with(as_administrator.get(f"{PAGE}?modele=innovation-urbaine"), "kinds")

    assert "Aménageur, bailleur ou promoteur ; Conduit des projets urbains" in shown["kinds"][0]
    assert shown["stakes"][0].split() == ["Sobriété", "Résilience", "Inclusion"]
    assert form_with(as_administrator.get(f"{PAGE}?modele=inconnu"), "kinds")["kinds"][0].startswith("Habitante")


def test_another_model_keeps_what_was_typed_and_the_lists_that_were_changed(as_administrator, proposed):
    typed = {**proposed, "presentation": "La commune.", "stakes": "Dunes\r\nPorts", "recalculer": "oui"}

    page = as_administrator.post(f"{PAGE}?modele=innovation-urbaine", typed)

    again = form_with(page, "kinds")
    kept = {name: again[name][0] for name in ("title", "presentation", "starts_on")}
    assert kept == {"title": "Notre littoral", "presentation": "La commune.", "starts_on": f"{MONDAY}"}
    assert again["stakes"][0].split() == ["Dunes", "Ports"]
    assert again["kinds"][0].startswith("Entreprise ou start-up")
    pressed = re.findall(r'aria-pressed="true">(.*?)<', page.content.decode())
    assert pressed == ["Innovation urbaine"]
    assert Consultation.objects.count() == 0


def test_a_list_whose_lines_alone_changed_is_kept_by_another_model(as_administrator, proposed):
    joined = proposed["stakes"][0].replace("\n", " ")
    typed = {**proposed, "stakes": joined, "recalculer": "oui"}

    again = form_with(as_administrator.post(f"{PAGE}?modele=innovation-urbaine", typed), "kinds")

    assert (again["stakes"], again["modele"]) == ([joined], ["innovation-urbaine"])
    assert again["kinds"][0].startswith("Entreprise ou start-up")


def test_the_list_of_another_model_that_was_typed_is_kept(as_administrator, proposed):
    theirs = form_with(as_administrator.get(f"{PAGE}?modele=innovation-urbaine"), "kinds")["stakes"][0]
    typed = {**proposed, "stakes": theirs, "recalculer": "oui"}

    for modele in ("", "?modele=toute-concertation", "?modele=innovation-urbaine"):
        again = form_with(as_administrator.post(f"{PAGE}{modele}", typed), "kinds")
        assert again["stakes"][0].split() == theirs.split()


def test_new_dates_leave_every_list_as_it_was_typed(as_administrator, proposed):
    typed = {**proposed, "stakes": proposed["stakes"][0].replace("\n", "  \n"), "recalculer": "oui"}

    again = form_with(as_administrator.post(PAGE, typed), "kinds")

    assert again["stakes"] == [typed["stakes"]]


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_what_each_model_proposes_is_accepted(preset, client, administrator):
    client.force_login(administrator)
    name = next(key for key, one in PRESETS.items() if one is preset)

    page = client.get(f"{PAGE}?modele={name}")

    assert created(client, {**form_with(page, "kinds"), "title": "Essai"}).actor_kinds.count() == len(preset.kinds)


def test_an_organiser_without_account_is_invited_by_the_creation(as_administrator, proposed):
    made = created(as_administrator, {**proposed, "organiser": "Maire@Ville.fr"})

    invitation = Invitation.objects.get(consultation=made)
    assert (invitation.email, invitation.role) == ("maire@ville.fr", Role.ORGANISER)
    assert Message.objects.get(key=invitation.mail_key).address == "maire@ville.fr"
    assert Membership.objects.filter(consultation=made).count() == 0


def test_a_refused_line_of_the_outline_creates_nothing(administrator):
    outline = {name: getattr(usual(), name) for name in ("natures", "to_hide", "to_restore", "to_move")}
    long = parsed(f"Élue\n{'x' * 90}", [Column("label", 200)])

    with pytest.raises(ValidationError) as refusal:
        actions.create_consultation(title="Essai", outline=Outline(kinds=[], stakes=long, **outline), by=administrator)

    assert list(refusal.value.message_dict) == ["stakes"]
    assert Consultation.objects.count() == 0


def test_organisers_create_drafts_of_their_own_where_the_site_says_so(
    client, consultation, organiser, newcomer, settings
):
    for setting, person in ((False, organiser), (True, newcomer)):
        settings.ORGANISERS_CREATE = setting
        with pytest.raises(PermissionDenied):
            actions.create_consultation(title="Essai", by=person)

    client.force_login(organiser)
    assert PAGE in client.get("/organiser/").content.decode()
    page = form_with(client.get(PAGE), "kinds")
    assert "organiser" not in page
    made = created(client, {**page, "title": "Essai", "organiser": newcomer.email})

    assert (made.opens_publicly_at, Membership.objects.get(consultation=made).user) == (None, organiser)
    assert actions.create_consultation(title="Essai", organiser=newcomer, by=organiser).slug == "essai-2"
    assert Membership.objects.filter(user=newcomer).count() == 0


def test_the_families_of_kinds_are_one_whatever_the_case(administrator):
    kinds = parsed("Habitante ; Société civile\nAssociation ; société civile", columns_of(ActorKind, "label", "family"))
    lists = {name: getattr(usual(), name) for name in ("natures", "stakes", "to_hide", "to_restore", "to_move")}

    made = actions.create_consultation(title="Essai", outline=Outline(kinds=kinds, **lists), by=administrator)

    assert [family.label for family in made.actor_families.all()] == ["Société civile"]
    assert {kind.family_id for kind in made.actor_kinds.all()} == {made.actor_families.get().pk}
