"""Pages of the teams, for ``test_asking_again.py``."""

from ateliers import actions as meeting
from concertation.accounts.actions import rename_user
from concertation.consultations import actions as organising
from concertation.consultations.models import Partner, Reason, Stake, Territory
from concertation.consultations.territories import TerritoryRow
from concertation.letters import actions as letters
from concertation.syntheses.coding.actions import create_extract, delete_extract, mark_read
from contributions import actions
from tests.personas import DAY, joins

HERE = "/c/innovation-urbaine/organiser/"
LISTS = f"{HERE}listes/"
ATELIERS = "/c/innovation-urbaine/ateliers/"


def something_to_moderate(contribution, moderator, consultation, other_participant):
    yield moderator, HERE, "Contributions à modérer"
    actions.report_contribution(contribution, reason=consultation.reasons.first(), by=other_participant)


def someone_waiting_for_a_seat(atelier, people, organiser, now):
    first, second, third = people(3)
    for one in (first, second):
        meeting.register(atelier, by=one, now=now)
    yield organiser, HERE, "Liste d’attente"
    meeting.register(atelier, by=third, now=now)


def an_atelier_to_announce(consultation, organiser, now):
    yield organiser, HERE, "Atelier à annoncer"
    meeting.create_atelier(
        consultation, title="Atelier du port", starts_at=now + DAY, ends_at=now + 2 * DAY, by=organiser
    )


def a_note_to_pour(table, facilitator, organiser, now):
    yield organiser, HERE, "Notes à verser au débat"
    meeting.write_note(table, text="Il manque des lieux.", by=facilitator, now=now)


def the_last_note_to_pour(table, topic, facilitator, organiser, now):
    note = meeting.write_note(table, text="Il manque des lieux.", by=facilitator, now=now)
    yield organiser, HERE, "Notes à verser au débat"
    meeting.pour_notes(table.atelier, notes=[note], topic=topic, by=facilitator, now=now)


def an_invitation_to_resend(consultation, organiser, now):
    sent = organising.invite(
        consultation, email="a@ville.fr", role="", organisation=None, now=now - 40 * DAY, by=organiser
    )
    yield organiser, HERE, "Invitations expirées"
    organising.resend_invitation(sent, by=organiser, now=now)


def a_phase_seen_by_its_organiser(open_phase, organiser):
    yield organiser, f"{HERE}programme/", "Les outils"
    organising.edit_phase(open_phase, title="Les outils", by=organiser)


def a_reason_being_added(consultation, organiser):
    yield organiser, f"{LISTS}motifs/", "Hors sujet ici"
    organising.create_item(Reason, consultation, label="Hors sujet ici", use="hide", by=organiser)


def a_list_being_emptied(consultation, organiser):
    stake = organising.create_item(Stake, consultation, label="Sobriété", by=organiser)
    yield organiser, f"{LISTS}enjeux/", "Sobriété"
    organising.delete_item(stake, by=organiser)


def a_stake_being_counted(consultation, organiser):
    yield organiser, LISTS, "1\N{NO-BREAK SPACE}élément<"
    organising.create_item(Stake, consultation, label="Sobriété", by=organiser)


def territories_being_brought_in(consultation, organiser):
    yield organiser, f"{LISTS}territoires/", "Val de Lys"
    organising.import_territories(consultation, [TerritoryRow("VDL", "Val de Lys", None)], by=organiser)


def a_partner_being_renamed(consultation, organiser):
    partner = organising.create_item(Partner, consultation, name="La Fabrique", by=organiser)
    yield organiser, f"{LISTS}partenaires/", "La Halle"
    organising.edit_item(partner, name="La Halle", by=organiser)


def a_role_being_given(consultation, newcomer, organiser):
    yield organiser, f"{HERE}roles/", "nouvelle@exemple.fr"
    organising.grant_role(consultation, user=newcomer, role="moderator", by=organiser)


def a_role_ending(consultation, moderator, organiser, now):
    yield organiser, f"{HERE}roles/", moderator.email
    organising.end_role(consultation.memberships.get(user=moderator), by=organiser, now=now)


def an_invitation_being_sent(consultation, organiser, now):
    yield organiser, f"{HERE}invitations/", "a@ville.fr"
    organising.invite(consultation, email="a@ville.fr", role="", organisation=None, now=now, by=organiser)


def an_invitation_being_taken_back(consultation, organiser, now):
    sent = organising.invite(consultation, email="a@ville.fr", role="", organisation=None, now=now, by=organiser)
    yield organiser, f"{HERE}invitations/", "Annulée"
    organising.revoke_invitation(sent, by=organiser, now=now)


def someone_joining(consultation, newcomer, moderator, now):
    yield moderator, f"{HERE}participants/", "Nouvelle"
    joins(newcomer, consultation, now=now)


def someone_who_takes_part_being_renamed(participant, moderator):
    yield moderator, f"{HERE}participants/", "Nadia Bonnet"
    rename_user(participant, display_name="Nadia Bonnet", by=participant)


def someone_being_suspended(consultation, participant, organiser, moderator, now):
    mine = consultation.participations.get(user=participant)
    yield moderator, f"{HERE}participants/", "Suspendue</span>"
    reason = consultation.reasons.filter(use="hide").first()
    organising.suspend_participation(mine, reason=reason, message="Trop vif.", now=now, by=organiser)


def a_suspension_being_lifted(consultation, participant, organiser, moderator, now):
    mine = consultation.participations.get(user=participant)
    reason = consultation.reasons.filter(use="hide").first()
    made = organising.suspend_participation(mine, reason=reason, message="Trop vif.", now=now, by=organiser)
    yield moderator, f"{HERE}participants/", "Suspendue</span>"
    organising.lift_suspension(made, now=now, by=organiser)


def _claims(consultation, participant):
    mine = consultation.participations.get(user=participant)
    city = organising.find_or_create_organisation("Ville de Lille", by=participant)
    return organising.edit_participation(mine, organisation=city, speaks_for=True, by=participant)


def someone_claiming_to_speak_for_others(consultation, participant, organiser):
    yield organiser, f"{HERE}porte-parole/", "Ville de Lille"
    _claims(consultation, participant)


def a_speaker_being_confirmed(consultation, participant, organiser):
    mine = _claims(consultation, participant)
    yield organiser, f"{HERE}porte-parole/", "Confirmé<"
    organising.confirm_speaker(mine, expected_organisation=mine.organisation_id, by=organiser)


def a_draft_among_the_ateliers(consultation, organiser, moderator, now):
    yield moderator, f"{HERE}ateliers/", "Atelier du port"
    meeting.create_atelier(
        consultation, title="Atelier du port", starts_at=now + DAY, ends_at=now + 2 * DAY, by=organiser
    )


def a_seat_among_the_ateliers(atelier, participant, moderator, now):
    yield moderator, f"{HERE}ateliers/", "1 sur 2"
    meeting.register(atelier, by=participant, now=now)


def a_seat_seen_by_who_runs_an_atelier_and_nothing_else(atelier, newcomer, participant, organiser, now):
    meeting.set_team(atelier, people=[newcomer], role="rapporteur", by=organiser)
    yield newcomer, f"{HERE}ateliers/", "1 sur 2"
    meeting.register(atelier, by=participant, now=now)


def a_territory_seen_at_an_atelier(atelier, consultation, visitor, organiser, now):
    own = organising.create_item(Territory, consultation, code="VDL", name="Val de Lys", by=organiser)
    meeting.edit_atelier(atelier, territories=[own], by=organiser, now=now)
    yield visitor, f"{ATELIERS}{atelier.number}/", "Vallée de la Lys"
    organising.edit_item(own, name="Vallée de la Lys", by=organiser)


def a_text_being_read_by_another(contribution, organiser, moderator):
    yield organiser, f"{HERE}corpus/", "badge--success"
    mark_read(contribution, outcome="read", by=moderator)


def a_passage_being_taken_by_another(contribution, organiser, moderator):
    yield organiser, f"{HERE}corpus/", "1\N{NO-BREAK SPACE}extrait<"
    create_extract(contribution, start=0, end=8, by=moderator)


def a_passage_being_dropped_by_another(extract, organiser, moderator):
    yield organiser, f"{HERE}corpus/", "1\N{NO-BREAK SPACE}extrait<"
    delete_extract(extract, by=moderator)


def a_letter_to_be_sent(consultation, participant, organiser, now):
    letter = letters.create_letter(consultation, subject="La suite", body="Bonjour.", groups=["tous"], by=organiser)
    yield organiser, f"{HERE}lettres/", "Au départ"
    letters.schedule_letter(letter, by=organiser, now=now)


def a_letter_being_sent(consultation, participant, organiser, now):
    letter = letters.create_letter(consultation, subject="La suite", body="Bonjour.", groups=["tous"], by=organiser)
    letters.schedule_letter(letter, by=organiser, now=now)
    yield organiser, f"{HERE}lettres/{letter.pk}/", "Qui l’a reçue"
    letters.send_due_letters(now + letters.writing.IN_OUTBOX)


SCENES = [
    a_letter_to_be_sent,
    a_letter_being_sent,
    a_text_being_read_by_another,
    a_passage_being_taken_by_another,
    a_passage_being_dropped_by_another,
    something_to_moderate,
    someone_waiting_for_a_seat,
    an_atelier_to_announce,
    a_note_to_pour,
    the_last_note_to_pour,
    an_invitation_to_resend,
    a_phase_seen_by_its_organiser,
    a_reason_being_added,
    a_list_being_emptied,
    a_stake_being_counted,
    territories_being_brought_in,
    a_partner_being_renamed,
    a_role_being_given,
    a_role_ending,
    an_invitation_being_sent,
    an_invitation_being_taken_back,
    someone_joining,
    someone_who_takes_part_being_renamed,
    someone_being_suspended,
    a_suspension_being_lifted,
    someone_claiming_to_speak_for_others,
    a_speaker_being_confirmed,
    a_draft_among_the_ateliers,
    a_seat_among_the_ateliers,
    a_seat_seen_by_who_runs_an_atelier_and_nothing_else,
    a_territory_seen_at_an_atelier,
]
