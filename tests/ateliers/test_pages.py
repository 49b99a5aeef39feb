"""The pages of ateliers: who opens which, what they show, what they keep to themselves."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from ateliers import actions
from ateliers.live import render_cards, render_seats, rooms_of
from ateliers.models import Atelier, Registration
from concertation.live.audience import Audience
from concertation.viewer import Viewer
from tests.personas import joins, person
from tests.reading import form_with, words

from .conftest import DAY, HOUR, as_, fresh, page

pytestmark = pytest.mark.django_db
LINK = "https://visio.example/salle-7"


@pytest.fixture
def remote(atelier, organiser, now):
    return actions.edit_atelier(atelier, mode="remote", join_link=LINK, seats_remote=1, by=organiser, now=now)


STAFF = {"organiser", "moderator", "facilitator"}
ACCESS = {
    "detail": None,
    "calendar": None,
    "register": None,
    "unregister": None,
    "registrations": STAFF,
    "notes": STAFF,
    "pour": STAFF,
    "edit": {"organiser"},
    "agenda": {"organiser", "facilitator"},
    "team": {"organiser"},
    "cancel": {"organiser"},
}


@pytest.mark.parametrize("name", ACCESS)
@pytest.mark.parametrize("who", ["organiser", "moderator", "facilitator", "partner", "participant", "newcomer"])
def test_each_page_opens_for_those_it_is_for(atelier, request, name, who):
    answer = as_(request.getfixturevalue(who)).get(page(name, atelier))

    allowed = ACCESS[name] is None or who in ACCESS[name]
    assert (answer.status_code in (200, 302)) == allowed
    assert answer.status_code != 403 or not allowed


@pytest.mark.parametrize("name", sorted(set(ACCESS) - {"detail", "calendar", "register"}))
def test_a_visitor_is_asked_to_identify_and_comes_back(atelier, client, name):
    answer = client.get(page(name, atelier))

    assert answer["Location"] == f"{reverse('accounts:identify')}?next={page(name, atelier)}"


@pytest.mark.parametrize("name", ["detail", "calendar"])
def test_what_everyone_reads_leaves_no_cookie(atelier, client, name):
    answer = client.get(page(name, atelier))

    assert answer.status_code == 200
    assert not answer.cookies


def test_the_list_leaves_no_cookie_and_holds_no_draft(atelier, consultation, organiser, client, now):
    actions.create_atelier(consultation, title="Brouillon secret", starts_at=now, ends_at=now + DAY, by=organiser)

    answer = client.get(reverse("ateliers:list", args=[consultation.slug]))

    assert not answer.cookies
    assert atelier.title in answer.text
    assert "Brouillon secret" not in answer.text


@pytest.mark.parametrize("who", ["visitor", "participant", "partner"])
def test_a_draft_does_not_exist_for_others(draft, request, who):
    assert as_(request.getfixturevalue(who)).get(page("detail", draft)).status_code == 404
    assert as_(request.getfixturevalue(who)).get(page("calendar", draft)).status_code == 404


def test_an_absurd_number_is_a_404(atelier, client):
    for number in (999, 2**31, 10**30):
        assert client.get(f"/c/innovation-urbaine/ateliers/{number}/").status_code == 404


def test_an_atelier_of_another_consultation_does_not_exist_here(atelier, other_consultation, client):
    assert client.get(f"/c/{other_consultation.slug}/ateliers/{atelier.number}/").status_code == 404


def test_the_link_is_for_those_who_hold_a_seat(remote, participant, other_participant, visitor, now):
    actions.register(remote, by=participant, now=now)
    actions.register(remote, by=other_participant, now=now)

    assert LINK in as_(participant).get(page("detail", remote)).text
    for other in (other_participant, visitor):
        browser = as_(other)
        assert LINK not in browser.get(page("detail", remote)).text
        assert "visio.example" not in browser.get(page("calendar", remote)).text


def test_one_registers_and_gives_up_without_javascript(atelier, participant):
    browser = as_(participant)

    assert "S’inscrire à l’atelier" in browser.get(page("detail", atelier)).text
    browser.post(page("register", atelier))
    assert Registration.objects.get().is_confirmed
    assert "Place confirmée" in browser.get(page("detail", atelier)).text
    assert "Annuler votre inscription" in browser.get(page("unregister", atelier)).text
    browser.post(page("unregister", atelier))
    assert not Registration.objects.active().exists()


def test_the_waiting_list_promises_a_place_to_nobody(atelier, people, organiser, now):
    first, second, third = people(3)
    open_page = words(as_(first).get(page("register", atelier)))
    for one in (first, second, third):
        actions.register(atelier, by=one, now=now)
    fourth = person("agnes")
    joins(fourth, atelier.consultation, now=now)
    full_page = words(as_(fourth).get(page("register", atelier)))
    actions.register(atelier, by=fourth, now=now)
    browser = as_(organiser)
    seated, waiting = (Registration.objects.get(user=one) for one in (first, fourth))

    def asked(one):
        return words(
            browser.get(reverse("ateliers:cancel_for", args=[atelier.consultation.slug, atelier.number, one.pk]))
        )

    place, list_ = "Un courriel vous confirme votre place.", "Un courriel vous confirme que vous êtes sur la liste"
    assert [sentence in open_page for sentence in (place, list_)] == [True, False]
    assert [sentence in full_page for sentence in (place, list_)] == [False, True]
    assert "sa place est donnée à la première qui attend" in asked(seated)
    assert "sa place est donnée" not in asked(waiting)
    assert "quitte la liste d’attente" in asked(waiting)
    assert "l’inscription d’Agnes" in words(browser.get(page("registrations", atelier)))


def test_closed_registration_is_said_and_refused_by_direct_post(atelier, organiser, participant, now):
    actions.edit_atelier(atelier, registration_opens_at=now + DAY, by=organiser, now=now)
    browser = as_(participant)

    assert "Les inscriptions ouvrent le" in browser.get(page("detail", atelier)).text
    refused = browser.post(page("register", atelier))

    assert "Les inscriptions ouvrent le" in refused.text
    assert not Registration.objects.exists()


def test_an_unknown_way_of_taking_part_is_refused_beside_the_field(atelier, organiser, participant, now):
    actions.edit_atelier(atelier, mode="hybrid", by=organiser, now=now)

    answer = as_(participant).post(page("register", atelier), {"mode": "par pigeon"})

    assert answer.status_code == 200
    assert not Registration.objects.exists()


def test_someone_who_waits_reads_how_many_are_ahead(atelier, people, now):
    users = people(4)
    for user in users:
        actions.register(atelier, by=user, now=now)

    assert "personne attend avant vous" in as_(users[3]).get(page("detail", atelier)).text


def test_the_list_of_registrations_shows_names_and_no_address(atelier, participant, facilitator, now):
    actions.register(atelier, by=participant, now=now)

    text = as_(facilitator).get(page("registrations", atelier)).text

    assert participant.display_name in text
    assert participant.email not in text


def test_the_organiser_prepares_announces_and_calls_off_an_atelier(consultation, organiser, now):
    browser = as_(organiser)
    day = (now + 7 * DAY).astimezone(consultation.tz).date()
    fields = {
        "title": "Atelier du port",
        "kind": "territorial",
        "mode": "on_site",
        "access": "public",
        "place": "Quai 3",
        "starts_at_jour": day.isoformat(),
        "starts_at_heure": "14:00",
        "ends_at_jour": day.isoformat(),
        "ends_at_heure": "17:30",
    }
    address = reverse("ateliers:create", args=[consultation.slug])

    refused = browser.post(address, fields | {"ends_at_heure": "13:00"})
    assert "doit se terminer après avoir commencé" in refused.text
    assert "Atelier du port" in refused.text
    browser.post(address, fields)
    made = Atelier.objects.get()
    assert made.starts_at.astimezone(consultation.tz).strftime("%H:%M") == "14:00"

    browser.post(page("edit", made), fields | {"place": "Quai 4"})
    browser.post(page("publish", made))
    assert (fresh(made).place, fresh(made).state) == ("Quai 4", "published")

    browser.post(page("cancel", made), {"reason": "Tempête."})
    assert fresh(made).is_cancelled
    assert "Tempête." in Client().get(page("detail", made)).text


def test_fewer_seats_than_people_is_asked_on_the_page_before_it_is_saved(atelier, organiser, people, now):
    for user in people(2):
        actions.register(atelier, by=user, now=now)
    browser, address = as_(organiser), page("edit", atelier)
    fields = {
        "title": atelier.title,
        "kind": "territorial",
        "mode": "on_site",
        "access": "public",
        "place": atelier.place,
        "seats_on_site": "1",
        "description": atelier.description,
    }
    for name in ("starts_at", "ends_at"):
        at = getattr(atelier, name).astimezone(atelier.tz)
        fields |= {f"{name}_jour": f"{at:%Y-%m-%d}", f"{name}_heure": f"{at:%H:%M:%S}"}

    asked = browser.post(address, fields)
    assert "2\xa0inscrits pour 1\xa0place." in asked.text
    assert fresh(atelier).seats_on_site == 2
    agreed = re.search(r'name="agreed" value="([^"]+)"', asked.text).group(1)
    saved = browser.post(address, fields | {"agreed": agreed})

    assert saved["Location"] == address
    assert list(atelier.registrations.values_list("state", flat=True)) == ["confirmed", "waiting"]


def test_the_agenda_is_typed_line_by_line(atelier, facilitator, topic):
    lines = [("15", "Accueil", ""), ("90", "Tables", str(topic.pk)), ("", "", "")]
    data = {"form-TOTAL_FORMS": len(lines), "form-INITIAL_FORMS": 0}
    for number, (minutes, title, chosen) in enumerate(lines):
        data |= {f"form-{number}-minutes": minutes, f"form-{number}-title": title, f"form-{number}-topic": chosen}
    browser = as_(facilitator)

    refused = browser.post(page("agenda", atelier), data | {"form-2-minutes": "5"})
    assert "Donnez un sujet" in refused.text
    browser.post(page("agenda", atelier), data)

    assert [one.title for one in atelier.agenda.all()] == ["Accueil", "Tables"]
    starts = atelier.starts_at.astimezone(atelier.tz)
    shown = re.findall(r'class="agenda__at number" datetime="([^"]+)"', browser.get(page("detail", atelier)).text)
    assert len(shown) == 2
    assert shown[0].startswith(starts.strftime("%Y-%m-%dT%H:%M"))


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "[x](javascript:alert(1))"])
def test_words_are_never_markup(consultation, organiser, now, words):
    made = actions.create_atelier(
        consultation, title=words, description=words, access_services=words, place=words,
        starts_at=now + DAY, ends_at=now + DAY + HOUR, by=organiser,
    )  # fmt: skip
    actions.publish_atelier(made, by=organiser, now=now)

    text = Client().get(page("detail", made)).text

    assert "<script>alert" not in text
    assert 'href="javascript:' not in text


def test_what_one_registered_to_is_on_ones_own_page(atelier, participant, now):
    actions.register(atelier, by=participant, now=now)

    text = as_(participant).get(reverse("accounts:me")).text

    assert atelier.title in text
    assert "Place confirmée" in text


def test_next_ateliers_are_on_the_home_page_and_the_consultations_page(atelier, client):
    assert atelier.title in client.get("/").text
    assert atelier.title in client.get(f"/c/{atelier.consultation.slug}/").text


def test_the_team_finds_what_is_left_to_do(draft, note, held, organiser, consultation, now):
    actions.create_atelier(consultation, title="À annoncer", starts_at=now + DAY, ends_at=now + 2 * DAY, by=organiser)

    text = as_(organiser).get(reverse("consultations:organiser", args=[consultation.slug])).text

    assert "Atelier à annoncer" in text
    assert "Notes à verser au débat" in text


def test_who_may_not_announce_a_draft_is_not_sent_to_it(draft, moderator, consultation, now, organiser):
    actions.create_atelier(consultation, title="À annoncer", starts_at=now + DAY, ends_at=now + 2 * DAY, by=organiser)

    text = as_(moderator).get(reverse("consultations:organiser", args=[consultation.slug])).text

    assert "Atelier à annoncer" not in text


@pytest.mark.parametrize("name", ["list", "manage"])
def test_lists_cost_the_same_for_one_atelier_and_for_three(
    atelier, consultation, organiser, now, name, django_assert_num_queries
):
    browser = as_(organiser)
    address = reverse(f"ateliers:{name}", args=[consultation.slug])
    browser.get(address)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        browser.get(address)
    for number in range(2):
        made = actions.create_atelier(
            consultation, title=f"Autre {number}", starts_at=now + DAY, ends_at=now + 2 * DAY, place="Ici", by=organiser
        )
        actions.publish_atelier(made, by=organiser, now=now)

    with CaptureQueriesContext(connection) as three:
        browser.get(address)

    assert len(three) == len(one)


def test_the_live_row_is_the_row_of_the_page(atelier, client, now):
    [pushed] = render_seats([atelier.pk], Audience.PUBLIC).values()

    assert pushed.html in client.get(page("detail", atelier)).text
    assert rooms_of(Viewer(client.get("/").wsgi_request.user), atelier.pk) == [f"atelier:{atelier.pk}:public"]


def test_a_card_is_drawn_as_on_the_list_for_those_alone_who_may_see_it(atelier, organiser, client, now):
    [pushed] = render_cards([atelier.pk], Audience.PUBLIC).values()
    on_the_list = client.get(reverse("ateliers:list", args=[atelier.consultation.slug])).text
    actions.edit_atelier(atelier, access="committees", by=organiser, now=now)

    assert pushed.html.strip() in on_the_list
    assert render_cards([atelier.pk], Audience.PARTICIPANTS) == {}
    assert list(render_cards([atelier.pk], Audience.COMMITTEE)) == [atelier.pk]


def test_a_draft_has_no_card_for_anyone(draft):
    assert render_cards([draft.pk], Audience.STAFF) == {}


def test_those_who_take_notes_hear_of_notes_and_others_do_not(held, rapporteur, participant, now):
    assert f"atelier:{held.pk}:staff" in rooms_of(Viewer(rapporteur), held.pk)
    assert f"atelier:{held.pk}:staff" not in rooms_of(Viewer(participant), held.pk)


def test_the_team_cancels_for_someone_and_the_moderation_does_not(atelier, participant, facilitator, moderator, now):
    made = actions.register(atelier, by=participant, now=now)

    assert as_(moderator).get(page("cancel_for", atelier, made.pk)).status_code == 403
    assert page("cancel_for", atelier, made.pk) not in as_(moderator).get(page("registrations", atelier)).text
    assert page("cancel_for", atelier, made.pk) in as_(facilitator).get(page("registrations", atelier)).text
    assert participant.display_name in as_(facilitator).get(page("cancel_for", atelier, made.pk)).text
    as_(facilitator).post(page("cancel_for", atelier, made.pk))

    assert not Registration.objects.active().exists()


def test_a_team_that_someone_else_changed_while_the_page_was_open_stays_as_they_left_it(
    atelier, organiser, administrator, facilitator, moderator, director
):
    role, client = "facilitator", as_(organiser)
    actions.set_team(atelier, people=[facilitator, moderator], role=role, by=organiser)
    typed = form_with(client.get(page("team", atelier)), "facilitators")
    actions.set_team(atelier, people=[moderator, organiser], role=role, by=administrator)

    client.post(page("team", atelier), typed | {"facilitators": [facilitator.pk, director.pk]})

    assert {one.user for one in atelier.roles.filter(role=role)} == {organiser, director}


def test_someone_whom_the_team_page_does_not_offer_keeps_their_role(atelier, organiser, facilitator, moderator):
    actions.set_team(atelier, people=[facilitator, moderator], role="facilitator", by=organiser)
    facilitator.is_active = False
    facilitator.save()
    client = as_(organiser)

    client.post(page("team", atelier), form_with(client.get(page("team", atelier)), "facilitators"))

    assert {one.user for one in atelier.roles.all()} == {facilitator, moderator}
