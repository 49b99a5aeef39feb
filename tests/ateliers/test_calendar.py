"""The calendar file: read back by another program, in each edition."""

import shutil
import subprocess

import pytest
from icalendar import Calendar

from ateliers import actions, calendar
from ateliers.models import Registration

from .conftest import fresh

pytestmark = pytest.mark.django_db


def event(content: bytes):
    [found] = Calendar.from_ical(content).walk("VEVENT")
    return found


def test_it_says_when_where_and_keeps_one_identity_through_its_editions(atelier, organiser, now):
    first = event(calendar.file_of(atelier, now=now))
    actions.edit_atelier(atelier, place="Gare Saint-Sauveur", by=organiser, now=now)
    second = event(calendar.file_of(fresh(atelier), now=now))

    assert first["UID"] == second["UID"]
    assert (int(first["SEQUENCE"]), int(second["SEQUENCE"])) == (0, 1)
    assert first["DTSTART"].dt == atelier.starts_at
    assert first["DTEND"].dt == atelier.ends_at
    assert first["DTSTART"].params["TZID"] == "Europe/Paris"
    assert (first["LOCATION"], second["LOCATION"]) == ("Halle aux Grains, Lille", "Gare Saint-Sauveur")
    assert first["DTSTAMP"].dt == now


def test_an_atelier_elsewhere_is_on_its_own_clocks(atelier, organiser, now):
    moved = actions.edit_atelier(atelier, zone="Indian/Reunion", by=organiser, now=now)

    found = event(calendar.file_of(moved, now=now))

    assert found["DTSTART"].params["TZID"] == "Indian/Reunion"
    assert found["DTSTART"].dt == atelier.starts_at
    assert b"BEGIN:VTIMEZONE" in calendar.file_of(moved, now=now)


def test_only_those_who_hold_a_seat_read_the_link(atelier, organiser, participant, now):
    seat = actions.register(atelier, by=participant, now=now)
    moved = actions.edit_atelier(atelier, mode="remote", join_link="https://visio.example/7", by=organiser, now=now)

    assert b"visio.example" not in calendar.file_of(moved, now=now)
    assert b"visio.example" in calendar.file_of(moved, now=now, seat=Registration.objects.get(pk=seat.pk))


def test_one_called_off_takes_itself_out_of_calendars(atelier, organiser, now):
    gone = actions.cancel_atelier(atelier, by=organiser, now=now)

    content = calendar.file_of(gone, now=now)
    assert Calendar.from_ical(content)["METHOD"] == "CANCEL"
    assert event(content)["STATUS"] == "CANCELLED"
    assert int(event(content)["SEQUENCE"]) == 1


def test_words_with_commas_lines_and_accents_come_back_as_they_were(atelier, organiser, now):
    title = "Été, hiver ; « rives »"
    moved = actions.edit_atelier(
        atelier, title=title, access_services="Ligne 1\nLigne 2 : ÉQUERRE", by=organiser, now=now
    )

    found = event(calendar.file_of(moved, now=now))

    assert found["SUMMARY"] == title
    assert "Ligne 1\nLigne 2 : ÉQUERRE" in found["DESCRIPTION"]


def test_lines_are_folded_and_end_as_the_standard_asks(atelier, now):
    content = calendar.file_of(atelier, now=now)

    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= 75


@pytest.mark.skipif(shutil.which("khal") is None, reason="khal is not installed here")
def test_khal_reads_it(atelier, now, tmp_path):
    (tmp_path / "calendar").mkdir()
    (tmp_path / "config").write_text(
        f"[calendars]\n[[a]]\npath = {tmp_path / 'calendar'}\n"
        f"[sqlite]\npath = {tmp_path / 'khal.db'}\n"
        "[locale]\nlocal_timezone = Europe/Paris\ndefault_timezone = Europe/Paris\n"
        "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
    )
    file = tmp_path / "a.ics"
    file.write_bytes(calendar.file_of(atelier, now=now))

    def khal(*words: str) -> str:
        command = ["khal", "-c", str(tmp_path / "config"), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout

    khal("import", "--batch", "-a", "a", str(file))
    listed = khal(
        "list", "--format", "{title}|{start}|{location}", f"{atelier.starts_at.astimezone(atelier.tz):%Y-%m-%d}", "1d"
    )

    start = f"{atelier.starts_at.astimezone(atelier.tz):%Y-%m-%d %H:%M}"
    assert f"Atelier des rives|{start}|Halle aux Grains, Lille" in listed


def test_the_letter_carries_the_file_as_calendars_expect_it(atelier, organiser, participant, now, mailoutbox):
    from email import message_from_bytes
    from email.policy import default

    from concertation.notices.models import Message
    from concertation.notices.sending import deliver

    actions.edit_atelier(atelier, mode="remote", join_link="https://visio.example/7", by=organiser, now=now)
    actions.register(atelier, by=participant, now=now)
    deliver(Message.objects.get(key__startswith="atelier.seat").pk, now=now)

    letter = message_from_bytes(mailoutbox[-1].message().as_bytes(), policy=default)
    [attached] = letter.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_param("method") == "PUBLISH"
    assert attached.get_filename() == f"{atelier.ref}.ics"
    assert event(attached.get_payload(decode=True))["LOCATION"] == "https://visio.example/7"
