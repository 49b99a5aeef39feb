"""Addresses cut short, typed by hand or made to harm: a page or a clear answer, never an error of ours."""

import pytest

from concertation.consultations.actions import archive_consultation
from contributions.actions import post_contribution

pytestmark = pytest.mark.django_db

HERE = "/c/innovation-urbaine"
HUGE = "9" * 5_000


@pytest.mark.parametrize("wanted", ["ailleurs", "https://autre.example/", "//autre.example", "/\\autre.example"])
def test_who_has_joined_is_sent_home_rather_than_to_an_odd_address(client, participant, wanted):
    client.force_login(participant)

    answer = client.get(f"{HERE}/rejoindre/", {"next": wanted})

    assert answer["Location"] == f"{HERE}/"


def test_a_number_of_five_thousand_digits_chooses_nothing(client, topic, organiser):
    address = f"{HERE}/thematiques/{topic.pk}/"
    assert client.get(address, {"enjeu": HUGE}).status_code == 200
    assert client.post(f"{address}publier/", {"parent": HUGE, "texte": "Un avis."}).status_code in (200, 422)

    client.force_login(organiser)
    moved = client.post(f"{HERE}/organiser/programme/deplacer/", {"deplacer": f"{HUGE}:haut"})
    assert moved["Location"] == f"{HERE}/organiser/programme/"


def test_one_does_not_register_in_the_archives(client, consultation, organiser, participant, now):
    from ateliers.actions import create_atelier, publish_atelier
    from tests.personas import DAY

    dates = {"starts_at": now + DAY, "ends_at": now + 2 * DAY}
    atelier = create_atelier(consultation, title="Les rives", place="Lille", **dates, by=organiser)
    publish_atelier(atelier, by=organiser, now=now)
    archive_consultation(consultation, by=organiser)
    client.force_login(participant)

    assert client.get(f"{HERE}/ateliers/1/inscription/").status_code == 403


def test_a_phase_that_no_key_can_name_is_not_found(client, consultation, organiser):
    client.force_login(organiser)

    assert client.post(f"{HERE}/organiser/phases/{'9' * 30}/thematiques/deplacer/").status_code == 404


def test_a_broken_referer_leads_back_to_the_contribution(client, topic, participant, other_participant, now):
    post_contribution(topic, body="Il manque des lieux d’essai.", by=participant, now=now)
    client.force_login(other_participant)
    react = f"{HERE}/thematiques/{topic.pk}/reagir/"

    answer = client.post(react, {"reaction": "1:agree"}, headers={"Referer": "http://[bad"})

    assert (answer.status_code, answer["Location"]) == (303, f"{HERE}/thematiques/{topic.pk}/#c-1")
