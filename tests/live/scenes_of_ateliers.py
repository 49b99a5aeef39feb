"""What happens to ateliers, for ``test_states.py``: each scene makes a state, gives the page, then acts."""

from ateliers import actions as meeting
from contributions import actions
from tests.ateliers.conftest import HOUR

HOME = "/c/innovation-urbaine/"


def announcing_an_atelier(draft, organiser, now):
    yield f"{HOME}ateliers/{draft.number}/"
    meeting.publish_atelier(draft, by=organiser, now=now)


def registering(atelier, other_participant, now):
    yield f"{HOME}ateliers/{atelier.number}/"
    meeting.register(atelier, by=other_participant, now=now)


def registering_while_others_choose(atelier, people, now):
    [other] = people(1)
    yield f"{HOME}ateliers/{atelier.number}/inscription/"
    meeting.register(atelier, by=other, now=now)


def closing_an_atelier(atelier, organiser, now):
    yield f"{HOME}ateliers/{atelier.number}/"
    meeting.edit_atelier(atelier, access="committees", by=organiser, now=now)


def _note(table, facilitator, now):
    return meeting.write_note(table, text="Il manque des lieux.", by=facilitator, now=now)


def _at(table):
    return f"{HOME}ateliers/{table.atelier.number}/notes/?table={table.pk}"


def noting(table, facilitator, now):
    _note(table, facilitator, now)
    yield _at(table)
    _note(table, facilitator, now)


def correcting_a_note(table, facilitator, now):
    note = _note(table, facilitator, now)
    yield _at(table)
    meeting.edit_note(note, text="Il manque des ateliers.", by=facilitator)


def removing_a_note(table, facilitator, now):
    note = _note(table, facilitator, now)
    yield _at(table)
    meeting.remove_note(note, by=facilitator)


def pouring(table, held, topic, facilitator, now):
    note = _note(table, facilitator, now)
    yield f"{HOME}ateliers/{held.number}/"
    meeting.pour_notes(held, notes=[note], topic=topic, by=facilitator, now=now)


def hiding_what_a_note_became(table, held, topic, consultation, facilitator, moderator, now):
    note = _note(table, facilitator, now)
    [said] = meeting.pour_notes(held, notes=[note], topic=topic, by=facilitator, now=now)
    yield f"{HOME}ateliers/{held.number}/"
    actions.hide_contribution(said, reason=consultation.reasons.first(), by=moderator)


def pouring_at_the_table(table, held, topic, facilitator, now):
    note = _note(table, facilitator, now)
    yield _at(table)
    meeting.pour_notes(held, notes=[note], topic=topic, by=facilitator, now=now)


def taking_a_seat_seen_on_the_list(atelier, other_participant, now):
    yield f"{HOME}ateliers/"
    meeting.register(atelier, by=other_participant, now=now)


def giving_up_a_seat_seen_on_the_front_page(atelier, other_participant, now):
    seat = meeting.register(atelier, by=other_participant, now=now)
    yield HOME
    meeting.cancel_registration(seat, by=other_participant, now=now)


def preparing_an_atelier(consultation, organiser, now):
    yield f"{HOME}organiser/ateliers/"
    meeting.create_atelier(consultation, title="Atelier du port", starts_at=now, ends_at=now + HOUR, by=organiser)


def taking_a_seat_seen_on_the_home_page(atelier, other_participant, now):
    yield "/"
    meeting.register(atelier, by=other_participant, now=now)


def announcing_an_atelier_on_the_home_page(draft, organiser, now):
    yield "/"
    meeting.publish_atelier(draft, by=organiser, now=now)


def taking_a_seat_seen_in_a_phase(atelier, open_phase, organiser, other_participant, now):
    meeting.edit_atelier(atelier, phases=[open_phase], by=organiser, now=now)
    yield f"{HOME}phases/{open_phase.pk}/"
    meeting.register(atelier, by=other_participant, now=now)


def taking_a_seat_among_the_committees(atelier, organiser, partner, now):
    meeting.edit_atelier(atelier, access="committees", by=organiser, now=now)
    yield f"{HOME}ateliers/"
    meeting.register(atelier, by=partner, now=now)


def closing_an_atelier_seen_on_the_list(atelier, organiser, now):
    yield f"{HOME}ateliers/"
    meeting.edit_atelier(atelier, access="committees", by=organiser, now=now)


def changing_the_order_of_the_day(atelier, organiser):
    yield f"{HOME}ateliers/"
    meeting.set_agenda(atelier, lines=[meeting.AgendaLine(title="Tour de table")], by=organiser)


def calling_off_an_atelier(atelier, organiser, now):
    yield f"{HOME}ateliers/"
    meeting.cancel_atelier(atelier, by=organiser, now=now)


SCENES = {
    announcing_an_atelier: {"atelier.changed", "meeting.changed"},
    registering: {"atelier.changed"},
    registering_while_others_choose: {"atelier.changed"},
    closing_an_atelier: {"atelier.changed", "meeting.changed"},
    noting: {"note.added", "table.changed"},
    correcting_a_note: {"note.changed"},
    removing_a_note: {"note.removed", "table.changed"},
    pouring: {"meeting.changed"},
    hiding_what_a_note_became: {"words.changed"},
    pouring_at_the_table: {"note.changed"},
    taking_a_seat_seen_on_the_list: {"card.changed"},
    giving_up_a_seat_seen_on_the_front_page: {"card.changed"},
    preparing_an_atelier: {"staff_pages.changed"},
    taking_a_seat_seen_on_the_home_page: {"card.changed"},
    announcing_an_atelier_on_the_home_page: {"site.changed"},
    taking_a_seat_seen_in_a_phase: {"card.changed"},
    taking_a_seat_among_the_committees: {"card.changed"},
    closing_an_atelier_seen_on_the_list: {"card.changed", "programme.changed"},
    changing_the_order_of_the_day: {"card.changed"},
    calling_off_an_atelier: {"card.changed", "meeting.changed"},
}
SECRETS = dict.fromkeys((noting, correcting_a_note, removing_a_note), "Il manque")
