"""The figures as a file: for the team, and to publish under the rule of five."""

import csv
import io

import pytest
from django.urls import reverse

from concertation.consultations.actions import edit_participation, edit_phase
from concertation.documents import spreadsheets
from concertation.jobs.actions import MOST_UNFINISHED
from concertation.jobs.models import Job
from contributions.figures.divisions import Division
from contributions.figures.files import export_figures
from contributions.figures.measures import measures
from tests.jobs.worker import run_jobs
from tests.personas import joins, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def seven(consultation, post, now):
    """Six writers of a first kind and one of a second; return the two kinds."""
    kinds = list(consultation.actor_kinds.all()[:2])
    for number in range(7):
        writer = person(f"plume{number}")
        edit_participation(joins(writer, consultation, now=now), actor_kind=kinds[number == 0], by=writer)
        post(f"Idée {number}.", by=writer)
    return kinds


@pytest.fixture
def exported(client, consultation, organiser):
    client.force_login(organiser)

    def export(content, extension="csv"):
        address = reverse("contributions:figures_file", args=[consultation.slug, extension])
        started = client.post(address, {"contenu": content})
        assert started.status_code == 303
        run_jobs()
        return client.get(f"{started['Location']}fichier/")

    return export


def lines(response):
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_file_of_the_team_has_every_number_of_every_division(exported, seven):
    rows = lines(exported("equipe"))

    first, second = [row for row in rows if row["Groupe"] in {kind.label for kind in seven}]
    assert (first["Auteurs en tout"], second["Auteurs en tout"]) == ("6", "1")
    assert rows[0]["Tableau"] == "Total"
    assert (rows[0]["Auteurs en tout"], rows[0]["Contributions"]) == ("7", "7")
    assert {row["Tableau"] for row in rows} >= {str(division.label) for division in Division} - {"Enjeu"}


def test_the_file_to_publish_hides_small_groups_and_what_gives_them(exported, seven):
    rows = lines(exported("publier"))

    first, second = [row for row in rows if row["Groupe"] in {kind.label for kind in seven}]
    assert [row["Auteurs en tout"] for row in (first, second)] == ["non publié", "non publié"]
    assert [row["Contributions"] for row in (first, second)] == ["non publié", "non publié"]
    assert (rows[0]["Auteurs en tout"], rows[0]["Contributions"]) == ("7", "7")
    assert "Famille d’acteurs" not in {row["Tableau"] for row in rows}
    assert [row["Inscrites"] for row in (first, second)] == ["", ""]


def test_the_file_to_publish_does_not_name_a_phase_for_few(exported, seven, consultation, organiser):
    phase = consultation.phases.first()
    edit_phase(phase, access="committees", by=organiser)

    published = {row["Groupe"] for row in lines(exported("publier"))}
    of_the_team = {row["Groupe"] for row in lines(exported("equipe"))}

    assert phase.title in of_the_team
    assert phase.title not in published


def test_a_demand_that_says_nothing_gets_the_file_to_publish(client, consultation, organiser):
    client.force_login(organiser)
    client.post(reverse("contributions:figures_file", args=[consultation.slug, "csv"]))

    assert Job.objects.get().arguments == {"format": "csv", "to_publish": True}


def test_totals_of_fewer_than_five_people_are_not_published(exported, contribution):
    total = lines(exported("publier"))[0]

    assert (total["Auteurs en tout"], total["Contributions"]) == ("non publié", "1")


def test_each_column_is_defined_in_the_file(exported, contribution):
    defined = [row["Groupe"] for row in lines(exported("equipe")) if row["Tableau"] == "Définition"]

    assert defined == [f"{one.label}\u00a0: {one.definition}" for one in measures()]


def test_the_workbook_opens(exported, contribution):
    response = exported("equipe", "xlsx")

    assert response["Content-Type"] == spreadsheets.XLSX_TYPE
    assert 'filename="chiffres-innovation-urbaine.xlsx"' in response["Content-Disposition"]


def test_a_role_that_has_ended_closes_the_file(client, consultation, organiser, contribution, exported):
    response = exported("equipe")
    assert response.status_code == 200
    job = Job.objects.get()

    consultation.memberships.filter(user=organiser).delete()
    assert client.get(f"/compte/exports/{job.pk}/fichier/").status_code != 200


def test_an_export_too_many_is_refused_on_the_page(client, consultation, organiser):
    demands = [(fmt, to_publish) for fmt in ("csv", "xlsx") for to_publish in (True, False)]
    for fmt, to_publish in demands[:MOST_UNFINISHED]:
        export_figures(consultation, fmt, to_publish=to_publish, by=organiser)
    client.force_login(organiser)

    refused = client.post(
        reverse("contributions:figures_file", args=[consultation.slug, "xlsx"]), {"contenu": "equipe"}
    )
    assert refused.status_code == 429
    assert "déjà en préparation" in refused.text
