"""What the pages of a consultation say, to whom, and when."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from concertation.consultations import actions
from concertation.consultations.models import Document, Nature, Partner, Phase
from tests.reading import words

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def url(consultation):
    return f"/c/{consultation.slug}/"


@pytest.fixture
def programme(past_topic, topic, future_topic):
    return [past_topic, topic, future_topic]


def test_a_consultation_that_does_not_exist_is_not_found(client, db):
    assert client.get("/c/nulle-part/").status_code == 404


def test_a_draft_exists_only_for_its_committees_and_teams(
    client, url, consultation, organiser, newcomer, participant, partner, moderator, stranger_moderator
):
    actions.edit_consultation(consultation, opens_publicly_at=None, by=organiser)
    statuses = {"visitor": client.get(url).status_code}
    for name, person in [
        ("newcomer", newcomer), ("participant", participant), ("partner", partner), ("moderator", moderator),
        ("stranger_moderator", stranger_moderator), ("organiser", organiser),
    ]:  # fmt: skip
        client.force_login(person)
        statuses[name] = client.get(url).status_code

    assert statuses == {
        "visitor": 404, "newcomer": 404, "participant": 404, "partner": 200, "moderator": 200,
        "stranger_moderator": 404, "organiser": 200,
    }  # fmt: skip


def test_before_the_opening_the_page_says_that_it_is_a_preview(client, url, consultation, organiser, partner):
    client.force_login(partner)
    actions.edit_consultation(consultation, opens_publicly_at=None, by=organiser)
    assert "Brouillon" in words(client.get(url))

    opens_at = timezone.now() + 3 * DAY
    actions.edit_consultation(consultation, opens_publicly_at=opens_at, by=organiser)

    assert "Aperçu avant l’ouverture" in words(client.get(url))


def test_a_public_page_gives_an_anonymous_reader_no_cookie(client, url, programme):
    response = client.get(url)

    assert response.status_code == 200
    assert response.cookies == {}


def test_the_front_page_shows_the_timeline_and_the_topics_of_the_phase_that_runs(client, url, programme):
    page = words(client.get(url))

    assert "La phase « Outils » est ouverte jusqu’au" in page
    assert "En débat : Outils" in page
    assert "Expérimenter" in page
    assert "Quels outils partager ?" in page
    assert "Sobriété" not in page
    assert [page.index(title) for title in ("Besoins", "Outils", "Fonctionnalités")]


@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        (40, "La première phase, « Besoins », ouvrira le"),
        (-10, "est terminée. La suivante, « Fonctionnalités », ouvrira le"),
        (-40, "Le débat en ligne s’est terminé le"),
    ],
)
def test_the_front_page_says_where_the_consultation_stands(
    client, url, consultation, programme, organiser, shift, expected
):
    for phase in consultation.phases.all():
        moved = shift * DAY
        actions.edit_phase(
            phase, opens_at=phase.opens_at + moved, closes_at=phase.closes_at + moved - DAY / 2, by=organiser
        )

    assert expected in words(client.get(url))


def test_without_phases_the_page_says_so(client, url):
    assert "Le calendrier de cette concertation n’est pas encore publié" in words(client.get(url))


def test_an_archived_consultation_says_so_and_offers_nothing_to_join(client, url, consultation, organiser, now):
    assert "Rejoindre la concertation" in words(client.get(url))

    actions.archive_consultation(consultation, by=organiser, now=now)
    page = words(client.get(url))

    assert "Cette concertation est archivée" in page
    assert "Rejoindre la concertation" not in page


def test_a_former_address_leads_to_the_new_one_with_the_rest_of_the_path(client, url, consultation, organiser):
    actions.edit_consultation(consultation, slug="place", by=organiser)

    got = client.get(f"{url}debat/?tri=recent")
    posted = client.post(f"{url}organiser/phases/ajouter/", {"title": "x"}, follow=False)

    assert (got.status_code, got["Location"]) == (301, "/c/place/debat/?tri=recent")
    assert posted.status_code == 302  # to identify first: nothing is told of the consultation
    client.force_login(organiser)
    posted = client.post(f"{url}organiser/phases/ajouter/", {"title": "x"})
    assert (posted.status_code, posted["Location"]) == (308, "/c/place/organiser/phases/ajouter/")


def test_a_former_address_of_a_draft_leads_nobody_anywhere(client, url, consultation, organiser):
    actions.edit_consultation(consultation, slug="place", opens_publicly_at=None, by=organiser)

    assert client.get(url).status_code == 404


def test_a_phase_of_the_committees_is_not_found_by_others(
    client, url, open_phase, topic, organiser, participant, partner
):
    actions.edit_phase(open_phase, access=Phase.Access.COMMITTEES, by=organiser)
    address = f"{url}phases/{open_phase.pk}/"

    assert client.get(address).status_code == 404
    client.force_login(participant)
    assert client.get(address).status_code == 404
    assert "Expérimenter" not in words(client.get(f"{url}debat/"))
    client.force_login(partner)
    assert client.get(address).status_code == 200
    assert "Expérimenter" in words(client.get(f"{url}debat/"))


def test_a_phase_of_another_consultation_is_not_found(client, other_consultation, open_phase):
    assert client.get(f"/c/{other_consultation.slug}/phases/{open_phase.pk}/").status_code == 404


def test_a_closed_phase_says_what_can_still_be_done(client, url, past_phase, organiser):
    address = f"{url}phases/{past_phase.pk}/"
    assert "On n’écrit plus dans cette phase" in words(client.get(address))

    actions.edit_phase(past_phase, replies_after_close=True, by=organiser)

    assert "on peut encore répondre" in words(client.get(address))


def test_the_stylesheet_holds_colours_and_nothing_else(client, url, consultation, organiser):
    actions.edit_consultation(consultation, accent="#7a3b1d", by=organiser)
    # Even a value that went round the verbs is not written out.
    Nature.objects.filter(consultation=consultation, code="frein").update(colour="red} *")

    response = client.get(f"{url}theme.css")

    assert response["Content-Type"] == "text/css"
    lines = response.content.decode().split("\n")
    assert lines[0] == ":root { --theme: #7a3b1d; }"
    assert [line for line in lines if "besoin" in line] == [".nature-besoin { --nature: #8a4b08; }"]
    assert [line for line in lines if "frein" in line] == []


def test_the_presentation_holds_the_charter_as_it_was_published(client, url, consultation, organiser):
    actions.publish_charter(consultation, title="Charte du débat", body="## Écouter\n\n<b>Oui</b>", by=organiser)

    html = client.get(f"{url}presentation/").content.decode()

    assert "Charte du débat" in html
    assert "<h2>Écouter</h2>" in html or "<h3>Écouter</h3>" in html
    assert "<b>Oui</b>" not in html


def test_a_document_is_downloaded_by_those_who_may_read(client, url, consultation, organiser, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("rapport.pdf", b"%PDF-1.7 contenu")
    document = actions.create_item(Document, consultation, title="Rapport", file=file, by=organiser)
    address = f"{url}documents/{document.pk}/"

    response = client.get(address)
    assert b"".join(response.streaming_content) == b"%PDF-1.7 contenu"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    actions.edit_consultation(consultation, opens_publicly_at=None, by=organiser)
    assert client.get(address).status_code == 404


def test_a_file_that_is_gone_is_not_found(client, url, consultation, organiser, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    partner = actions.create_item(Partner, consultation, name="Cerema", by=organiser)

    assert client.get(f"{url}partenaires/{partner.pk}/logo/").status_code == 404
    assert client.get(f"{url}logo/").status_code == 404


@pytest.mark.parametrize("page", ["", "debat/", "presentation/"])
@pytest.mark.parametrize("reader", ["visitor", "participant", "organiser"])
def test_a_page_asks_no_more_queries_for_three_topics_than_for_one(
    request, client, url, consultation, open_phase, topic, organiser, page, reader, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    person = request.getfixturevalue(reader)
    if person.is_authenticated:
        client.force_login(person)
    actions.create_item(Partner, consultation, name="Un", by=organiser)
    client.get(url + page)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(url + page)
    for n in range(2):
        actions.create_topic(open_phase, title=f"Autre {n}", by=organiser)
        actions.create_item(Partner, consultation, name=f"Autre {n}", by=organiser)

    with CaptureQueriesContext(connection) as three:
        client.get(url + page)

    assert len(three) == len(one)
    assert len(three) <= 24
