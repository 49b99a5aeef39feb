"""The organiser space: who enters it, what each form does with good and bad input, and what waits."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from concertation.consultations import actions
from concertation.consultations.models import (
    Consultation,
    Invitation,
    Membership,
    Nature,
    Partner,
    Phase,
    Role,
    Stake,
    Territory,
    Topic,
)
from concertation.journal.models import JournalEntry
from concertation.notices.models import Message

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LISTS = ["natures", "enjeux", "acteurs", "territoires", "motifs", "partenaires", "documents"]


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


@pytest.fixture
def space(consultation):
    return f"/c/{consultation.slug}/organiser/"


@pytest.fixture
def as_organiser(client, organiser):
    client.force_login(organiser)
    return client


def test_each_page_opens_to_those_who_run_the_consultation_and_to_nobody_else(
    client, space, consultation, topic, newcomer, participant, partner, director, moderator, facilitator, organiser,
    stranger_moderator, administrator,
):  # fmt: skip
    phase, nature = topic.phase, consultation.natures.first()
    managed = [
        "reglages/", "charte/", "programme/", "phases/ajouter/", f"phases/{phase.pk}/", f"phases/{phase.pk}/supprimer/",
        f"phases/{phase.pk}/thematiques/ajouter/", f"thematiques/{topic.pk}/supprimer/", "listes/", "roles/",
        "invitations/", *(f"listes/{name}/" for name in LISTS), *(f"listes/{name}/ajouter/" for name in LISTS),
        f"listes/natures/{nature.pk}/", f"listes/natures/{nature.pk}/supprimer/",
    ]  # fmt: skip
    expected = {
        **{space + path: (403, 403, 403) for path in managed},
        space: (403, 200, 200),
        f"{space}thematiques/{topic.pk}/": (403, 403, 200),
        f"/c/{consultation.slug}/journal/": (403, 200, 200),
    }
    for page, (outside, of_moderator, of_team) in expected.items():
        assert client.get(page).status_code == 302
        for person, status in [
            (newcomer, outside), (participant, outside), (partner, outside), (director, outside),
            (stranger_moderator, outside), (moderator, of_moderator), (facilitator, of_team), (organiser, 200),
            (administrator, 200),
        ]:  # fmt: skip
            client.force_login(person)
            assert (page, str(person), client.get(page).status_code) == (page, str(person), status)
        client.logout()


def test_a_direct_post_by_another_changes_nothing(client, space, consultation, open_phase, moderator):
    client.force_login(moderator)
    before = JournalEntry.objects.count()

    for path in ("reglages/", "reglages/archiver/", f"phases/{open_phase.pk}/supprimer/", "roles/", "invitations/"):
        assert client.post(space + path, {"title": "x"}).status_code == 403

    assert JournalEntry.objects.count() == before


def test_the_administrator_creates_a_consultation_for_an_account(client, administrator, organiser, participant):
    client.force_login(participant)
    assert client.get("/organiser/nouvelle/").status_code == 403
    client.force_login(administrator)
    answers = {"title": "Littoral", "slug": "littoral", "summary": "", "organiser": "inconnu@exemple.fr"}
    refused = client.post("/organiser/nouvelle/", answers)
    assert list(refused.context["form"].errors) == ["organiser"]

    response = client.post("/organiser/nouvelle/", {**answers, "organiser": organiser.email.upper()})

    assert response["Location"] == "/c/littoral/organiser/"
    assert Membership.objects.get(consultation__slug="littoral").user == organiser


def test_a_taken_address_is_said_beside_the_field_and_the_rest_is_kept(client, administrator, consultation):
    client.force_login(administrator)

    response = client.post(
        "/organiser/nouvelle/",
        {"title": "Autre titre", "slug": consultation.slug, "organiser": administrator.email},
    )

    assert list(response.context["form"].errors) == ["slug"]
    assert 'value="Autre titre"' in response.content.decode()


def test_my_consultations_are_those_whose_staff_i_am(client, consultation, other_consultation, moderator, partner):
    client.force_login(moderator)
    assert [one.slug for one in client.get("/organiser/").context["consultations"]] == [consultation.slug]
    client.force_login(partner)
    assert list(client.get("/organiser/").context["consultations"]) == []


# Phases and topics ------------------------------------------------------------------------------------------------


def phase_answers(**changes):
    answers = {
        "title": "Nouvelle phase", "goal": "", "opens_at_jour": "2026-10-12", "opens_at_heure": "",
        "closes_at_jour": "2026-12-18", "closes_at_heure": "", "access": "public", "moderation": "after",
        "allows_contributions": "on", "allows_replies": "on",
    }  # fmt: skip
    return {**answers, **changes}


def test_a_day_without_an_hour_opens_at_its_beginning_and_closes_at_its_end(as_organiser, space):
    as_organiser.post(f"{space}phases/ajouter/", phase_answers())

    phase = Phase.objects.get()
    assert phase.opens_at.isoformat() == "2026-10-11T22:00:00+00:00"
    assert phase.closes_at.isoformat() == "2026-12-18T22:59:59+00:00"
    assert not phase.allows_reactions


def test_the_hours_are_those_of_the_consultations_zone(as_organiser, space, consultation, organiser):
    actions.edit_consultation(consultation, zone="Indian/Reunion", by=organiser)

    as_organiser.post(f"{space}phases/ajouter/", phase_answers(opens_at_heure="09:30"))

    assert Phase.objects.get().opens_at.isoformat() == "2026-10-12T05:30:00+00:00"


def test_the_form_shows_a_phase_as_it_was_given_and_saving_it_changes_nothing(as_organiser, space):
    as_organiser.post(f"{space}phases/ajouter/", phase_answers())
    phase = Phase.objects.get()
    page = f"{space}phases/{phase.pk}/"

    html = as_organiser.get(page).content.decode()
    as_organiser.post(page, phase_answers())

    assert 'value="2026-12-18"' in html
    assert "23:59" not in html
    assert JournalEntry.objects.filter(verb="phase.edited").count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_at_jour": "2026-10-11"}, "closes_at"),
        ({"opens_at_jour": "2026-02-30"}, "opens_at"),
        ({"opens_at_jour": ""}, "opens_at"),
        ({"opens_at_jour": "", "opens_at_heure": "10:00"}, "opens_at"),
        ({"closes_at_heure": "25:00"}, "closes_at"),
        ({"closes_at_jour": "9999-12-31"}, "closes_at"),
        ({"title": ""}, "title"),
        ({"title": "t" * 121}, "title"),
        ({"goal": "a\x00b"}, "goal"),
        ({"goal": "g" * 20_001}, "goal"),
        ({"access": "tous"}, "access"),
        ({"natures": ["999999"]}, "natures"),
    ],
)
def test_a_wrong_answer_is_said_beside_its_field_and_the_title_is_kept(as_organiser, space, changes, field):
    response = as_organiser.post(f"{space}phases/ajouter/", phase_answers(**changes))

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    if field != "title":
        assert 'value="Nouvelle phase"' in response.content.decode()
    assert Phase.objects.count() == 0


def test_phases_and_topics_move_by_buttons(as_organiser, space, past_phase, open_phase, organiser):
    first = actions.create_topic(open_phase, title="Un", by=organiser)
    second = actions.create_topic(open_phase, title="Deux", by=organiser)

    as_organiser.post(f"{space}programme/deplacer/", {"deplacer": f"{open_phase.pk}:haut"})
    as_organiser.post(f"{space}phases/{open_phase.pk}/thematiques/deplacer/", {"deplacer": f"{first.pk}:bas"})
    for nonsense in ("", "x", f"{first.pk}:ailleurs", "999:haut", ":"):
        as_organiser.post(f"{space}programme/deplacer/", {"deplacer": nonsense})

    assert list(Phase.objects.values_list("pk", flat=True)) == [open_phase.pk, past_phase.pk]
    assert list(Topic.objects.values_list("pk", flat=True)) == [second.pk, first.pk]


def test_a_topic_is_created_changed_and_deleted(as_organiser, space, open_phase):
    as_organiser.post(
        f"{space}phases/{open_phase.pk}/thematiques/ajouter/", {"title": "Sobriété", "question": "Quoi ?"}
    )
    topic = Topic.objects.get()
    as_organiser.post(f"{space}thematiques/{topic.pk}/", {"title": "Sobriété", "introduction": "**Gras**"})
    topic.refresh_from_db()
    assert "<strong>Gras</strong>" in topic.introduction_html

    as_organiser.post(f"{space}thematiques/{topic.pk}/supprimer/")

    assert Topic.objects.count() == 0


def test_what_is_used_is_not_deleted_and_the_page_says_why(as_organiser, space, topic):
    response = as_organiser.post(f"{space}phases/{topic.phase_id}/supprimer/", follow=True)

    assert "Cette phase contient des thématiques" in words(response)
    assert Phase.objects.filter(pk=topic.phase_id).exists()


def test_rows_of_another_consultation_are_not_found(as_organiser, space, other_consultation, administrator, now):
    phase = actions.create_phase(other_consultation, title="Là", opens_at=now, closes_at=now + DAY, by=administrator)
    topic = actions.create_topic(phase, title="Là", by=administrator)
    nature = other_consultation.natures.first()
    membership = Membership.objects.filter(consultation=other_consultation).first()

    for path in (
        f"phases/{phase.pk}/", f"phases/{phase.pk}/supprimer/", f"phases/{phase.pk}/thematiques/ajouter/",
        f"thematiques/{topic.pk}/", f"listes/natures/{nature.pk}/", f"listes/natures/{nature.pk}/supprimer/",
        f"roles/{membership.pk}/terminer/", "listes/inconnue/ajouter/",
    ):  # fmt: skip
        assert (path, as_organiser.post(space + path).status_code) == (path, 404)


# Lists ------------------------------------------------------------------------------------------------------------


def test_each_list_is_added_to_and_changed_by_its_form(as_organiser, space):
    answers = {
        "natures": {"singular": "idée", "plural": "idées", "icon": "need", "colour": "#123456"},
        "enjeux": {"label": "Sobriété"},
        "acteurs": {"label": "Journaliste", "family": "other"},
        "territoires": {
            "name": "Grand-Paris",
            "code": "MGP",
            "parent": Territory.objects.get(kind="region", code="11").pk,
        },
        "motifs": {"label": "Spam", "explanation": "Envoi automatique."},
        "partenaires": {"name": "Cerema", "role": "Copilote"},
    }
    for name, given in answers.items():
        response = as_organiser.post(f"{space}listes/{name}/ajouter/", given)
        assert (name, response.status_code) == (name, 302)

    assert Nature.objects.get(code="idee").colour == "#123456"
    assert Territory.objects.get(code="MGP").parent.name == "Île-de-France"
    partner = Partner.objects.get()
    as_organiser.post(f"{space}listes/partenaires/{partner.pk}/", {"name": "Cerema", "role": "Appui"})
    assert Partner.objects.get().role == "Appui"


def test_a_word_twice_in_a_list_is_said_beside_the_field(as_organiser, space):
    as_organiser.post(f"{space}listes/enjeux/ajouter/", {"label": "Sobriété"})

    response = as_organiser.post(f"{space}listes/enjeux/ajouter/", {"label": "Sobriété"})

    assert list(response.context["form"].errors) == ["label"]
    assert Stake.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.png", b"<svg onload=alert(1)>"),
        ("logo.svg", b"<svg/>"),
        ("logo.exe", b"MZ"),
        ("logo", b"\x89PNG\r\n\x1a\n"),
        ("logo.png", b"\x89PNG\r\n\x1a\n" + b"0" * 1024 * 1024),
    ],
)
def test_a_logo_that_is_not_what_its_name_says_is_refused(as_organiser, space, name, content, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    response = as_organiser.post(
        f"{space}listes/partenaires/ajouter/", {"name": "Cerema", "logo": SimpleUploadedFile(name, content)}
    )

    assert list(response.context["form"].errors) == ["logo"]
    assert Partner.objects.count() == 0


def test_a_logo_is_kept_shown_and_taken_away(as_organiser, space, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    logo = SimpleUploadedFile("logo.png", b"\x89PNG\r\n\x1a\n0000")
    as_organiser.post(f"{space}listes/partenaires/ajouter/", {"name": "Cerema", "logo": logo})
    partner = Partner.objects.get()
    shown = as_organiser.get(f"/c/{partner.consultation.slug}/partenaires/{partner.pk}/logo/")
    assert shown["Content-Type"] == "image/png"

    as_organiser.post(f"{space}listes/partenaires/{partner.pk}/", {"name": "Cerema", "role": "", "logo-clear": "on"})

    assert not Partner.objects.get().logo


def test_a_document_is_checked_for_what_it_is(as_organiser, space, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for name, content in [("a.docx", b"PK\x03\x04 tronque"), ("a.pdf", b"%PD"), ("a.html", b"<p>")]:
        refused = as_organiser.post(
            f"{space}listes/documents/ajouter/", {"title": "Rapport", "file": SimpleUploadedFile(name, content)}
        )
        assert (name, list(refused.context["form"].errors)) == (name, ["file"])


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_no_more_queries_for_three_lines_than_for_one(as_organiser, space, consultation, organiser, name):
    from concertation.consultations.views.frame import LISTS as KINDS

    model = KINDS[name].model
    fields = {
        "natures": lambda n: {"singular": f"n{n}", "plural": f"n{n}"},
        "territoires": lambda n: {
            "name": f"n{n}",
            "code": f"N{n}",
            "parent": Territory.objects.get(kind="region", code="11"),
        },
        "partenaires": lambda n: {"name": f"n{n}"},
        "documents": lambda n: {"title": f"n{n}", "file": f"absent{n}.pdf"},
    }.get(name, lambda n: {"label": f"n{n}"})

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert as_organiser.get(f"{space}listes/{name}/").status_code == 200
        return len(captured)

    actions.create_item(model, consultation, by=organiser, **fields(0))
    queries()
    one = queries()
    for n in (1, 2):
        actions.create_item(model, consultation, by=organiser, **fields(n))

    assert queries() == one


# Settings, charter ------------------------------------------------------------------------------------------------


def settings_answers(**changes):
    answers = {
        "title": "Place de l’innovation urbaine", "slug": "innovation-urbaine", "zone": "Europe/Paris",
        "opens_publicly_at_jour": "2026-09-28", "opens_publicly_at_heure": "09:00",
        "steering_name": "Comité directeur", "operational_name": "Comité opérationnel", "accent": "#1a6b5c",
    }  # fmt: skip
    return {**answers, **changes}


def test_settings_are_saved_at_the_new_address(as_organiser, space):
    response = as_organiser.post(f"{space}reglages/", settings_answers(slug="place", steering_name="Copil"))

    assert response["Location"] == "/c/place/organiser/reglages/"
    edited = Consultation.objects.get(slug="place")
    assert (edited.steering_name, edited.accent) == ("Copil", "")
    assert edited.opens_publicly_at.isoformat() == "2026-09-28T07:00:00+00:00"


def test_an_accent_is_chosen_and_given_up(as_organiser, space):
    as_organiser.post(f"{space}reglages/", settings_answers(own_accent="on", accent="#7a3b1d"))
    assert Consultation.objects.get().accent == "#7a3b1d"

    as_organiser.post(f"{space}reglages/", settings_answers(accent="#7a3b1d"))

    assert Consultation.objects.get().accent == ""


def test_without_an_opening_a_consultation_is_a_draft(as_organiser, space, now):
    as_organiser.post(f"{space}reglages/", settings_answers(opens_publicly_at_jour="", opens_publicly_at_heure=""))

    assert not Consultation.objects.get().is_public(now)


def test_an_archived_consultation_is_taken_out_of_the_archives_before_it_is_edited(as_organiser, space):
    as_organiser.post(f"{space}reglages/archiver/", {"archiver": "oui"})
    assert as_organiser.post(f"{space}reglages/", settings_answers(title="Autre")).status_code == 403
    assert "sortez-la d’abord des archives" in words(as_organiser.get(f"{space}reglages/"))

    as_organiser.post(f"{space}reglages/archiver/", {"archiver": "non"})

    assert as_organiser.post(f"{space}reglages/", settings_answers(title="Autre")).status_code == 302


def test_the_charter_is_published_by_its_form(as_organiser, space, consultation):
    response = as_organiser.post(f"{space}charte/", {"title": "Charte", "body": "Autrement."})
    assert response.status_code == 302

    refused = as_organiser.post(f"{space}charte/", {"title": "Charte", "body": ""})

    assert Consultation.objects.get().charter.version == 2
    assert list(refused.context["form"].errors) == ["body"]


# Roles and invitations --------------------------------------------------------------------------------------------


def test_a_role_is_given_to_an_account_and_ended_after_a_question(as_organiser, space, newcomer):
    refused = as_organiser.post(f"{space}roles/", {"user": "personne@exemple.fr", "role": "moderator"})
    assert list(refused.context["form"].errors) == ["user"]
    as_organiser.post(f"{space}roles/", {"user": "NOUVELLE@exemple.fr", "role": "moderator", "ends_at_jour": ""})
    membership = Membership.objects.get(user=newcomer)
    page = f"{space}roles/{membership.pk}/terminer/"

    assert "Mettre fin au rôle de Nouvelle ?" in words(as_organiser.get(page))
    assert Membership.objects.get(user=newcomer).ends_at is None
    as_organiser.post(page)

    assert Membership.objects.get(user=newcomer).ends_at is not None


def test_the_last_organiser_stays_and_the_page_says_why(as_organiser, space, organiser):
    own = Membership.objects.get(user=organiser)

    response = as_organiser.post(f"{space}roles/{own.pk}/terminer/", follow=True)

    assert "garde au moins une personne à l’organisation" in words(response)


def test_addresses_are_pasted_as_people_paste_them(as_organiser, space):
    pasted = (
        "un@exemple.fr\r\n\r\nClaire Le Goff <Claire@exemple.fr>\r\nPaul Mercier ; paul@exemple.fr;\r\nun@exemple.fr"
    )

    as_organiser.post(
        f"{space}invitations/", {"addresses": pasted, "role": "operational", "organisation": "Ville de Lyon"}
    )

    sent = Invitation.objects.order_by("email").values_list("email", "name", "role", "organisation__name")
    assert list(sent) == [
        ("claire@exemple.fr", "Claire Le Goff", "operational", "Ville de Lyon"),
        ("paul@exemple.fr", "Paul Mercier", "operational", "Ville de Lyon"),
        ("un@exemple.fr", "", "operational", "Ville de Lyon"),
    ]


def test_each_wrong_line_is_named_and_the_text_is_kept(as_organiser, space):
    pasted = "un@exemple.fr\npas une adresse\n\ndeux@exemple.fr trois@exemple.fr\n"

    response = as_organiser.post(f"{space}invitations/", {"addresses": pasted, "role": "participant"})

    errors = [re.sub(r"[\u00a0\u202f]", " ", one) for one in response.context["form"].errors["addresses"]]
    assert [one.split(" : ")[0] for one in errors] == [
        "Ligne 2, « pas une adresse »",
        "Ligne 4, « deux@exemple.fr trois@exemple.fr »",
    ]
    assert "deux@exemple.fr trois@exemple.fr" in response.content.decode()
    assert Invitation.objects.count() == 0


def test_the_list_says_what_became_of_each_letter(as_organiser, space, consultation, organiser, newcomer):
    from .letters import token_of

    now = timezone.now()
    made = {
        name: actions.invite(
            consultation, email=f"{name}@exemple.fr", role=Role.TEAM, organisation=None, by=organiser, now=at
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
    letter = actions.invite(consultation, email="a@exemple.fr", role="", organisation=None, by=organiser, now=now)

    as_organiser.post(f"{space}invitations/{letter.pk}/renvoyer/")
    assert Message.objects.filter(key__startswith="invitation:").count() == 2
    assert "Annuler l’invitation de a@exemple.fr ?" in words(
        as_organiser.get(f"{space}invitations/{letter.pk}/annuler/")
    )
    as_organiser.post(f"{space}invitations/{letter.pk}/annuler/")
    refused = as_organiser.post(f"{space}invitations/{letter.pk}/renvoyer/", follow=True)

    assert Invitation.objects.get().revoked_at is not None
    assert "Cette invitation a été annulée" in words(refused)


@pytest.mark.parametrize("page", ["invitations/", "roles/", "programme/", ""])
def test_a_page_asks_no_more_queries_for_three_rows_than_for_one(
    as_organiser, space, consultation, open_phase, organiser, now, page
):
    from tests.personas import person

    def add(n):
        actions.invite(consultation, email=f"x{n}@exemple.fr", role="", organisation=None, by=organiser, now=now)
        actions.grant_role(consultation, user=person(f"x{n}"), role=Role.TEAM, by=organiser)
        actions.create_topic(open_phase, title=f"Thème {n}", by=organiser)
        actions.create_phase(consultation, title=f"P{n}", opens_at=now, closes_at=now + 30 * DAY, by=organiser)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert as_organiser.get(space + page).status_code == 200
        return len(captured)

    add(0)
    queries()
    one = queries()
    add(1)
    add(2)

    assert queries() == one


# What waits, and the journal --------------------------------------------------------------------------------------


def test_what_waits_changes_with_time(as_organiser, space, consultation, open_phase, organiser):
    def waiting():
        return [one.label for one in as_organiser.get(space).context["items"]]

    assert waiting() == ["Phase sans thématique\u00a0: Outils"]

    actions.create_topic(open_phase, title="Un", by=organiser)
    actions.edit_phase(open_phase, closes_at=timezone.now() + 2 * DAY, by=organiser)

    assert waiting() == ["Phase bientôt close\u00a0: Outils"]


def test_the_journal_says_each_act_in_french_and_is_filtered_by_act(as_organiser, consultation, open_phase, organiser):
    actions.edit_phase(open_phase, title="Outils communs", by=organiser)
    page = f"/c/{consultation.slug}/journal/"

    lines = as_organiser.get(page).context["lines"]
    filtered = as_organiser.get(page, {"acte": "charter.published"}).context["lines"]
    nonsense = as_organiser.get(page, {"acte": "rien", "page": "x"})

    assert (lines[0].actor, lines[0].sentence, lines[0].about.name) == (
        "Organisatrice", "a modifié une phase", "Outils communs",
    )  # fmt: skip
    assert [line.sentence for line in filtered] == ["a publié la version 1 de la charte"]
    assert nonsense.status_code == 200
    assert [line.sentence for line in lines if line.sentence.startswith("a agi")] == []


def test_the_journal_is_read_in_pages_of_fifty_with_few_queries(as_organiser, consultation, organiser):
    page = f"/c/{consultation.slug}/journal/"

    def queries():
        with CaptureQueriesContext(connection) as captured:
            as_organiser.get(page, {"acte": "stake.created"})
        return len(captured)

    actions.create_item(Stake, consultation, label="Un", by=organiser)
    queries()
    few = queries()
    for n in range(60):
        actions.create_item(Stake, consultation, label=f"Enjeu {n}", by=organiser)

    assert queries() == few
    assert len(as_organiser.get(page).context["lines"]) == 50
    assert as_organiser.get(page, {"page": 2}).context["page"].number == 2


def test_addresses_are_shown_in_the_journal_to_the_organiser_only(client, consultation, organiser, moderator, now):
    actions.invite(consultation, email="ada@exemple.fr", role="", organisation=None, by=organiser, now=now)
    page = f"/c/{consultation.slug}/journal/"

    client.force_login(moderator)
    assert "ada@exemple.fr" not in client.get(page).content.decode()
    client.force_login(organiser)
    assert "ada@exemple.fr" in client.get(page).content.decode()


def test_numbers_too_large_for_a_database_are_not_found_and_not_an_error(as_organiser, space):
    huge = 10**30

    for path in (f"phases/{huge}/", f"thematiques/{huge}/", f"listes/natures/{huge}/", f"roles/{huge}/terminer/"):
        assert (path, as_organiser.post(space + path).status_code) == (path, 404)
    assert as_organiser.post(f"{space}programme/deplacer/", {"deplacer": f"{huge}:haut"}).status_code == 302
    refused = as_organiser.post(f"{space}phases/ajouter/", phase_answers(natures=[str(huge)]))
    assert list(refused.context["form"].errors) == ["natures"]
