"""« Voir comme »: an organiser looks at the pages as somebody else finds them, and nothing else happens."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.cache import caches
from django.http import HttpResponse
from django.test import Client

from concertation.consultations import actions
from concertation.consultations.models import Consultation, Membership
from concertation.consultations.seen_as import middleware
from concertation.live.page_cache import page_from
from contributions.actions import post_contribution
from tests.caching import all_that_is_cached, empty_cache
from tests.personas import joins
from tests.reading import words

DAY = timedelta(days=1)
# As whom, and the persona who finds the same.
PEOPLE = {"visiteur": "visitor", "participant": "participant", "comite": "partner"}


def seen(who, page, when="maintenant"):
    return f"/vu-comme/{who}/{when}{page}"


@pytest.fixture
def home(consultation):
    return f"/c/{consultation.slug}/"


@pytest.fixture
def debate(home, topic):
    return f"{home}thematiques/{topic.pk}/"


@pytest.fixture
def texts(topic, participant, other_participant, organiser, consultation, now):
    """Return a text that everyone reads, and one that waits for the moderation."""
    shown = post_contribution(topic, body="Des bancs à l’ombre.", by=participant)
    actions.edit_phase(topic.phase, moderation="before", by=organiser)
    topic.refresh_from_db()
    pending = post_contribution(topic, body="Un texte qui attend.", by=other_participant)
    return shown, pending


def rows():
    """Return how many rows each table has, and what the rows of sessions and people are."""
    counted = {one._meta.label: one._base_manager.count() for one in apps.get_models()}
    session = apps.get_model("sessions", "Session")
    return counted, sorted(session.objects.values_list("session_key", "session_data"))


def shown_to(response):
    """Return the words of the main part of a page."""
    html = response.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<template.*?</template>|<live-room[^>]*>|<[^>]+>", " ", main, flags=re.DOTALL).split())


# Who may, and how ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("visitor", 302), ("newcomer", 403), ("participant", 403), ("partner", 403), ("director", 403),
        ("moderator", 403), ("facilitator", 403), ("organiser", 200),
        ("stranger_moderator", 403), ("administrator", 200),
    ],
)  # fmt: skip
def test_only_those_who_organise_this_consultation_see_it_as_others(request, client, home, who, status):
    user = request.getfixturevalue(who)
    if user.is_authenticated:
        client.force_login(user)

    assert client.get(seen("visiteur", home)).status_code == status


def test_another_consultation_is_not_seen_as_others(as_organiser, other_consultation):
    assert as_organiser.get(seen("visiteur", f"/c/{other_consultation.slug}/")).status_code == 403
    actions.edit_consultation(other_consultation, opens_publicly_at=None, by=other_consultation.memberships.get().user)
    assert as_organiser.get(seen("visiteur", f"/c/{other_consultation.slug}/")).status_code == 404


def test_it_ends_with_the_role_and_with_the_session(as_organiser, home, consultation, organiser, administrator, now):
    actions.grant_role(consultation, user=administrator, role="organiser", by=organiser)
    actions.end_role(Membership.objects.get(user=organiser), by=administrator, now=now)
    assert as_organiser.get(seen("comite", home)).status_code == 403

    as_organiser.logout()

    assert as_organiser.get(seen("comite", home)).status_code == 302


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("who", [None, "organiser", "participant"])
def test_any_other_method_is_refused_by_a_page_that_says_so(request, client, debate, who, method):
    if who:
        client.force_login(request.getfixturevalue(who))
    before = rows()

    answer = client.generic(method, seen("participant", f"{debate}publier/"), data="texte=Bonjour")

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert "On regarde seulement" in words(answer)
    assert rows() == before


@pytest.mark.parametrize("page", ["//evil.example/", "/\\evil.example/", "/c//evil", ""])
def test_it_leads_to_no_other_site(as_organiser, consultation, page):
    answer = as_organiser.get(seen("visiteur", page))

    assert answer.status_code in (404, 301, 302)
    assert "evil.example" not in answer.get("Location", "").split("/")[2:3]


@pytest.mark.parametrize(
    "bad", ["/vu-comme/moderateur/maintenant", "/vu-comme/visiteur/hier", "/vu-comme/visiteur/2026-99-01T00:00"]
)
def test_nobody_else_and_no_other_moment_is_shown(as_organiser, home, bad):
    assert as_organiser.get(bad + home).status_code == 404


def test_leaving_the_consultation_leaves_it(as_organiser, home, space):
    assert as_organiser.get(seen("visiteur", "/compte/"))["Location"] == "/compte/"
    assert as_organiser.get(seen("visiteur", f"{space}reglages/?x=1"))["Location"] == f"{space}reglages/?x=1"


# What is seen -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", PEOPLE)
def test_each_page_says_what_the_real_person_reads(request, client, organiser, home, debate, texts, who):
    person = request.getfixturevalue(PEOPLE[who] if who != "participant" else "newcomer")
    if who == "participant":
        joins(person, Consultation.objects.get(), now=texts[0].created_at)
    theirs = Client()
    if who != "visiteur":
        theirs.force_login(person)
        theirs.get(debate)  # a stand-in has no visits, so nothing is new to it
    client.force_login(organiser)

    for page in (home, f"{home}debat/", f"{home}presentation/", debate, f"{home}contributions/{texts[0].number}/"):
        assert shown_to(client.get(seen(who, page))) == shown_to(theirs.get(page)), page
    assert "Des bancs" in words(client.get(seen(who, debate)))
    assert "Un texte qui attend" not in words(client.get(seen(who, debate)))
    assert "Un texte qui attend" in words(client.get(debate))


def test_a_committee_phase_is_shown_to_the_committee_alone(as_organiser, home, open_phase, organiser):
    actions.edit_phase(open_phase, access="committees", by=organiser)

    found = {who: as_organiser.get(seen(who, f"{home}phases/{open_phase.pk}/")).status_code for who in PEOPLE}

    assert found == {"visiteur": 404, "participant": 404, "comite": 200}


def test_pages_are_those_of_the_date(as_organiser, home, debate, open_phase, future_phase, future_topic, now):
    future = f"{home}thematiques/{future_topic.pk}/"
    later = (now + 12 * DAY).strftime("%Y-%m-%dT%H:%M")

    assert "Publier" not in words(as_organiser.get(seen("participant", future)))
    assert "Publier" in words(as_organiser.get(seen("participant", future, later)))
    assert "Publier" in words(as_organiser.get(seen("participant", debate)))
    assert "Publier" not in words(as_organiser.get(seen("participant", debate, later)))
    assert "Terminée" in words(as_organiser.get(seen("participant", f"{home}phases/{open_phase.pk}/", later)))


def test_before_the_opening_a_visitor_finds_nothing_and_the_banner_says_why(
    as_organiser, home, consultation, organiser, now
):
    opening = now + 5 * DAY
    actions.edit_consultation(consultation, opens_publicly_at=opening, by=organiser)

    answer = as_organiser.get(seen("visiteur", home))

    assert answer.status_code == 404
    assert "La concertation ne lui est pas ouverte alors." in words(answer)
    assert as_organiser.get(seen("comite", home)).status_code == 200
    later = (opening + DAY).strftime("%Y-%m-%dT%H:%M")
    assert as_organiser.get(seen("visiteur", home, later)).status_code == 200


def test_each_page_has_the_banner_and_a_way_out(as_organiser, home, debate, space):
    for page in (home, debate, f"{home}nulle-part/"):
        html = as_organiser.get(seen("participant", page)).content.decode()

        assert html.count('class="seen-as"') == 1
        assert f'<a href="{space}">Quitter</a>' in html


def test_its_links_stay_in_it_and_its_forms_are_never_sent(as_organiser, home, debate, texts, space):
    html = as_organiser.get(seen("participant", debate)).content.decode()

    assert f'href="{seen("participant", home)}debat/"' in html
    assert [one for one in re.findall(r'href="(/c/[^"]*)"', html) if not one.startswith(space)] == []
    assert [one for one in re.findall(r'action="(/[^"]*)"', html) if not one.startswith("/vu-comme/")] == []


# What does not happen -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", PEOPLE)
def test_nothing_is_written_stored_or_followed(as_organiser, home, debate, texts, who):
    as_organiser.get(home)
    before, cookies = rows(), {name: one.value for name, one in as_organiser.cookies.items()}

    for page in (home, debate, f"{home}contributions/{texts[0].number}/", f"{home}theme.css"):
        answer = as_organiser.get(seen(who, page))
        assert answer["Cache-Control"].startswith("no-store")
        assert not answer.cookies
        assert b"<live-room" not in answer.content
        assert b"js/live.js" not in answer.content

    assert rows() == before
    assert {name: one.value for name, one in as_organiser.cookies.items()} == cookies
    assert as_organiser.get("/organiser/").status_code == 200


def test_shared_caches_are_neither_read_nor_written(as_organiser, debate, texts):
    empty_cache()
    for who in PEOPLE:
        as_organiser.get(seen(who, debate))
    assert all_that_is_cached() == []

    Client().get(debate)
    (key,) = caches["pages"]._cache
    other = page_from("<html>Une autre page</html>")
    caches["pages"].set(key.split(":", 2)[2], other)
    assert "Une autre page" in words(Client().get(debate))
    before = all_that_is_cached()

    assert "Une autre page" not in words(as_organiser.get(seen("visiteur", debate)))
    assert all_that_is_cached() == before


def test_what_others_read_afterwards_leads_nowhere_else(as_organiser, home, debate, texts):
    for who in PEOPLE:
        as_organiser.get(seen(who, debate))

    for page in (home, debate):
        assert b"vu-comme" not in Client().get(page).content


def test_what_a_page_would_write_is_rolled_back(consultation, organiser, home, rf):
    def writes(request):
        Consultation.objects.filter(pk=consultation.pk).update(title="Autre titre")
        assert not request.user.is_authenticated
        return HttpResponse(Consultation.objects.get(pk=consultation.pk).title)

    request = rf.get(seen("visiteur", home))
    request.user, request.session = organiser, {}

    answer = middleware(writes)(request)

    assert (answer.content, request.user) == (b"Autre titre", organiser)
    assert Consultation.objects.get(pk=consultation.pk).title == consultation.title


# The page where one chooses -----------------------------------------------------------------------------------------


def test_one_chooses_as_whom_and_when(as_organiser, space, home):
    page = f"{space}voir-comme/"
    assert "un visiteur sans compte" in words(as_organiser.get(page))
    assert as_organiser.get(f"{page}?qui=moderateur").status_code == 422

    assert as_organiser.get(f"{page}?qui=visiteur")["Location"] == seen("visiteur", home)
    dated = as_organiser.get(f"{page}?qui=comite&le_jour=2026-12-20&le_heure=09:00")["Location"]
    assert dated == seen("comite", home, "2026-12-20T09:00")
    assert "à la date du 20 décembre 2026 à 9 h" in words(as_organiser.get(dated))
