"""Pages of ateliers, for ``test_asking_again.py``."""

from ateliers import actions as meeting
from concertation.accounts.actions import rename_user
from concertation.consultations import actions as organising
from contributions import actions

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


SAID = "Il manque des lieux."


def _poured(table, topic, organiser, now):
    note = meeting.write_note(table, text=SAID, by=organiser, now=now)
    return meeting.pour_notes(table.atelier, notes=[note], topic=topic, by=organiser, now=now)[0]


def a_note_being_hidden(table, topic, organiser, visitor, consultation, moderator, now):
    said = _poured(table, topic, organiser, now)
    yield visitor, at(table.atelier), SAID
    actions.hide_contribution(said, reason=consultation.reasons.first(), by=moderator)


def a_note_being_restored(table, topic, organiser, visitor, consultation, moderator, now):
    said = _poured(table, topic, organiser, now)
    actions.hide_contribution(said, reason=consultation.reasons.first(), by=moderator)
    yield visitor, at(table.atelier), SAID
    reason = consultation.reasons.filter(use="restore").first()
    actions.restore_contribution(said, reason=reason, message="Après relecture.", by=moderator)


def _own(table, topic, organiser, participant, consultation, now):
    """What someone wrote can be the contribution of a note: an import puts a name on it."""
    said = _poured(table, topic, organiser, now)
    said.author = consultation.participations.get(user=participant)
    said.save(update_fields=["author"])
    return said


def a_note_being_taken_back(table, topic, organiser, participant, visitor, consultation, now):
    said = _own(table, topic, organiser, participant, consultation, now)
    yield visitor, at(table.atelier), SAID
    actions.withdraw_contribution(said, by=participant)


def a_note_being_reworded(table, topic, organiser, participant, visitor, consultation, now):
    said = _own(table, topic, organiser, participant, consultation, now)
    yield visitor, at(table.atelier), SAID
    actions.edit_contribution(said, body="Il manque des halles.", by=participant)


def a_note_waiting_again(table, topic, organiser, participant, visitor, consultation, now):
    said = _own(table, topic, organiser, participant, consultation, now)
    organising.edit_phase(topic.phase, moderation="before", by=organiser)
    yield visitor, at(table.atelier), SAID
    actions.edit_contribution(said, body="Il manque des halles.", by=participant)


def a_note_moving_out_of_sight(table, topic, past_topic, organiser, visitor, consultation, moderator, now):
    said = _poured(table, topic, organiser, now)
    organising.edit_phase(past_topic.phase, access="committees", by=organiser)
    yield visitor, at(table.atelier), SAID
    actions.move_thread(said, to=past_topic, reason=consultation.reasons.to_move().first(), by=moderator)


def the_phase_of_a_note_closing_to_the_public(table, topic, organiser, visitor, now):
    _poured(table, topic, organiser, now)
    yield visitor, at(table.atelier), SAID
    organising.edit_phase(topic.phase, access="committees", by=organiser)


def the_phase_of_the_agenda_closing_to_the_public(atelier, topic, organiser, visitor):
    lines = [meeting.AgendaLine(title="Tour de table", topic=topic)]
    meeting.set_agenda(atelier, lines=lines, by=organiser)
    yield visitor, at(atelier), topic.title
    organising.edit_phase(topic.phase, access="committees", by=organiser)


def a_facilitator_being_named(atelier, organiser, facilitator, visitor):
    yield visitor, at(atelier), "Animateur"
    meeting.set_team(atelier, people=[facilitator], role="facilitator", by=organiser)


def a_facilitator_being_renamed(atelier, organiser, facilitator, visitor):
    meeting.set_team(atelier, people=[facilitator], role="facilitator", by=organiser)
    yield visitor, at(atelier), "Nadia Bonnet"
    rename_user(facilitator, display_name="Nadia Bonnet", by=facilitator)


def the_consultation_being_archived(atelier, consultation, organiser, visitor):
    yield visitor, at(atelier), "S’inscrire à l’atelier"
    organising.archive_consultation(consultation, by=organiser)


def the_zone_of_the_consultation(atelier, consultation, organiser, visitor):
    yield visitor, at(atelier), f'datetime="{atelier.starts_at.astimezone(consultation.tz).isoformat()}"'
    organising.edit_consultation(consultation, zone="Indian/Reunion", by=organiser)


def registrations(atelier):
    return f"{at(atelier)}inscriptions/"


def someone_registering(atelier, participant, facilitator, now):
    yield facilitator, registrations(atelier), "Participante"
    meeting.register(atelier, by=participant, now=now)


def someone_giving_up_their_seat(atelier, participant, facilitator, now):
    seat = meeting.register(atelier, by=participant, now=now)
    yield facilitator, registrations(atelier), "inscription annulée"
    meeting.cancel_registration(seat, by=participant, now=now)


def someone_registered_being_renamed(atelier, participant, facilitator, now):
    meeting.register(atelier, by=participant, now=now)
    yield facilitator, registrations(atelier), "Nadia Bonnet"
    rename_user(participant, display_name="Nadia Bonnet", by=participant)


def the_registrations_of_an_atelier_that_has_begun(held, facilitator, organiser, now):
    yield facilitator, registrations(held), "Atelier des quais"
    meeting.edit_atelier(held, title="Atelier des quais", by=organiser, now=now)


def the_registrations_of_an_atelier_that_moves(atelier, facilitator, organiser, now):
    yield facilitator, registrations(atelier), "Atelier des quais"
    meeting.edit_atelier(atelier, title="Atelier des quais", by=organiser, now=now)


def a_first_table(held, facilitator, organiser):
    yield facilitator, f"{at(held)}notes/", "Table verte"
    meeting.add_table(held, title="Table verte", by=organiser)


def no_table_any_more(held, facilitator, organiser):
    yield facilitator, f"{at(held)}notes/", "Aucune table n’est ouverte"
    meeting.add_table(held, title="Table verte", by=organiser)


def an_atelier_moving_while_one_registers(atelier, participant, organiser, now):
    yield participant, f"{at(atelier)}inscription/", "Atelier des quais"
    meeting.edit_atelier(atelier, title="Atelier des quais", by=organiser, now=now)


SCENES = [
    a_seat_becoming_free,
    one_fewer_waiting_before,
    the_last_seat_being_taken,
    a_note_being_hidden,
    a_note_being_restored,
    a_note_being_taken_back,
    a_note_being_reworded,
    a_note_waiting_again,
    a_note_moving_out_of_sight,
    the_phase_of_a_note_closing_to_the_public,
    the_phase_of_the_agenda_closing_to_the_public,
    a_facilitator_being_named,
    a_facilitator_being_renamed,
    the_consultation_being_archived,
    the_zone_of_the_consultation,
    someone_registering,
    someone_giving_up_their_seat,
    someone_registered_being_renamed,
    the_registrations_of_an_atelier_that_has_begun,
    the_registrations_of_an_atelier_that_moves,
    a_first_table,
    no_table_any_more,
    an_atelier_moving_while_one_registers,
]
