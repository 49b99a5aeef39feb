"""What people who registered are written: what changed for them, and nothing when nothing did."""

from base64 import b64decode

import pytest
from icalendar import Calendar

from ateliers import actions
from ateliers.models import Atelier, Registration
from concertation.notices.models import Message, Notice

from .conftest import HOUR

pytestmark = pytest.mark.django_db
CONFIRMED, WAITING, CANCELLED = Registration.State


def letters(seat):
    """All that was written about one registration, the oldest first."""
    return list(Message.objects.filter(key__contains=f":{seat.pk}:").order_by("pk"))


def edition(letter):
    """Method, UID and sequence of the calendar file of a letter."""
    [attached] = letter.attachments
    calendar = Calendar.from_ical(b64decode(attached["content"]))
    [event] = calendar.walk("VEVENT")
    assert attached["mimetype"] == f"text/calendar; method={calendar['METHOD']}"
    return str(calendar["METHOD"]), str(event["UID"]), int(event["SEQUENCE"])


def edit(atelier, organiser, now, **fields):
    return actions.edit_atelier(Atelier.objects.get(pk=atelier.pk), by=organiser, now=now, **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Atelier des quais"},
        {"description": "Autre texte."},
        {"seats_on_site": 5},
        {"join_link": "https://visio.example/1"},
        {"mode": Atelier.Mode.HYBRID},
    ],
)
def test_what_changes_nothing_for_those_who_come_is_not_written(atelier, participant, organiser, now, fields):
    seat = actions.register(atelier, by=participant, now=now)

    edit(atelier, organiser, now, **fields)

    assert [one.key.split(":")[0] for one in letters(seat)] == ["atelier.seat"]


def test_a_change_is_named_with_what_it_was_and_what_it_becomes(atelier, participant, organiser, now):
    seat = actions.register(atelier, by=participant, now=now)

    edit(atelier, organiser, now, place="Salle 2", title="Atelier des quais")

    _confirmed, told = letters(seat)
    assert "Lieu\xa0: Halle aux Grains, Lille devient Salle 2" in told.text
    assert "Titre\xa0: Atelier des rives devient Atelier des quais" in told.text
    assert "Date" not in told.text
    assert "Lieu\xa0: Halle aux Grains, Lille devient Salle 2" in Notice.objects.get(kind="atelier.moved").text
    assert edition(told) == ("PUBLISH", edition(_confirmed)[1], 1)


def test_a_place_from_right_to_left_turns_nothing_beside_it(atelier, participant, organiser, now):
    seat = actions.register(atelier, by=participant, now=now)

    edit(atelier, organiser, now, place="قاعة (2)")

    assert "Lieu\xa0: Halle aux Grains, Lille devient \u2068قاعة (2)\u2069" in letters(seat)[-1].text


def test_another_hour_is_said_with_the_zone_that_it_is_in(atelier, participant, organiser, now):
    seat = actions.register(atelier, by=participant, now=now)

    edit(atelier, organiser, now, starts_at=atelier.starts_at - HOUR, zone="Indian/Reunion")

    told = letters(seat)[-1]
    [line] = [line for line in told.text.splitlines() if line.startswith("Date et horaire\xa0:")]
    before, after = line.split(" devient ")
    assert "(heure" not in before
    assert after.endswith("(heure de La Réunion)")


def test_who_comes_to_the_room_is_not_written_about_the_link_nor_the_reverse(atelier, people, organiser, now):
    edit(atelier, organiser, now, mode=Atelier.Mode.HYBRID)
    there, afar = people(2)
    on_site = actions.register(atelier, by=there, mode="on_site", now=now)
    remote = actions.register(atelier, by=afar, mode="remote", now=now)

    edit(atelier, organiser, now, place="Salle 2")
    edit(atelier, organiser, now, join_link="https://visio.example/2")

    assert [len(letters(one)) for one in (on_site, remote)] == [2, 2]
    assert "Lieu" in letters(on_site)[1].text
    assert "Lien de connexion\xa0: https://visio.example/2" in letters(remote)[1].text


def test_a_seat_given_up_leaves_the_calendar_whoever_gave_it_up(atelier, people, facilitator, now):
    mine, theirs = (actions.register(atelier, by=one, now=now) for one in people(2))

    actions.cancel_registration(mine, by=mine.user, now=now)
    actions.cancel_registration(theirs, by=facilitator, now=now)

    for seat, words in ((mine, "Vous avez annulé votre inscription."), (theirs, "L’équipe de l’atelier a annulé")):
        confirmed, gone = letters(seat)
        assert words in gone.text
        assert "annuler votre inscription" not in gone.text
        (_, uid, first), (method, same, second) = edition(confirmed), edition(gone)
        assert (method, same) == ("CANCEL", uid)
        assert second > first


def test_a_place_in_the_queue_given_up_is_told_without_a_file(atelier, people, now):
    *_seats, waiting = [actions.register(atelier, by=one, now=now) for one in people(3)]

    actions.cancel_registration(waiting, by=waiting.user, now=now)

    assert letters(waiting)[-1].attachments == []


def test_who_comes_back_has_an_edition_that_calendars_take(atelier, participant, now):
    gone = actions.register(atelier, by=participant, now=now)
    actions.cancel_registration(gone, by=participant, now=now)
    back = actions.register(atelier, by=participant, now=now)

    assert edition(letters(back)[0])[2] > edition(letters(gone)[1])[2]


def test_an_atelier_called_off_does_not_offer_to_cancel(atelier, participant, organiser, now):
    seat = actions.register(atelier, by=participant, now=now)

    actions.cancel_atelier(Atelier.objects.get(pk=atelier.pk), by=organiser, now=now)

    assert edition(letters(seat)[1])[0] == "CANCEL"
    assert "annuler votre inscription" not in letters(seat)[1].text


def in_a_hybrid(atelier, people, organiser, now):
    """Two people in the room, which has two seats, and five afar."""
    edit(atelier, organiser, now, mode=Atelier.Mode.HYBRID)
    users = people(7)
    return [
        actions.register(atelier, by=user, mode="on_site" if place >= 5 else "remote", now=now)
        for place, user in enumerate(users)
    ]


def test_fewer_seats_than_people_is_asked_with_the_numbers_before_it_is_saved(atelier, people, organiser, now):
    seats = in_a_hybrid(atelier, people, organiser, now)

    with pytest.raises(actions.Shortage) as refusal:
        edit(atelier, organiser, now, mode=Atelier.Mode.ON_SITE)
    assert "7\xa0inscrits pour 2\xa0places" in refusal.value.messages[0]
    with pytest.raises(actions.Shortage):
        edit(atelier, organiser, now, mode=Atelier.Mode.ON_SITE, agreed="on_site:6/2")
    assert Atelier.objects.get(pk=atelier.pk).mode == Atelier.Mode.HYBRID

    edit(atelier, organiser, now, mode=Atelier.Mode.ON_SITE, agreed=refusal.value.agreement)

    rows = list(atelier.registrations.order_by("rank"))
    assert [(one.mode, one.state) for one in rows] == [("on_site", WAITING)] * 5 + [("on_site", CONFIRMED)] * 2
    moved = letters(seats[0])[-1]
    assert "Participation\xa0: à distance devient sur place" in moved.text
    assert "liste d’attente" in moved.text
    assert edition(moved)[0] == "CANCEL"
    assert len(letters(seats[6])) == 1


def test_who_lost_a_seat_gets_it_back_before_those_who_came_later(atelier, people, organiser, now):
    users = people(4)
    first, second, third, _fourth = (actions.register(atelier, by=user, now=now) for user in users)
    with pytest.raises(actions.Shortage) as refusal:
        edit(atelier, organiser, now, seats_on_site=1)
    edit(atelier, organiser, now, seats_on_site=1, agreed=refusal.value.agreement)

    actions.cancel_registration(first, by=users[0], now=now)

    states = list(atelier.registrations.order_by("rank").values_list("state", flat=True))
    assert states == [CANCELLED, CONFIRMED, WAITING, WAITING]
    published, withdrawn, again = letters(second)
    assert [edition(one)[0] for one in (published, withdrawn, again)] == ["PUBLISH", "CANCEL", "PUBLISH"]
    assert edition(published)[2] < edition(withdrawn)[2] < edition(again)[2]
    assert len(letters(third)) == 1


def test_a_change_that_frees_seats_is_told_in_one_letter(atelier, people, organiser, now):
    *_seats, waiting = [actions.register(atelier, by=one, now=now) for one in people(3)]

    edit(atelier, organiser, now, seats_on_site=3, place="Salle 2")

    _queued, told = letters(waiting)
    assert "Une place s’est libérée" in told.text
    assert "devient Salle 2" in told.text
