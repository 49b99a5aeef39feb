from zoneinfo import available_timezones

import pytest

from concertation.texts import zones

OVERSEAS = """America/Cayenne America/Guadeloupe America/Martinique America/Miquelon Indian/Mayotte Indian/Reunion
Pacific/Noumea Pacific/Tahiti Pacific/Marquesas Pacific/Gambier Pacific/Wallis America/St_Barthelemy
America/Marigot""".split()  # fmt: skip


def offered(current=""):
    return {key: name for _heading, group in zones.choices(current) for key, name in group}


@pytest.mark.parametrize(
    ("key", "exists"), [("Europe/Paris", True), ("Etc/UTC", True), ("Europe/Lyon", False), ("", False)]
)
def test_a_zone_exists_if_the_system_knows_it(key, exists):
    assert zones.exists(key) == exists


def test_the_zones_of_the_system_are_looked_for_once(monkeypatch):
    zones.exists("Europe/Paris")
    monkeypatch.delattr(zones, "available_timezones")

    assert zones.exists("Indian/Reunion")


def test_every_zone_of_the_list_exists_and_those_of_france_are_all_there():
    assert set(offered()) <= available_timezones()
    assert set(OVERSEAS) <= set(dict(zones.choices()[0][1]))


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("Indian/Reunion", "heure de La Réunion"),
        ("Europe/Paris", "heure de Paris"),
        ("America/Guadeloupe", "heure de la Guadeloupe"),
        ("America/Argentina/Buenos_Aires", "heure locale de Buenos Aires"),
    ],
)
def test_an_hour_is_said_with_the_french_name_of_its_zone(key, said):
    assert zones.hour_of(key) == said


def test_a_zone_in_use_that_is_not_in_the_list_can_be_kept():
    assert offered("America/Lima") == offered() | {"America/Lima": "Lima"}
