"""The organiser space: who enters it, the consultations one runs, their settings, and what waits."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from concertation.accounts.actions import rename_user
from concertation.consultations import actions
from concertation.consultations.models import (
    Consultation,
    Membership,
    Role,
)
from concertation.consultations.todo import TodoRoom, todo_rooms
from concertation.journal.models import JournalEntry
from tests.live.pages import asked_again_for, rooms_in
from tests.reading import form_with, words

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LISTS = ["natures", "enjeux", "acteurs", "territoires", "motifs", "partenaires", "actualites", "documents"]


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
    proposed = form_with(client.get("/organiser/nouvelle/"), "kinds")
    answers = {**proposed, "title": "Littoral", "organiser": "inconnu"}
    refused = client.post("/organiser/nouvelle/", answers)
    assert list(refused.context["form"].errors) == ["organiser"]

    response = client.post("/organiser/nouvelle/", {**answers, "organiser": organiser.email.upper()})

    assert response["Location"] == "/c/littoral/organiser/"
    assert Membership.objects.get(consultation__slug="littoral").user == organiser


def test_a_taken_address_is_said_beside_the_field_and_the_rest_is_kept(client, administrator, consultation):
    client.force_login(administrator)

    response = client.post(
        "/organiser/nouvelle/",
        {**form_with(client.get("/organiser/nouvelle/"), "kinds"), "title": "Autre titre", "slug": consultation.slug},
    )

    assert list(response.context["form"].errors) == ["slug"]
    assert 'value="Autre titre"' in response.content.decode()


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("participant", 0), ("partner", 0), ("director", 0), ("moderator", 1), ("facilitator", 1), ("organiser", 1),
        ("stranger_moderator", 1), ("administrator", 1),
    ],
)  # fmt: skip
def test_the_menu_leads_to_the_organiser_space_whoever_works_in_one(request, client, consultation, who, offered):
    client.force_login(request.getfixturevalue(who))

    html = client.get(f"/c/{consultation.slug}/").content.decode()

    assert html.count('<a href="/organiser/">') == offered


def test_the_menu_forgets_who_has_no_role_any_more(client, consultation, moderator, organiser, now):
    actions.end_role(Membership.objects.get(user=moderator), by=organiser, now=now)
    client.force_login(moderator)

    assert '<a href="/organiser/">' not in client.get("/").content.decode()


def test_my_consultations_are_those_whose_staff_i_am(client, consultation, other_consultation, moderator, partner):
    client.force_login(moderator)
    assert [one.slug for one in client.get("/organiser/").context["consultations"]] == [consultation.slug]
    client.force_login(partner)
    assert list(client.get("/organiser/").context["consultations"]) == []


def settings_answers(**changes):
    answers = {
        "title": "Place de l’innovation urbaine", "slug": "innovation-urbaine", "zone": "Europe/Paris",
        "steering_name": "Comité directeur", "operational_name": "Comité opérationnel", "accent": "#1a6b5c",
        "most_texts": "40", "most_reactions": "300", "most_reports": "20",
    }  # fmt: skip
    return {**answers, **changes}


def test_settings_are_saved_at_the_new_address(as_organiser, space):
    response = as_organiser.post(f"{space}reglages/", settings_answers(slug="place", steering_name="Copil"))

    assert response["Location"] == "/c/place/organiser/reglages/"
    edited = Consultation.objects.get(slug="place")
    assert (edited.steering_name, edited.accent) == ("Copil", "")


def test_who_names_a_committee_is_told_who_bears_that_name_already(as_organiser, space, participant):
    rename_user(participant, display_name="Conseil des sages", by=participant)

    answer = as_organiser.post(f"{space}reglages/", settings_answers(steering_name="Conseil des Sages"), follow=True)
    told = [str(message) for message in answer.context["messages"]]
    again = as_organiser.post(f"{space}reglages/", settings_answers(steering_name="Conseil des Sages"), follow=True)

    assert "Des personnes participent déjà sous le nom d’un comité\u00a0: Conseil des sages." in told[1]
    assert [str(message) for message in again.context["messages"]] == told[:1]


def test_an_accent_is_chosen_and_given_up(as_organiser, space):
    as_organiser.post(f"{space}reglages/", settings_answers(own_accent="on", accent="#7a3b1d"))
    assert Consultation.objects.get().accent == "#7a3b1d"

    as_organiser.post(f"{space}reglages/", settings_answers(accent="#7a3b1d"))

    assert Consultation.objects.get().accent == ""


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


def test_what_waits_changes_with_time(as_organiser, space, consultation, open_phase, organiser):
    def waiting():
        return [one.label for one in as_organiser.get(space).context["items"]]

    assert waiting() == ["Phase sans thématique\u00a0: Outils"]

    actions.create_topic(open_phase, title="Un", by=organiser)
    actions.edit_phase(open_phase, closes_at=timezone.now() + 2 * DAY, by=organiser)

    assert waiting() == ["Phase bientôt close\u00a0: Outils"]


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


@pytest.mark.parametrize(("who", "also"), [("moderator", ["moderation"]), ("facilitator", [])])
def test_what_there_is_to_do_is_followed_in_the_rooms_of_the_teams_first(client, consultation, who, also, request):
    client.force_login(request.getfixturevalue(who))
    page = client.get(f"/c/{consultation.slug}/organiser/").content.decode()

    # The first address is the one at which a reader counts as present.
    followed = [address.partition(":")[0] for address, cursor in rooms_in(page) if cursor]
    assert followed == ["staff_pages", "consultation", *also, "notices"]


def test_what_is_to_do_follows_the_rooms_that_apps_add(client, space, consultation, moderator, monkeypatch):
    client.force_login(moderator)
    page = client.get(space).text

    assert f"queue:{consultation.pk}" in asked_again_for(page)
    assert f"moderation:{consultation.pk}" in dict(rooms_in(page))

    monkeypatch.setattr(todo_rooms, "_items", [TodoRoom(room="staff_pages", obj="calls")])
    page = client.get(space).text

    assert f"calls:{consultation.pk}" in asked_again_for(page)
    assert f"moderation:{consultation.pk}" not in dict(rooms_in(page))
