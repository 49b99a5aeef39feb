"""Pages of ateliers, for ``test_asking_again.py``."""

from ateliers import actions as meeting

HERE = "/c/innovation-urbaine/ateliers/"


def at(atelier):
    return f"{HERE}{atelier.number}/"


def a_seat_becoming_free(atelier, people, now):
    first, second, third = people(3)
    seat, _seat, _waiting = (meeting.register(atelier, by=one, now=now) for one in (first, second, third))
    yield third, at(atelier), "Vous êtes en tête de la liste d’attente"
    meeting.cancel_registration(seat, by=first, now=now)


def one_fewer_waiting_before(atelier, people, now):
    seats = [meeting.register(atelier, by=one, now=now) for one in people(4)]
    yield seats[3].user, at(atelier), "personne attend avant vous"
    meeting.cancel_registration(seats[2], by=seats[2].user, now=now)


def the_last_seat_being_taken(atelier, visitor, people, now):
    yield visitor, at(atelier), "S’inscrire sur la liste d’attente"
    for one in people(2):
        meeting.register(atelier, by=one, now=now)


SCENES = [a_seat_becoming_free, one_fewer_waiting_before, the_last_seat_being_taken]
