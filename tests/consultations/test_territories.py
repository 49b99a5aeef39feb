"""The official code shipped with the site: complete, and each department in its region."""

import csv
from collections import Counter
from pathlib import Path

import pytest

import concertation.consultations
from concertation.consultations.forms.joining import territory_choices

PATH = Path(concertation.consultations.__file__).parent / "territories.csv"

with PATH.open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file))
REGIONS = {row["code"]: row["name"] for row in ROWS if row["kind"] == "region"}
DEPARTMENTS = {row["code"]: row for row in ROWS if row["kind"] == "departement"}

# Departments in each region, by the official geographical code (January 2024).
SIZES = {
    "84": 12, "27": 8, "53": 4, "24": 6, "94": 2, "44": 10, "32": 5, "11": 8, "28": 5, "75": 12, "76": 13, "52": 5,
    "93": 6, "01": 1, "02": 1, "03": 1, "04": 1, "06": 1,
}  # fmt: skip


def test_the_code_holds_eighteen_regions_and_a_hundred_and_one_departments() -> None:
    assert Counter(row["kind"] for row in ROWS) == {"region": 18, "departement": 101}
    assert len(REGIONS) == 18
    assert len(DEPARTMENTS) == 101


def test_the_department_codes_are_those_of_the_official_code() -> None:
    mainland = {f"{number:02}" for number in range(1, 96) if number != 20} | {"2A", "2B"}

    assert set(DEPARTMENTS) == mainland | {"971", "972", "973", "974", "976"}


def test_each_region_has_its_number_of_departments() -> None:
    assert Counter(row["parent"] for row in DEPARTMENTS.values()) == SIZES


def test_regions_have_no_parent_and_names_are_unique_within_a_kind() -> None:
    assert [row["code"] for row in ROWS if row["kind"] == "region" and row["parent"]] == []
    assert [pair for pair, count in Counter((row["kind"], row["name"]) for row in ROWS).items() if count > 1] == []


def test_names_keep_french_typography() -> None:
    assert [row["name"] for row in ROWS if "'" in row["name"] or row["name"] != row["name"].strip()] == []


@pytest.mark.django_db
def test_regions_and_departments_are_offered_in_french_order(consultation):
    groups = {
        str(label): [name for _pk, name in names] for label, names in territory_choices(consultation, empty="")[2:]
    }
    regions, departments = groups["Région"], groups["Département"]

    assert regions[regions.index("Hauts-de-France") :][:2] == ["Hauts-de-France", "Île-de-France"]
    assert departments[departments.index("Corse-du-Sud") :][:4] == [
        "Corse-du-Sud", "Côte-d’Or", "Côtes-d’Armor", "Creuse"
    ]  # fmt: skip
