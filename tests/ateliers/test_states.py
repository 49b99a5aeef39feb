"""One state in words for the page, the card and the lists; hours with their zone wherever they are shown."""

import pytest
from django.test import Client
from django.urls import reverse

from ateliers import actions
from ateliers.cards import cards_of
from ateliers.hours import meeting_of, moment_of
from ateliers.models import Atelier
from ateliers.seats_left import places_of
from ateliers.states import announcement_of, state_of
from concertation.texts.templatetags.french import day
from tests.reading import words

from .conftest import DAY, HOUR, fresh

pytestmark = pytest.mark.django_db
REUNION = "(heure de La Réunion)"


@pytest.mark.parametrize(
    ("window", "people_who_come", "moment", "said"),
    [
        ({}, 0, 0 * DAY, "Inscriptions ouvertes"),
        ({}, 1, 0 * DAY, "Inscriptions ouvertes"),
        ({}, 2, 0 * DAY, "Complet, liste d’attente ouverte"),
        ({}, 3, 0 * DAY, "Complet, liste d’attente ouverte"),
        ({"opens": DAY}, 0, 0 * DAY, "Inscriptions à partir du "),
        ({"opens": DAY}, 0, DAY, "Inscriptions ouvertes"),
        ({"closes": DAY}, 0, DAY, "Inscriptions closes"),
        ({"closes": DAY}, 2, DAY, "Complet, inscriptions closes"),
        ({}, 2, 7 * DAY, "En ce moment"),
        ({}, 2, 7 * DAY + 3 * HOUR, "A eu lieu"),
    ],
)
def test_the_state_is_one_sentence(atelier, organiser, people, now, window, people_who_come, moment, said):
    for user in people(people_who_come):
        actions.register(atelier, by=user, now=now)
    edges = {f"registration_{name}_at": now + later for name, later in window.items()}
    one = actions.edit_atelier(atelier, **edges, by=organiser, now=now)

    state = state_of(one, places_of([one])[one.pk], now + moment)

    assert state.words.startswith(said)
    assert cards_of([one], now + moment)[0].state == state


def test_a_draft_one_called_off_and_one_that_is_archived_say_so(draft, organiser, now):
    assert state_of(draft, places_of([draft])[draft.pk], now).words == "Brouillon"
    one = actions.publish_atelier(draft, by=organiser, now=now)
    one.consultation.archived_at = now
    assert state_of(one, places_of([one])[one.pk], now).words == "Inscriptions closes"
    gone = actions.cancel_atelier(fresh(one), by=organiser, now=now)

    assert state_of(gone, places_of([gone])[gone.pk], now).words == "Annulé"


def test_a_full_atelier_is_never_said_to_be_open(atelier, people, organiser, now):
    for user in people(2):
        actions.register(atelier, by=user, now=now)
    browser = Client()
    browser.force_login(organiser)
    slug = atelier.consultation.slug
    pages = [
        reverse("ateliers:detail", args=[slug, atelier.number]),
        reverse("ateliers:list", args=[slug]),
        reverse("ateliers:manage", args=[slug]),
        reverse("consultations:home", args=[slug]),
    ]

    for address in pages:
        text = words(browser.get(address))
        assert "Complet, liste d’attente ouverte" in text
        assert "Inscriptions ouvertes" not in text


def test_the_two_tables_of_registrations_have_two_captions(atelier, people, organiser, now):
    for user in people(3):
        actions.register(atelier, by=user, now=now)
    browser = Client()
    browser.force_login(organiser)

    text = words(browser.get(reverse("ateliers:registrations", args=[atelier.consultation.slug, atelier.number])))

    assert text.count("Personnes dont la place est confirmée") == 1
    assert text.count("Personnes sur la liste d’attente, dans l’ordre") == 1


def test_an_hour_names_its_zone_elsewhere_and_when_people_connect_but_not_in_a_room_here(atelier, organiser, now):
    def said(**fields):
        one = actions.edit_atelier(fresh(atelier), **fields, by=organiser, now=now)
        return meeting_of(one), moment_of(one, one.starts_at)

    assert not any("heure" in text for text in said())
    assert all(text.endswith(REUNION) for text in said(zone="Indian/Reunion"))
    assert all(text.endswith("(heure de Paris)") for text in said(zone="", mode="hybrid"))
    assert all(text.endswith("(heure de Paris)") for text in said(mode="remote"))


def test_every_page_that_shows_an_hour_of_an_atelier_elsewhere_names_its_zone(atelier, organiser, participant, now):
    edges = {"registration_closes_at": now + DAY}
    actions.edit_atelier(atelier, zone="Indian/Reunion", **edges, by=organiser, now=now)
    actions.set_agenda(fresh(atelier), lines=[actions.AgendaLine(title="Accueil", minutes=15)], by=organiser)
    slug, one = atelier.consultation.slug, [atelier.consultation.slug, atelier.number]
    browser = Client()
    browser.force_login(organiser)
    pages = {reverse("ateliers:detail", args=one): 2}
    pages |= {reverse(f"ateliers:{name}", args=one): 1 for name in ("registrations",)}
    pages |= {reverse(f"ateliers:{name}", args=[slug]): 1 for name in ("list", "manage")}
    pages |= {reverse("consultations:home", args=[slug]): 1, "/": 1}

    assert {address: words(browser.get(address)).count(REUNION) for address in pages} == pages
    detail = words(browser.get(reverse("ateliers:detail", args=one)))
    assert detail.count("Les horaires sont donnés à l’heure de La Réunion.") == 1

    browser.force_login(participant)
    assert words(browser.get(reverse("ateliers:register", args=one))).count(REUNION) == 1
    actions.register(fresh(atelier), by=participant, now=now)
    assert words(browser.get(reverse("accounts:me"))).count(REUNION) == 1


def test_hours_are_typed_in_the_zone_that_is_chosen_by_its_french_name(consultation, organiser, now):
    browser = Client()
    browser.force_login(organiser)
    address = reverse("ateliers:create", args=[consultation.slug])
    day = f"{now + 7 * DAY:%Y-%m-%d}"
    fields = {"title": "Atelier du Port", "kind": "territorial", "mode": "remote", "access": "public"}
    fields |= {"starts_at_jour": day, "starts_at_heure": "14:00", "ends_at_jour": day, "ends_at_heure": "16:00"}

    assert ">La Réunion</option>" in browser.get(address).text
    browser.post(address, fields | {"zone": "Indian/Reunion"})

    made = Atelier.objects.get()
    assert f"{made.starts_at:%H:%M} {made.zone}" == "10:00 Indian/Reunion"
    assert meeting_of(made).endswith("de 14\xa0h à 16\xa0h (heure de La Réunion)")


def test_announcing_is_confirmed_by_who_will_see_it_and_register(draft, consultation, organiser, client, now):
    client.force_login(organiser)
    address = reverse("ateliers:publish", args=[consultation.slug, draft.number])

    assert "Le verront dès maintenant, avec les équipes : Tout le monde." in words(client.get(address))
    assert fresh(draft).is_draft

    client.post(address)

    assert fresh(draft).state == Atelier.State.PUBLISHED


def test_an_announcement_says_what_waits_for_the_opening_and_for_registrations(draft, consultation, organiser, now):
    def said(opens_publicly_at, **fields):
        consultation.opens_publicly_at = opens_publicly_at
        draft.consultation = consultation
        for name, value in fields.items():
            setattr(draft, name, value)
        return announcement_of(draft, now).replace("\u00a0", " ")

    assert said(None).startswith("Les comités le verront dès maintenant, et le public quand la concertation")
    assert f"et le public à partir du {day(now + DAY, 'Europe/Paris')}".replace("\u00a0", " ") in said(now + DAY)
    assert said(now + DAY, access="committees").startswith("Le verront dès maintenant, avec les équipes : Les comités")
    assert "s’inscrire aussitôt" in said(now)
    assert "Les inscriptions s’ouvriront le" in said(now, registration_opens_at=now + DAY)
